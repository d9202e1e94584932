"""Calls the API as a client would, and takes the answers apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.test import Client

from crm.models import Workspace

SAFE = "/?=&[]%,.:+-_~"


@dataclass(frozen=True)
class Answer:
    """A status, headers and a document."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def shown(self) -> Any:
        """The document as a read would answer it: without the name of a change."""
        return {name: value for name, value in self.json.items() if name != "meta"}

    @property
    def change(self) -> dict[str, str]:
        """The ``meta`` that names the change which was made."""
        cursor = self.json["meta"]["cursor"]
        return {"change": self.headers["X-Change-Id"], "cursor": cursor}

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The code of each error, and where it points."""
        return [
            (error["code"], next(iter(error.get("source", {"": ""}).values())))
            for error in self.json["errors"]
        ]


class Api:
    """The API of a workspace, through Django's handler, with a key."""

    def __init__(self, workspace: Workspace, secret: str) -> None:
        self.workspace = workspace
        self.secret = secret
        self.client = Client(headers={"Authorization": f"api-key {secret}"})

    @property
    def base(self) -> str:
        """The absolute address of the workspace, as answers have it."""
        return f"http://testserver/v1/workspaces/{self.workspace.slug}"

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("DELETE", path, body, **headers)

    def call(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> Answer:
        """Call a path below the workspace; ``if_match`` is the header If-Match."""
        content_type = headers.pop("content_type", "application/vnd.api+json")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.client.generic(
            method,
            f"/v1/workspaces/{self.workspace.slug}/{quote(path, safe=SAFE)}",
            b"" if body is None else data,
            content_type=content_type if body is not None else "",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        return Answer(response.status_code, dict(response.headers), response.content)


def resource(type_: str, **attributes: object) -> dict[str, Any]:
    """Return a document with one resource."""
    return {"data": {"type": type_, "attributes": attributes}}


def resources(type_: str, *rows: dict[str, object]) -> dict[str, Any]:
    """Return a document with many resources, each by its attributes."""
    return {"data": [{"type": type_, "attributes": row} for row in rows]}


def items(*values: object) -> dict[str, object]:
    """Return a collection."""
    return {"items": list(values)}


def make_record(
    api: Api, type_: str, name: str = "", **linkage: object
) -> dict[str, str]:
    """Create a record with a name and linkage, and return its identifier."""
    body = resource(type_, **({"name": name} if name else {}))
    body["data"]["relationships"] = {n: {"data": data} for n, data in linkage.items()}
    answer = api.post(f"objects/{type_}/records", body)
    assert answer.status == 201, answer.json
    return {"type": type_, "id": answer.id}

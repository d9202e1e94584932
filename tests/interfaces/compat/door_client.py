"""Calls the front doors as their clients would."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.api_client import Answer

BASES = {
    "clarky": "/compat/clarky/api/v1",
    "clara": "/compat/clara",
    "inkbox": "/compat/inkbox/api/v1",
}


class DoorClient:
    """One door, with a key."""

    def __init__(self, door: str, secret: str) -> None:
        self.door = door
        self.base = BASES[door]
        key = {"X-API-Key": secret}
        if door != "inkbox":
            key = {"Authorization": f"Bearer {secret}"}
        self.client = Client(headers=key, raise_request_exception=False)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, **headers)

    def call(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> Answer:
        """Call a path below the door's address, or an absolute one."""
        content_type = headers.pop("content_type", "application/json")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.client.generic(
            method,
            path if path.startswith("/compat") else f"{self.base}/{path}",
            b"" if body is None else data,
            content_type=content_type if body is not None else "",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        return Answer(response.status_code, dict(response.headers), response.content)


def some(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return the members of one object that another has too."""
    return {name: whole.get(name) for name in part}

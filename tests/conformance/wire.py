"""Documents, and what the tests send and read over the wire."""

from __future__ import annotations

from typing import Any

import httpx

JSONAPI = "application/vnd.api+json"
CURSORS = "https://jsonapi.org/profiles/ethanresnick/cursor-pagination"
WITH_CURSORS = {"Accept": f'{JSONAPI};profile="{CURSORS}"'}
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
DEALS = "objects/deal/records"
CONVERSATIONS = "objects/conversation/records"

Resource = dict[str, Any]


def document(
    type_: str, attributes: object = None, **linkage: object
) -> dict[str, Any]:
    """Return a document with a resource and the linkage of its relationships."""
    data: Resource = {"type": type_}
    if attributes is not None:
        data["attributes"] = attributes
    if linkage:
        data["relationships"] = {name: {"data": d} for name, d in linkage.items()}
    return {"data": data}


def create(
    client: httpx.Client, type_: str, attributes: object = None, **linkage: object
) -> Resource:
    """Create a record and return its resource."""
    body = document(type_, attributes or {}, **linkage)
    answer = client.post(f"objects/{type_}/records", json=body)
    assert answer.status_code == 201, answer.text
    created: Resource = data(answer)
    return created


def data(answer: httpx.Response) -> Any:
    """Return the primary data of an answer."""
    return answer.json()["data"]


def ref(resource: Resource) -> Resource:
    """Return the identifier of a resource."""
    return {"type": resource["type"], "id": resource["id"]}


def address(resource: Resource, *steps: str) -> str:
    """Return the address of a resource, or of something below it."""
    path = f"objects/{resource['type']}/records/{resource['id']}"
    return "/".join((path, *steps))


def names(answer: httpx.Response) -> list[str]:
    """Return the name of each record in an answer."""
    return [row["attributes"]["name"] for row in data(answer)]


def errors(answer: httpx.Response) -> tuple[int, list[tuple[str, dict[str, str]]]]:
    """Return the status of a refusal, and the code and the source of each error."""
    found = answer.json()["errors"]
    pairs = [(error["code"], error.get("source", {})) for error in found]
    return answer.status_code, pairs

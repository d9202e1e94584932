"""Merges records and takes them apart, as a client would."""

from __future__ import annotations

from typing import Any

from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
TALKS = "objects/conversation/records"


def person(
    api: Api, linkage: dict[str, Any] | None = None, **attributes: object
) -> str:
    """Create a person and return the id."""
    body = resource("person", **attributes)
    body["data"]["relationships"] = {n: {"data": d} for n, d in (linkage or {}).items()}
    answer = api.post(PEOPLE, body)
    assert answer.status == 201, answer.json
    return answer.id


def named(*ids: str) -> dict[str, Any]:
    """Return the document that names people."""
    return {"data": [{"type": "person", "id": one} for one in ids]}


def merge(api: Api, survivor: str, *losers: str, **meta: object) -> Answer:
    """Let people go into another one."""
    body = named(*losers) | ({"meta": meta} if meta else {})
    return api.post(f"{PEOPLE}/{survivor}/merge", body)


def merged(api: Api, survivor: str, *losers: str, **meta: object) -> Any:
    """Let people go into another one, and return its attributes."""
    answer = merge(api, survivor, *losers, **meta)
    assert answer.status == 200, answer.json
    return answer.data["attributes"]


def unmerge(api: Api, survivor: str, *losers: str, **meta: object) -> Answer:
    """Let people come out of another one again."""
    body = named(*losers) | ({"meta": meta} if meta else {})
    return api.post(f"{PEOPLE}/{survivor}/unmerge", body)


def patch(api: Api, record: str, **attributes: object) -> Answer:
    answer = api.patch(f"{PEOPLE}/{record}", resource("person", **attributes))
    assert answer.status == 200, answer.json
    return answer


def linked(api: Api, record: str, relationship: str) -> list[str]:
    """Return the ids of those a person is linked to."""
    answer = api.get(f"{PEOPLE}/{record}/relationships/{relationship}")
    return [one["id"] for one in answer.data]

"""Makes records that may be the same, and asks which are."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"


def make(api: Api, type_: str, **attributes: object) -> str:
    """Create a record and return its id."""
    answer = api.post(f"objects/{type_}/records", resource(type_, **attributes))
    assert answer.status == 201, answer.json
    return answer.id


def person(api: Api, name: str = "", **attributes: object) -> str:
    named = {"name": name} if name else {}
    return make(api, "person", **named, **attributes)


def company(api: Api, name: str, **attributes: object) -> str:
    return make(api, "company", name=name, **attributes)


def duplicates(api: Api, record: str, type_: str = "person") -> list[Any]:
    """Return the pairs of a record."""
    answer = api.get(f"objects/{type_}/records/{record}/duplicates")
    assert answer.status == 200, answer.json
    return list(answer.data)


def told(pair: Any) -> tuple[float, list[tuple[str, str]]]:
    """Return the score of a pair, and the field and kind of each reason."""
    shown = pair["attributes"]
    return shown["score"], [(r["field"], r["kind"]) for r in shown["reasons"]]


def others(pairs: list[Any], record: str) -> list[str]:
    """Return the other record of each pair of one."""
    return [
        one["id"]
        for pair in pairs
        for one in pair["relationships"]["records"]["data"]
        if one["id"] != record
    ]

"""Reads the change feed as a client would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.api_client import Api

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
TOKENS = re.compile(
    r"[a-z]{3}_[0-9A-Z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}"
    r"|\d{4}-\d{2}-\d{2}T[\d:.]+Z"
)
"""Ids and times."""


def changes(api: Api, parameters: str = "") -> list[dict[str, Any]]:
    """Return the changes of one page."""
    answer = api.get(f"changes?{parameters}" if parameters else "changes")
    assert answer.status == 200, answer.json
    found: list[dict[str, Any]] = answer.data
    return found


def walk(api: Api, cursor: str = "", size: int = 3) -> Iterator[dict[str, Any]]:
    """Yield all changes behind a cursor, or all that there are, page by page."""
    while True:
        after = f"&page[after]={cursor}" if cursor else ""
        answer = api.get(f"changes?page[size]={size}{after}").json
        yield from answer["data"]
        if not answer["meta"]["has_more"]:
            return
        cursor = answer["meta"]["cursor"]


def now(api: Api) -> str:
    """Return the cursor of the head."""
    answer = api.get("changes?page[after]=now").json
    assert answer["data"] == []
    return str(answer["meta"]["cursor"])


def told(change: dict[str, Any]) -> tuple[str, str | None]:
    """Return the kind of a change, and the id of its record."""
    record = change["relationships"]["record"]["data"]
    return change["attributes"]["kind"], record and record["id"]


def plain(side: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a side without those that the system keeps."""
    return {name: v for name, v in side.items() if not name.startswith("_")}


def normal(found: Iterable[dict[str, Any]]) -> list[Any]:
    """Return changes with each id and time called by when it first came."""
    names: dict[str, str] = {}
    text = json.dumps([{**one, "links": None} for one in found])
    named = TOKENS.sub(lambda m: names.setdefault(m[0], f"#{len(names)}"), text)
    return list(json.loads(named))

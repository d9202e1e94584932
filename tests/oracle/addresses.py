"""Reads the filters of an address as docs/reading.md says, into a query document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from tests.oracle.oracle import FLAGS, WORDS
from tests.oracle.things import (
    COMPARED,
    JSON,
    NUMBER,
    TEXT,
    Kind,
    at_end,
    is_collection,
    type_at,
)

WHOLE = {"eq", "ne", "gt", "gte", "lt", "lte"}
ITEMS = {"contains", "excludes"}
"""Operators that are given a whole value, and those that are given a whole item."""

COMPARISONS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}


class Parameter(NamedTuple):
    """One ``filter[path][operator]=text``; without an operator, text may name one."""

    path: str
    operator: str | None
    text: str

    @property
    def name(self) -> str:
        """What stands before the equals sign."""
        operator = "" if self.operator is None else f"[{self.operator}]"
        return f"filter[{self.path}]{operator}"


class End(NamedTuple):
    """A field that a path leads to, and the type of its values or items."""

    kind: Kind
    slug: str
    type: str
    is_collection: bool


def end_of(kind: Kind, path: str) -> End:
    """Return what a path leads to."""
    *hops, last = path.removeprefix(f"{kind.slug}.").split(".")
    kind = at_end(kind, hops)
    if last in kind.relationships:
        return End(kind.relationships[last], "id", "id", is_collection=False)
    return End(kind, last, type_at(kind, last), is_collection(kind, last))


def document_of(kind: Kind, parameters: Iterable[Parameter]) -> JSON:
    """Return the query document that asks for the same as parameters do."""
    return {"and": [leaf_of(kind, parameter) for parameter in parameters]}


def leaf_of(kind: Kind, parameter: Parameter) -> JSON:
    """Return the part of a query document that a parameter stands for."""
    path, operator, text = parameter
    if path == "search":
        return {"search": text}
    end = end_of(kind, path)
    if operator is None:
        operator, text = read_shorthand(end, text)
    return {path: {operator: read(end, WORDS.get(operator, operator), text)}}


def read(end: End, operator: str, text: str) -> JSON:
    """Return what an operator is given."""
    if operator in FLAGS:
        return text == "true"
    if operator in {"in", "notin"}:
        return [read(end, "eq", one) for one in text.split(",")] if text else []
    if operator not in WHOLE and not (operator in ITEMS and end.is_collection):
        return text
    if end.type in {"json", "location", "shaped", "checkbox"}:
        return json.loads(text)
    return Decimal(text) if end.type in NUMBER else text


def read_shorthand(end: End, text: str) -> tuple[str, str]:
    """Return the operator that is written into a value, and what it is given."""
    return next(shorthands(end, text), ("eq", text))


def shorthands(end: End, text: str) -> Iterator[tuple[str, str]]:
    """Return what the table of docs/reading.md makes of a value."""
    if text in {"null", "!null"}:
        yield "empty", "true" if text == "null" else "false"
    if end.type == "select" and "," in text:
        yield "in", text
    if not end.is_collection:
        yield from signs(end, text)


def signs(end: End, text: str) -> Iterator[tuple[str, str]]:
    """Return what signs before and stars around a value mean."""
    if text.startswith("!=") and end.type in COMPARED | TEXT | {"select", "checkbox"}:
        yield "ne", text[2:]
    if end.type in COMPARED:
        found = (sign for sign in COMPARISONS if text.startswith(sign))
        yield from ((COMPARISONS[sign], text[len(sign) :]) for sign in found)
    if end.type in TEXT and len(text) > 1:
        yield from stars(text)


def stars(text: str) -> Iterator[tuple[str, str]]:
    """Return what stars at the ends of a text mean."""
    if text.startswith("*") and text.endswith("*"):
        yield "contains", text[1:-1]
    if text.startswith("*"):
        yield "endswith", text[1:]
    if text.endswith("*"):
        yield "startswith", text[:-1]

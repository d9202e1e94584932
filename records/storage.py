"""Attributes as they are stored: JSON that a read returns as it is."""

from __future__ import annotations

import json
from decimal import Decimal

import orjson

from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import dumps
from crm.sql import Row
from objects.schema import Schema

BITS = 2**63


def load(text: str) -> JSONObject:
    """Return a stored document as values. Numbers are exact."""
    value = load_value(text)
    assert isinstance(value, dict)
    return value


def load_value(text: str) -> JSON:
    """Return stored JSON as a value. Numbers are exact.

    Few documents have numbers that orjson would round; they are read again.
    """
    value: JSON = orjson.loads(text)
    return value if _is_exact(value) else DECODER.decode(text)


def load_rows(text: str | None) -> list[Row]:
    """Return the rows that a statement made an array of arrays of; none for null."""
    if text is None:
        return []
    rows = DECODER.decode(text)
    return [tuple(row) for row in rows]


def _is_exact(value: JSON) -> bool:
    """Whether a value has whole numbers of 64 bits at most, and no others."""
    match value:
        case dict():
            return all(map(_is_exact, value.values()))
        case list():
            return all(map(_is_exact, value))
        case int():
            return value < BITS
    return not isinstance(value, float)


def _exact_integer(digits: str) -> JSON:
    number = int(digits)
    return number if -BITS <= number < BITS else Decimal(number)


DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_exact_integer)


def is_stored(value: JSON) -> bool:
    """Whether a value is kept: a field without a value has no member at all."""
    return value is not None and value != {"items": []}


def load_values(schema: Schema, text: str) -> JSONObject:
    """Return what a stored document has of each field, by slug."""
    slugs, members = schema.members, load(text)
    return {slugs[name]: value for name, value in members.items() if name in slugs}


def dump_values(schema: Schema, values: JSONObject) -> str:
    """Return the document in which values, which are given by slug, are stored."""
    fields = schema.fields
    members = {fields[slug].member: value for slug, value in values.items()}
    return dumps(members).decode()

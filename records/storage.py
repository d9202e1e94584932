"""Attributes as they are stored: JSON that a read returns as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

import orjson

from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import dumps
from crm.sql import Row
from objects.models import Field
from objects.schema import Schema

BITS = 2**63
EXACT = {str, bool, type(None)}
"""What orjson reads as it is written, whatever it is."""


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
    if isinstance(value, dict):
        return _are_exact(value.values())
    if isinstance(value, list):
        return _are_exact(value)
    return value < BITS if isinstance(value, int) else not isinstance(value, float)


def _are_exact(values: Iterable[JSON]) -> bool:
    # A loop, and types before calls: this is done for each value that is read.
    for value in values:
        if type(value) not in EXACT and not _is_exact(value):
            return False
    return True


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


def load_noted(schema: Schema, text: str) -> JSONObject:
    """Return what a document has of each field, by slug, if the journal names them so.

    So do the journal's own, and what is kept beside the items of fields.
    """
    slugs, members = schema.noted_values, load(text)
    return {slugs[name]: value for name, value in members.items() if name in slugs}


def load_as_noted(schema: Schema, text: str) -> JSONObject:
    """Return what a stored document has of each field, as the journal has it so far.

    Of a field that got another type that is the former value until it is noted that it
    reads otherwise.
    """
    values = load_values(schema, text) | load_former(schema, text)
    return {schema.noted_as[slug]: value for slug, value in values.items()}


def dump_noted(schema: Schema, values: JSONObject) -> str:
    """Return the document that names fields as the journal does."""
    members = {schema.noted_as[slug]: value for slug, value in values.items()}
    return dumps(members).decode()


def load_former(schema: Schema, text: str) -> JSONObject:
    """Return the values of former types that a stored document still has, by slug."""
    if not schema.noting:
        return {}
    members = load(text)
    return {
        slug: members[former.member]
        for slug, former in schema.noting.items()
        if former.member in members
    }


def dump_stored(values: Iterable[tuple[Field, JSON]]) -> str:
    """Return the document in which values, each with its field, are stored."""
    return dumps({field.member: value for field, value in values}).decode()

"""Each kind of values is read, and written in short, in its own way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm.errors import InvalidParameter
from crm.json_types import JSON
from crm.jsonapi.queries import Place
from objects.field_types.base import ValueKind
from objects.models import Field
from records.reading.filters.kinds import KINDS, AnyKind, kind_of
from records.reading.filters.operands import Days

PLACE = Place("filter[it]")
OPTIONS = {
    "options": [{"label": "Won"}, {"label": "Lost"}],
    "shape": {"email": "email"},
}
MARCH = Days("2026-03-01T00:00:00.000Z", "2026-03-01T23:59:59.999Z")

SHORT: list[tuple[str, str, tuple[str, str]]] = [
    *[(t, "null", ("empty", "true")) for t in ("text", "number", "json", "tags")],
    *[(t, "!null", ("empty", "false")) for t in ("date", "agent", "location")],
    ("text", "!=Ada", ("ne", "Ada")),
    ("text", "*Ada*", ("contains", "Ada")),
    ("text", "Ada*", ("startswith", "Ada")),
    ("text", "*Ada", ("endswith", "Ada")),
    ("text", "*", ("eq", "*")),
    ("text", ">5", ("eq", ">5")),
    ("text", "a,b", ("eq", "a,b")),
    ("number", ">5", ("gt", "5")),
    ("number", ">=5", ("gte", "5")),
    ("number", "!=5", ("ne", "5")),
    ("datetime", "<2026-03-01", ("lt", "2026-03-01")),
    ("date", "<=2026-03-01", ("lte", "2026-03-01")),
    ("select", "Won,Lost", ("eq", "Won,Lost")),
    ("select", "!=Won", ("ne", "Won")),
    ("multi_select", "Won,Lost", ("eq", "Won,Lost")),
    ("multi_select", "!=Won", ("eq", "!=Won")),
    ("tags", "a,b", ("eq", "a,b")),
    ("date_collection", ">2026-03-01", ("eq", ">2026-03-01")),
    ("checkbox", "!=true", ("ne", "true")),
    ("agent", "!=x", ("ne", "x")),
    ("location", "*x*", ("eq", "*x*")),
    ("json", "[1,2]", ("eq", "[1,2]")),
]

READ: list[tuple[str, JSON, object]] = [
    ("text", " Ada ", " Ada "),
    ("tags", " two  words ", "two words"),
    ("email", "Ada@Example.com", "ada@example.com"),
    ("number", "005.10", Decimal("5.1")),
    ("integer", 2**70, Decimal(2**70)),
    ("date", "2026-03-01", "2026-03-01"),
    ("date_collection", "2026-03-01", "2026-03-01"),
    ("datetime", "2026-03-01", MARCH),
    ("datetime", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00.000Z"),
    ("select", "Won", "Won"),
    ("checkbox", "true", True),
    ("json", '{"a": 1}', {"a": 1}),
    ("location", '{"city": "Rome"}', {"city": "Rome"}),
    ("json_collection", '{"email": "a@b.co"}', {"email": "a@b.co"}),
    ("json_collection", {"email": "a@b.co"}, {"email": "a@b.co"}),
    ("json_collection", "a@b.co", "a@b.co"),
]

REFUSED: list[tuple[str, JSON]] = [
    ("text", "a\x00"),
    ("email", "nobody"),
    ("number", "five"),
    ("number", True),
    ("date", "20260301"),
    ("date", "2026-02-30"),
    ("datetime", "20260301"),
    ("datetime", "2026-03-01T12:00:00"),
    ("select", "won"),
    ("multi_select", "won"),
    ("checkbox", "yes"),
    ("json", "{"),
    ("location", "Rome"),
    ("json_collection", '{"phone": "1"}'),
    ("json_collection", "{"),
    ("agent", "scout"),
]


def field_of(type_: str) -> Field:
    return Field(slug="it", type=type_, options=OPTIONS)


def kind(type_: str) -> AnyKind:
    return kind_of(field_of(type_).field_type)


@pytest.mark.parametrize(("type_", "text", "asked"), SHORT)
def test_an_operator_can_be_written_into_a_value(
    type_: str, text: str, asked: tuple[str, str]
) -> None:
    operator, _ = asked

    assert kind(type_).shorthand(text) == asked
    assert operator in kind(type_).operators


@pytest.mark.parametrize(("type_", "raw", "value"), READ)
def test_reads_a_value(type_: str, raw: JSON, value: object) -> None:
    assert kind(type_).read(raw, PLACE, field_of(type_)) == value


@pytest.mark.parametrize(("type_", "raw"), REFUSED)
def test_refuses_a_value(type_: str, raw: JSON) -> None:
    with pytest.raises(InvalidParameter):
        kind(type_).read(raw, PLACE, field_of(type_))


@pytest.mark.parametrize("value_kind", KINDS)
def test_every_kind_is_read_and_refused_above(value_kind: ValueKind) -> None:
    read, refused = (
        {Field(type=case[0]).item_type.kind for case in cases}
        for cases in (READ, REFUSED)
    )

    assert value_kind in read | {ValueKind.AGENT, ValueKind.RELATIONSHIP}
    assert value_kind in refused | {ValueKind.RELATIONSHIP}

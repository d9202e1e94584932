"""Each field type stores what fits and refuses what does not."""

from __future__ import annotations

from decimal import Decimal
from unicodedata import normalize

import pytest

from crm.json_types import JSON, JSONObject
from objects.field_types import FIELD_TYPES
from objects.field_types.base import InvalidValue, WrongShape
from objects.models import Field

OPTIONS = Field(
    options={
        "options": [{"label": "Won"}, {"label": "Lost"}, {"label": "É"}],
        "shape": {"email": "email", "name": "text", "seats": "integer"},
    }
)
AGENT = "0190b2c4-7d1e-7c3a-9f00-0123456789ab"
LONDON: JSON = {"city": "London", "country": "UK"}


def items(*values: JSON) -> JSONObject:
    return {"items": list(values)}


def nested(levels: int) -> JSON:
    """Return arrays inside each other."""
    return [nested(levels - 1)] if levels > 1 else []


def apart(value: JSON) -> JSON:
    """Return a value with the accents of its text as characters of their own."""
    match value:
        case str():
            return normalize("NFD", value)
        case list():
            return [apart(item) for item in value]
        case dict():
            return {normalize("NFD", name): apart(v) for name, v in value.items()}
    return value


def stored(name: str, value: JSON) -> JSON:
    return FIELD_TYPES[name].clean(value, OPTIONS)


ACCEPTED: list[tuple[str, JSON, JSON]] = [
    ("text", "Ada", "Ada"),
    ("text", "", ""),
    ("text", " two  words ", " two  words "),
    ("text", "Zoë 北京 👩‍🚀 İ ς", "Zoë 北京 👩‍🚀 İ ς"),
    ("text", "tab\tline\nreturn\r", "tab\tline\nreturn\r"),
    ("text", "Zoe\u0308", "Zoë"),
    ("multiline_text", "one\ntwo", "one\ntwo"),
    ("multiline_text", "e\u0301\ntwo", "é\ntwo"),
    ("number", 0, 0),
    ("number", Decimal("-0.0"), 0),
    ("number", Decimal("1.50"), Decimal("1.5")),
    ("number", Decimal("25000.0"), 25000),
    ("number", Decimal("1E+2"), 100),
    ("number", Decimal("0.0001"), Decimal("0.0001")),
    ("number", Decimal("999999999999.9999"), Decimal("999999999999.9999")),
    ("number", Decimal("-999999999999.9999"), Decimal("-999999999999.9999")),
    ("number", "49.90", Decimal("49.9")),
    ("number", " -7 ", -7),
    ("number", "+0012.500", Decimal("12.5")),
    ("integer", 0, 0),
    ("integer", "9223372036854775807", 2**63 - 1),
    ("integer", "5.0", 5),
    ("integer", Decimal("3.0"), 3),
    ("integer", Decimal("1E+18"), 10**18),
    ("integer", 2**63 - 1, 2**63 - 1),
    ("integer", -(2**63), -(2**63)),
    ("currency", Decimal("19.99"), Decimal("19.99")),
    ("currency", "49.90", Decimal("49.9")),
    ("checkbox", True, True),
    ("checkbox", False, False),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", " 2024-02-29\n", "2024-02-29"),
    ("date", "0001-01-01", "0001-01-01"),
    ("date", "9999-12-31", "9999-12-31"),
    ("datetime", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"),
    ("datetime", "2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00.000Z"),
    ("datetime", "2026-03-01t12:00:00.123456789z", "2026-03-01T12:00:00.123Z"),
    ("datetime", "2026-03-01 12:00-00:30", "2026-03-01T12:30:00.000Z"),
    ("datetime", "2026-03-01T12:00:00+0000", "2026-03-01T12:00:00.000Z"),
    ("datetime", "2026-03-01T12:00:00-0130", "2026-03-01T13:30:00.000Z"),
    ("datetime", "2026-03-01T12:00:00+00", "2026-03-01T12:00:00.000Z"),
    ("datetime", " 2026-03-01T12:00+02 ", "2026-03-01T10:00:00.000Z"),
    ("datetime", "9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
    ("select", "Won", "Won"),
    ("select", "E\u0301", "É"),
    ("multi_select", items("Lost", "Won"), items("Lost", "Won")),
    ("multi_select", items("Won", "Won"), items("Won")),
    ("multi_select", items(), items()),
    ("tags", items("vip", " big   fish ", "VIP"), items("vip", "big fish")),
    ("tags", items("e\u0301", "É"), items("é")),
    ("url", "https://example.com/e\u0301", "https://example.com/é"),
    ("url", "https://example.com/A?b=c#d", "https://example.com/A?b=c#d"),
    ("url", " example.com ", "https://example.com"),
    ("url", "http://localhost.localdomain:8000", "http://localhost.localdomain:8000"),
    ("email", " Ada@Example.COM ", "ada@example.com"),
    ("email", "ada+crm@acme.local", "ada+crm@acme.local"),
    ("email", "zoë@münchen.de", "zoë@münchen.de"),
    ("email", "zoe\u0308@mu\u0308nchen.de", "zoë@münchen.de"),
    ("email", "ada@xn--mnchen-3ya.de", "ada@münchen.de"),
    ("phone", "+1 (415) 555-0100", "+14155550100"),
    ("phone", "+14155550100", "+14155550100"),
    ("domain", "Example.COM", "example.com"),
    ("domain", "https://www.example.com/path?q=1", "example.com"),
    ("domain", "example.com.", "example.com"),
    ("domain", "www.com", "www.com"),
    ("domain", "MÜNCHEN.de", "münchen.de"),
    ("domain", "mu\u0308nchen.de", "münchen.de"),
    ("domain", "J\u030c.de", "\u01f0.de"),
    ("json", {}, {}),
    ("json", [1, "a", None, True, {"b": []}], [1, "a", None, True, {"b": []}]),
    ("json", {"n": Decimal("0.10")}, {"n": Decimal("0.10")}),
    ("json", {"e\u0301": ["a\u030a"]}, {"é": ["å"]}),
    ("location", LONDON, LONDON),
    ("location", {"city": "Malmo\u0308"}, {"city": "Malmö"}),
    ("location", {"country": "UK", "city": "London", "street": None}, LONDON),
    ("location", {"city": "London", "country": "UK", "region": ""}, LONDON),
    ("agent", AGENT.upper(), AGENT),
    ("owner", AGENT.upper(), AGENT),
    ("owner", f"user:{AGENT.upper()}", f"user:{AGENT}"),
    ("text_collection", items("b", "a", "B"), items("b", "a")),
    ("email_collection", items("a@b.co", "A@B.co"), items("a@b.co")),
    ("phone_collection", items("+14155550100"), items("+14155550100")),
    ("domain_collection", items("b.co", "www.b.co", "a.co"), items("b.co", "a.co")),
    (
        "domain_collection",
        items("münchen.de", "xn--mnchen-3ya.de"),
        items("münchen.de"),
    ),
    ("url_collection", items("a.co", "https://a.co"), items("https://a.co")),
    (
        "date_collection",
        items("2026-01-02", "2026-01-01"),
        items("2026-01-02", "2026-01-01"),
    ),
    (
        "location_collection",
        items(LONDON, {"city": "Oslo"}),
        items(LONDON, {"city": "Oslo"}),
    ),
    (
        "location_collection",
        items(LONDON, {"country": "uk", "city": "LONDON"}),
        items(LONDON),
    ),
    (
        "json_collection",
        items(
            {"name": "Ada", "email": " ada@example.com ", "seats": 2},
            {"seats": 2, "email": "ada@example.com", "name": "ADA"},
            {"name": "Bea", "email": None, "seats": 0},
        ),
        items(
            {"email": "ada@example.com", "name": "Ada", "seats": 2},
            {"name": "Bea", "seats": 0},
        ),
    ),
]

REFUSED: list[tuple[str, JSON]] = [
    ("text", 1),
    ("text", True),
    ("text", ["a"]),
    ("text", {}),
    ("text", "NUL \x00"),
    ("text", "escape \x1b"),
    ("text", "delete \x7f"),
    ("text", "half of a pair \ud83d"),
    ("multiline_text", "a\x00b"),
    ("multiline_text", Decimal("1.5")),
    ("number", "one"),
    ("number", "1,5"),
    ("number", "1e3"),
    ("number", ".5"),
    ("number", "0.12345"),
    ("number", "9" * 31),
    ("number", "\uff11"),
    ("number", ""),
    ("number", True),
    ("number", Decimal("0.00001")),
    ("number", Decimal("1E-99999")),
    ("number", Decimal("999999999999.99999")),
    ("number", 10**12),
    ("number", -(10**12)),
    ("number", 10**900),
    ("number", Decimal("1E+99999")),
    ("number", Decimal("1E+9999999")),
    ("number", Decimal("-1E+9999999")),
    ("number", Decimal("1E-9999999")),
    ("integer", Decimal("1.5")),
    ("integer", "1.5"),
    ("integer", "9223372036854775808"),
    ("integer", "0x10"),
    ("integer", False),
    ("integer", 2**63),
    ("integer", -(2**63) - 1),
    ("integer", Decimal("1E+99999")),
    ("integer", Decimal("1E+9999999")),
    ("integer", Decimal("1E-99999")),
    ("currency", "$5"),
    ("currency", 10**12),
    ("checkbox", 1),
    ("checkbox", "true"),
    ("date", "2026-02-29"),
    ("date", "2026-13-01"),
    ("date", "0000-01-01"),
    ("date", "20260301"),
    ("date", "2026-03-01T00:00:00Z"),
    ("date", "\uff12\uff10\uff12\uff16-03-01"),
    ("date", 20260301),
    ("datetime", "2026-03-01T12:00:00"),
    ("datetime", "2026-03-01"),
    ("datetime", "2026-03-01T25:00:00Z"),
    ("datetime", "2026-03-01T12:00:60Z"),
    ("datetime", "0001-01-01T00:00:00+01:00"),
    ("datetime", "9999-12-31T23:59:59-01:00"),
    ("datetime", "2026-03-01T12:00:00+24:00"),
    ("datetime", "2026-03-01T12:00:00+2"),
    ("datetime", "2026-03-01T12:00:00+02:0"),
    ("datetime", "2026-03-01T12:00:00+020"),
    ("datetime", 1767225600),
    ("select", "won"),
    ("select", "Drawn"),
    ("select", ["Won"]),
    ("select", {"label": "Won"}),
    ("select", 0),
    ("multi_select", items("Won", "Drawn")),
    ("multi_select", items(["Won"])),
    ("tags", items("  ")),
    ("tags", items("x" * 101)),
    ("tags", items(1)),
    ("url", "nowhere"),
    ("url", "ftp://example.com"),
    ("url", "javascript://example.com/%0aalert(1)"),
    ("url", "mailto:ada@example.com"),
    ("url", "https://."),
    ("url", "https://exa mple.com"),
    ("url", "https://[::1"),
    ("url", "a.co/" + "x" * 2043),
    ("url", 1),
    ("email", "ada"),
    ("email", "ada@localhost"),
    ("email", "Ada <ada@example.com>"),
    ("email", "ada@example.com, bea@example.com"),
    ("email", "a\x00b@example.com"),
    ("email", f"{'a' * 250}@example.com"),
    ("email", None),
    ("phone", "415 555 0100"),
    ("phone", "+1 415 555 0100 ext 5"),
    ("phone", "+1"),
    ("phone", "+999999999999999999"),
    ("phone", 14155550100),
    ("domain", "localhost"),
    ("domain", "-a.com"),
    ("domain", "a_b.com"),
    ("domain", "a..com"),
    ("domain", "ada@example.com"),
    ("domain", f"{'a' * 64}.com"),
    ("domain", f"{'a.' * 126}com"),
    ("domain", ""),
    ("domain", "\u2615\ufe0f\u200d.\u200d"),
    ("json", "text"),
    ("json", 1),
    ("json", {"a": 2**63}),
    ("json", {"a": Decimal("1E+400")}),
    ("json", {"a": Decimal("1E-400")}),
    ("json", {"a\x00": 1}),
    ("json", ["\ud800"]),
    ("json", {"e\u0301": 1, "é": 2}),
    ("location", "London"),
    ("location", {}),
    ("location", {"city": ""}),
    ("location", {"planet": "Earth"}),
    ("location", {"city": 1}),
    ("location", {"city": "x" * 256}),
    ("location", {"city": "a\x00"}),
    ("agent", "scout"),
    ("agent", 1),
    ("agent", ""),
    ("agent", f"user:{AGENT}"),
    ("owner", "user:"),
    ("owner", "me"),
    ("owner", {"type": "user", "id": AGENT}),
    ("text_collection", items("a", 1)),
    ("text_collection", items("")),
    ("text_collection", items("a\x00")),
    ("email_collection", items("a@b.co", "nobody")),
    ("phone_collection", items("0100")),
    ("domain_collection", items("nowhere")),
    ("url_collection", items("nowhere")),
    ("date_collection", items("yesterday")),
    ("location_collection", items({})),
    ("json_collection", items({})),
    ("json_collection", items({"name": "", "email": None})),
    ("json_collection", items("ada@example.com")),
    ("json_collection", items({"phone": "+14155550100"})),
    ("json_collection", items({"email": "ada"})),
    ("json_collection", items({"seats": 1.5})),
    ("json_collection", items({"name": {"first_name": "Ada"}})),
    ("location_collection", items("London")),
    ("relationship", "com_01HX9Z2K3M4N5P6Q7R8S9T0V1W"),
]

COLLECTIONS = [name for name in FIELD_TYPES if name.endswith("_collection")]
COLLECTIONS += ["tags", "multi_select"]

WRONG_SHAPES: list[JSON] = [[], ["a"], "a", {}, {"items": None}, {"items": "a"}]
WRONG_SHAPES += [{"items": {}}, {"items": [], "more": 1}]

LONGEST: list[tuple[str, JSON, JSON]] = [
    ("text", "x" * 10_000, "x" * 10_001),
    ("text", "👩" * 10_000, "👩" * 10_001),
    ("multiline_text", "x" * 100_000, "x" * 100_001),
    ("tags", items("x" * 100), items("x" * 101)),
    ("url", f"https://a.co/{'x' * 2035}", f"https://a.co/{'x' * 2036}"),
    ("location", {"city": "x" * 255}, {"city": "x" * 256}),
    ("text_collection", items(*map(str, range(100))), items(*map(str, range(101)))),
    ("text_collection", items(*["a"] * 100), items(*["a"] * 101)),
    ("json", {"a": "x" * (65_536 - 8)}, {"a": "x" * (65_536 - 7)}),
    ("json", nested(32), nested(33)),
]


@pytest.mark.parametrize(("name", "value", "expected"), ACCEPTED)
def test_accepts(name: str, value: JSON, expected: JSON) -> None:
    assert stored(name, value) == expected


@pytest.mark.parametrize(("name", "value", "expected"), ACCEPTED)
def test_accepts_again_what_it_stored(name: str, value: JSON, expected: JSON) -> None:
    assert stored(name, stored(name, value)) == expected


@pytest.mark.parametrize(("name", "value", "expected"), ACCEPTED)
def test_stores_the_same_of_text_whose_accents_are_apart(
    name: str, value: JSON, expected: JSON
) -> None:
    assert stored(name, apart(value)) == expected


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refuses(name: str, value: JSON) -> None:
    with pytest.raises(InvalidValue):
        stored(name, value)


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_every_type_is_tried_above(name: str) -> None:
    assert name in {case[0] for case in ACCEPTED} or name == "relationship"
    assert name in {case[0] for case in REFUSED}


@pytest.mark.parametrize("value", WRONG_SHAPES)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_asks_for_items(name: str, value: JSON) -> None:
    with pytest.raises(WrongShape, match='"items"'):
        stored(name, value)


@pytest.mark.parametrize(
    ("name", "longest", "longer"), LONGEST, ids=[case[0] for case in LONGEST]
)
def test_accepts_the_longest_and_no_more(
    name: str, longest: JSON, longer: JSON
) -> None:
    stored(name, longest)

    with pytest.raises(InvalidValue):
        stored(name, longer)


def test_points_at_every_bad_item() -> None:
    with pytest.raises(InvalidValue) as refusal:
        stored("email_collection", items("nobody", "a@b.co", None))

    assert list(refusal.value.problems) == ["/items/0", "/items/2"]


def test_points_at_every_bad_part_of_a_location() -> None:
    place: JSON = {"planet": "Earth", "city": 1, "a/b": "", "country": "UK"}

    with pytest.raises(InvalidValue) as refusal:
        stored("location_collection", items(LONDON, place))

    assert list(refusal.value.problems) == [
        "/items/1/planet",
        "/items/1/city",
        "/items/1/a~1b",
    ]

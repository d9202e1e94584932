"""Values of every type of field, with those that are easy to get wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.oracle.things import JSON

OPTIONS = ["Won", "won", "In Progress", "Émile", "100%", "a_b", "axb"]

TEXTS = [
    *("", " ", "Ada", "ADA", "ada lovelace", "Adam", "É", "é", "E", "Étude"),
    *("\u01f0", "J\u030c", "j", "García Márquez", "Lódź", "Łódź", "Zürich"),
    *(
        "straße",
        "STRASSE",
        "STRAẞE",
        "İstanbul",
        "istanbul",
        "ISTANBUL",
        "\u0131sparta",
    ),
    *("ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ", "Ǆ", "ǅ", "ﬁx", "fix", "日本語", "👩\u200d💻"),
    *("100%", "100", "1000", "a_b", "axb", "a\\b", "a\\\\b", "\\", "%", "_", "\\%"),
    *("a,b", "a, b", ",", "*x*", "x", "!=Ada", "null", "!null", ">5", "5", "true"),
    *("'; DROP TABLE x; --", '"quoted"', '{"a": 1}', "$.x", "tab\there", "l1\nl2"),
]
TAGS = [text for text in TEXTS if text == " ".join(text.split()) and text]

POOLS: Mapping[str, Sequence[JSON]] = {
    "text": TEXTS,
    "multiline_text": TEXTS,
    "tag": TAGS,
    "number": [
        *(0, 1, -1, 0.0001, -0.0001, 0.5, 5, 5.1, -5.1, 9, 10, 100, 1234.5678),
        *(999999999999, 999999999999.9999, -999999999999.9999),
    ],
    "integer": [0, 1, -1, 7, 9, 10, 2**53 + 1, 10**12, 2**63 - 1, -(2**63)],
    "currency": [0, 0.99, 1, 1.05, 1.5, 11, -2, 10000, 999999999999.99],
    "checkbox": [True, False],
    "date": [
        *("0001-01-01", "0999-12-31", "1000-01-01", "1999-12-31", "2000-02-29"),
        *("2026-02-28", "2026-03-01", "2026-03-02", "9999-12-31"),
    ],
    "datetime": [
        "0001-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "2026-02-28T23:59:59.999Z",
        "2026-03-01T00:00:00.000Z",
        "2026-03-01T00:00:00.001Z",
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T23:59:59.999Z",
        "2026-03-02T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
    ],
    "select": OPTIONS,
    "url": [
        "https://example.com",
        "https://EXAMPLE.com/Path",
        "https://example.com/a_b%20c",
        "http://example.com/axb?q=a,b",
        "http://münchen.example/É",
    ],
    "email": [
        "ada@example.com",
        "a_b@example.com",
        "axb@example.com",
        "a%b@example.com",
        "o'hara@example.org",
        "é@münchen.example",
    ],
    "phone": ["+14155550100", "+14155550101", "+442071838750", "+493012345678"],
    "domain": ["example.com", "a-b.example", "sub.example.com", "münchen.example"],
    "json": [
        *({"a": 1}, {"a": "A"}, {"a": "a"}, {"a": 1, "b": 0.5}, {}),
        *([1, 2], [2, 1], [], {"b": {"c": [None, True]}}),
    ],
    "shaped": [
        {"email": "ada@example.com"},
        {"email": "ada@example.com", "name": "ADA"},
        {"email": "a_b@example.com", "name": "100%"},
        {"name": "É", "status": "a,b"},
        {"name": "İ"},
        {"status": "a\\b", "name": "null"},
    ],
    "location": [
        {"city": "London"},
        {"city": "LONDON"},
        {"city": "London", "country": "UK"},
        {"street": "100% Main_St", "city": "É"},
        {"region": "İ", "postal_code": "12345"},
        {"street": "a\\b", "city": "null"},
    ],
}
"""Values as they are stored, by the type of a field or of its items."""


def item_type(type_: str) -> str:
    """Return the type of the items of a field, or of its value."""
    items = {"tags": "tag", "multi_select": "select", "json_collection": "shaped"}
    return items.get(type_, type_.removesuffix("_collection"))

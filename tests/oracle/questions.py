"""Makes up filters: from the world's fields, the operators that they take, and luck."""

from __future__ import annotations

import json
import random
from unicodedata import normalize
from urllib.parse import urlencode

from tests.oracle.addresses import End, Parameter, end_of
from tests.oracle.oracle import FLAGS, texts
from tests.oracle.things import COMPARED, JSON, NUMBER, SYSTEM, TEXT, WHO, Kind
from tests.oracle.values import OPTIONS, POOLS
from tests.oracle.world import World

EVERY = ["eq", "Is", "ne", "Is not", "empty", "Is empty", "Is not empty"]
LISTED = ["in", "One of", "notin", "Not one of"]
PARTS = ["contains", "Contains", "excludes", "Does not contain"]
ENDS = ["startswith", "Starts with", "endswith", "Ends with"]
INSIDE = ["icontains", "Contains text", "Does not contain text"]
SIGNS = ["gt", "gte", "lt", "lte"]
NUMBER_SIGNS = [
    *SIGNS,
    "Greater than",
    "Greater than or equal",
    "Less than",
    "Less than or equal",
]
MOMENT_SIGNS = [*SIGNS, "Is after", "Is on or after", "Is before", "Is on or before"]
MATCHING = {*PARTS, *ENDS, *INSIDE}

AROUND: dict[str, list[JSON]] = {
    "number": [0.00005, -0.00015, 10**12, -(10**12), 10**29, -(10**29), 5.05],
    "integer": [2**63, -(2**63) - 1, 2**53, 0.5, -0.5, 10**29, -(10**29)],
    "currency": [1.049, -1.999, 10**29],
    "date": ["2026-02-27", "2024-02-29", "9999-12-30", "0001-01-02"],
    "datetime": [
        *("2026-03-01", "2026-02-28", "1969-12-31", "0001-01-01", "9999-12-31"),
        *("2026-03-01T01:00:00+01:00", "2026-02-28T19:00:00-05:00"),
        *("2026-03-01T12:00:00Z", "2026-03-01T00:00:00.0005Z"),
    ],
    "text": ["nowhere"],
}
"""Values to ask for beside those that are stored."""

NOTATIONS = [
    *("(415) 555-0100", "+1 415", "415.555.0101", "20 7183 8750", "+49 30 / 12345678"),
    *("(0)", "555-01", "1 (415)", "01", "+44 415"),
]
"""Ways to write a phone number, or some of it."""

WRITTEN_NUMBERS = ["5.10", "5.00000", "+5", "-0", "-0.0", "007", "1.0500", "0.50000000"]
"""Other ways to write a number into an address."""


def operators_of(end: End) -> list[str]:
    """Return the operators in the table of docs/reading.md, in all spellings."""
    if end.is_collection:
        return [*EVERY, *LISTED, *PARTS, *INSIDE]
    if end.type in TEXT:
        return [*EVERY, *LISTED, *PARTS, *ENDS]
    if end.type in COMPARED:
        signs = NUMBER_SIGNS if end.type in NUMBER else MOMENT_SIGNS
        return [*EVERY, *LISTED, *signs, *signs]
    further = {
        "checkbox": ["Is set", "Is not set"],
        "location": [*PARTS, *ENDS],
        "json": [],
    }
    return [*EVERY, *further.get(end.type, LISTED)]


class Questions:
    """An endless supply of filters of one kind of thing, the same for the same seed."""

    def __init__(self, seed: str, world: World, kind: Kind) -> None:
        self.rng = random.Random(seed)
        self.world = world
        self.kind = kind

    def document(self, depth: int) -> JSON:
        """Return a filter of a query document with at most so many levels."""
        if depth == 0 or self.rng.random() < 0.3:
            return self.leaf()
        if self.rng.random() < 0.25:
            return {"not": self.document(depth - 1)}
        many = self.rng.choice([0, 1, 2, 2, 2, 3])
        branches = [self.document(depth - 1) for _ in range(many)]
        joined = {self.rng.choice(["and", "or"]): branches}
        return joined if self.rng.random() < 0.8 else self.leaf() | joined

    def leaf(self) -> JSON:
        """Return a condition of a query document."""
        if self.rng.random() < 0.05:
            return {"search": self.words() or "a"}
        path = self.path()
        end = end_of(self.kind, path)
        if self.rng.random() < 0.1:
            plain = self.value(end)
            return {path: None if isinstance(plain, dict | list) else plain}
        return {path: dict(self.operation(end) for _ in range(self.few()))}

    def parameters(self) -> list[Parameter]:
        """Return filters of an address, by each of the ways to write them."""
        return [self.parameter() for _ in range(self.few())]

    def words(self) -> str:
        """Return some words to search for, or a number as people write it."""
        if self.rng.random() < 0.3:
            return self.rng.choice(NOTATIONS)
        return " ".join(
            self.part_of(self.rng.choice(POOLS["text"])) for _ in range(self.few())
        )

    def few(self) -> int:
        """Return one, or seldom two."""
        return 1 + (self.rng.random() < 0.2)

    def parameter(self) -> Parameter:
        """Return one filter of an address."""
        if self.rng.random() < 0.05:
            return Parameter("search", None, self.words() or "é")
        path = self.path()
        end = end_of(self.kind, path)
        if self.rng.random() < 0.4:
            return Parameter(path, None, self.shorthand(end))
        operator, operand = self.operation(end)
        if operator in {"eq", "ne"} and end.type in NUMBER and self.rng.random() < 0.5:
            operand = self.rng.choice(WRITTEN_NUMBERS)
        if isinstance(operand, list) and operator not in {"eq", "ne", "Is", "Is not"}:
            kept = [as_text(value) for value in operand]
            return Parameter(path, operator, ",".join(k for k in kept if "," not in k))
        return Parameter(path, operator, as_text(operand))

    def path(self) -> str:
        """Return a path over up to three relationships, not all of them."""
        kind, hops = self.kind, []
        for _ in range(self.rng.choice([0, 0, 0, 0, 1, 1, 2, 3])):
            hop = self.rng.choice(list(kind.relationships))
            kind = kind.relationships[hop]
            hops.append(hop)
        names = [*kind.fields, *SYSTEM]
        if len(hops) < 3:
            names += [*kind.relationships, *kind.relationships]
        start = [self.kind.slug] if hops and self.rng.random() < 0.1 else []
        return ".".join([*start, *hops, self.rng.choice(names)])

    def operation(self, end: End) -> tuple[str, JSON]:
        """Return an operator of a field, and something to give it."""
        operator = self.rng.choice(operators_of(end))
        if operator in FLAGS:
            return operator, self.rng.random() < 0.5
        if operator in LISTED:
            many = self.rng.choice([0, 1, 2, 3])
            return operator, [self.value(end) for _ in range(many)]
        if operator in INSIDE or (operator in MATCHING and not end.is_collection):
            return operator, self.part_of(self.text(end))
        return operator, self.value(end)

    def value(self, end: End) -> JSON:
        """Return a value to compare with, text in any case."""
        if end.type == "id":
            thing = self.rng.choice(self.world.things_at(end.kind))
            return self.rng.choice([thing.id, thing.uuid])
        if end.type in WHO:
            return self.rng.choice(self.world.agents)
        stored = [thing.values[end.slug] for thing in self.world.things_at(end.kind)]
        found = [one for one in stored if one and not isinstance(one, list)]
        pool = [*POOLS[end.type], *AROUND.get(end.type, [])]
        value = self.rng.choice(self.rng.choice([pool, found or pool]))
        if end.type in TEXT - {"phone"} and isinstance(value, str):
            return self.in_any_case(value)
        return value

    def text(self, end: End) -> str:
        """Return a text of which a part may be looked for."""
        return self.rng.choice(texts(self.rng.choice(POOLS[end.type])))

    def part_of(self, text: str) -> str:
        """Return some of a text, in any case."""
        first, last = sorted(self.rng.choices(range(len(text) + 1), k=2))
        return self.in_any_case(self.rng.choice([text, text[first:last]]))

    def in_any_case(self, text: str) -> str:
        """Return a text in another case, or with its accents apart, or as it is."""
        apart = normalize("NFD", text)
        changed = [text, text, text.upper(), text.lower(), text.swapcase(), apart]
        return self.rng.choice(changed)

    def shorthand(self, end: End) -> str:
        """Return a value as it is written without an operator."""
        if self.rng.random() < 0.15:
            return self.rng.choice(["null", "!null"])
        text = as_text(self.value(end))
        if end.is_collection or end.type in WHO | {"id", "json", "location", "shaped"}:
            return text
        forms = ["{}", "!={}"]
        if end.type in COMPARED:
            forms += [">{}", ">={}", "<{}", "<={}"]
        if end.type in TEXT:
            forms += ["*{}*", "{}*", "*{}"]
        if end.type == "select":
            forms += [f"{{}},{self.rng.choice(OPTIONS)}"]
        return self.rng.choice(forms).format(text)


def as_text(value: JSON) -> str:
    """Return a value as an address has it."""
    if isinstance(value, bool | dict | list):
        return json.dumps(value)
    return format(value, ".5f") if isinstance(value, float) else str(value)


def address_of(parameters: list[Parameter]) -> str:
    """Return the query string of filters."""
    return urlencode([(one.name, one.text) for one in parameters])

"""Answers filters, orders and searches over Python values, as the documents say.

It is written from docs/reading.md alone and shares no code with what it judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from unicodedata import category, normalize

from tests.oracle.things import (
    COMPARED,
    JSON,
    NUMBER,
    SHAPE,
    TEXT,
    Asked,
    Thing,
    at_end,
    is_collection,
    type_at,
)

WORDS = {
    "Is": "eq",
    "Is not": "ne",
    "One of": "in",
    "Not one of": "notin",
    "Greater than": "gt",
    "Greater than or equal": "gte",
    "Less than": "lt",
    "Less than or equal": "lte",
    "Is after": "gt",
    "Is on or after": "gte",
    "Is before": "lt",
    "Is on or before": "lte",
    "Contains": "contains",
    "Does not contain": "excludes",
    "Contains text": "icontains",
    "Starts with": "startswith",
    "Ends with": "endswith",
    "Is empty": "empty",
}
OPPOSITES = {
    "ne": "eq",
    "notin": "in",
    "excludes": "contains",
    "Does not contain text": "icontains",
    "empty": "Is not empty",
    "Is not set": "Is set",
}
FLAGS = {"Is empty", "empty", "Is not empty", "Is set", "Is not set"}


def find(things: Iterable[Thing], document: JSON) -> set[str]:
    """Return the ids of the things that a filter of a query document describes."""
    return {thing.id for thing in things if fits(thing, document)}


def fits(thing: Thing, document: JSON) -> bool:
    """Whether all members of a filter hold."""
    return all(holds(thing, name, value) for name, value in document.items())


def holds(thing: Thing, name: str, value: JSON) -> bool:
    """Whether one member of a filter holds."""
    match name:
        case "and":
            return all(fits(thing, one) for one in value)
        case "or":
            return any(fits(thing, one) for one in value)
        case "not":
            return not fits(thing, value)
        case "search":
            return searches(thing, value)
    if value is None:
        value = {"empty": True}
    operators = value if isinstance(value, dict) else {"eq": value}
    return all(is_so(thing, name, op, given) for op, given in operators.items())


def is_so(thing: Thing, path: str, operator: str, given: JSON) -> bool:
    """Whether some field that a path leads to is such; whether none is, if that asks.

    What says no is the opposite of what says yes.
    """
    operator = WORDS.get(operator, operator)
    says_no = operator in OPPOSITES
    if operator in FLAGS and not given:
        says_no = not says_no
    operator = OPPOSITES.get(operator, operator)
    is_found = any(has(asked, operator, given) for asked in reach(thing, path))
    return is_found != says_no


def reach(thing: Thing, path: str) -> list[Asked]:
    """Return the fields that a path leads to, through all related things."""
    *hops, last = path.removeprefix(f"{thing.kind.slug}.").split(".")
    if last in at_end(thing.kind, hops).relationships:
        hops, last = [*hops, last], "id"
    type_ = type_at(at_end(thing.kind, hops), last)
    found = [thing]
    for hop in hops:
        found = [other for one in found for other in one.related[hop]]
    return [Asked(one, last, type_) for one in found]


def has(asked: Asked, operator: str, given: JSON) -> bool:
    """Whether a value or an item is such."""
    if operator == "contains" and is_collection_asked(asked):
        operator = "eq"
    return any(TESTS[operator](value, given, asked.type) for value in asked.values)


def is_collection_asked(asked: Asked) -> bool:
    """Whether it is asked about the items of a collection."""
    return asked.type != "id" and is_collection(asked.thing.kind, asked.slug)


def equal(value: JSON, given: JSON, type_: str) -> bool:
    """Whether two values are the same one, text in any case."""
    if type_ == "id":
        return given in (value.id, value.uuid)
    if type_ in COMPARED:
        one, other = comparable(value, given, type_)
        return bool(one == other)
    if type_ == "shaped":
        given = fold_all(given)
        return bool(given.items() <= fold_all(value).items())
    if type_ in TEXT or type_ == "location":
        return bool(fold_all(value) == fold_all(given))
    return bool(value == given)


def compares(sign: Callable[[Any, Any], bool]) -> Callable[[JSON, JSON, str], bool]:
    """Return the test of two values that have an order."""

    def test(value: JSON, given: JSON, type_: str) -> bool:
        return sign(*comparable(value, given, type_))

    return test


def comparable(value: JSON, given: JSON, type_: str) -> tuple[Any, Any]:
    """Return two values as Python compares them. Against a day, a moment is its day."""
    if type_ in NUMBER:
        return number(value), number(given)
    if type_ == "date":
        return date.fromisoformat(value), date.fromisoformat(given)
    if len(given) == 10:
        return moment(value).date(), date.fromisoformat(given)
    return moment(value), moment(given)


def number(value: JSON) -> Decimal:
    """Return a number that is exact."""
    return Decimal(str(value))


def moment(text: str) -> datetime:
    """Return a moment in UTC, to the millisecond."""
    exact = datetime.fromisoformat(text).astimezone(UTC)
    return exact.replace(microsecond=exact.microsecond // 1000 * 1000)


def matches(test: Callable[[str, str], bool]) -> Callable[[JSON, JSON, str], bool]:
    """Return the test of the text of a value, or of the parts of a place."""
    return lambda value, given, type_: any(
        test(fold(text), fold(given)) for text in texts(value)
    )


TESTS: dict[str, Callable[[JSON, JSON, str], bool]] = {
    "eq": equal,
    "in": lambda value, given, type_: any(equal(value, one, type_) for one in given),
    "gt": compares(lambda value, given: value > given),
    "gte": compares(lambda value, given: value >= given),
    "lt": compares(lambda value, given: value < given),
    "lte": compares(lambda value, given: value <= given),
    "contains": matches(lambda text, part: part in text),
    "icontains": matches(lambda text, part: part in text),
    "startswith": matches(str.startswith),
    "endswith": matches(str.endswith),
    "Is not empty": lambda value, given, type_: value != "",
    "Is set": lambda value, given, type_: value is True,
}


def texts(value: JSON) -> list[str]:
    """Return the text of a value, or of each part of a place."""
    return list(value.values()) if isinstance(value, dict) else [value]


def fold(text: str) -> str:
    """Return text in lower case, one character for each, and composed."""
    letters = normalize("NFC", text)
    return normalize(
        "NFC", "".join("i" if one == "İ" else one.lower() for one in letters)
    )


LETTERS = {"ß": "ss", "\u0131": "i", "æ": "ae", "ø": "o", "ł": "l"}


def plain(text: str) -> str:
    """Return text in lower case, without the accents of its letters."""
    letters = normalize("NFD", fold(text))
    kept = [one for one in letters if category(one) != "Mn" or one > "\u1fff"]
    return normalize("NFC", "".join(LETTERS.get(one, one) for one in kept))


def fold_all(value: JSON) -> JSON:
    """Return text, or each part of a place, in lower case."""
    if isinstance(value, dict):
        return {name: fold(part) for name, part in value.items()}
    return fold(value)


def searches(thing: Thing, text: str) -> bool:
    """Whether searchable fields contain all words, numbers in any notation."""
    fields = [
        Asked(thing, slug, type_at(thing.kind, slug)) for slug in thing.kind.searchable
    ]
    held = [
        plain(t) for asked in fields for value in asked.values for t in texts(value)
    ]
    runs = groupby(plain(text).split(), lambda word: not set(word) - NOTATION)
    return all(
        all(any(word in one for one in held) for word in words)
        or (is_number and any(same_number(words, one) for one in held))
        for is_number, words in ((is_number, list(run)) for is_number, run in runs)
    )


NOTATION = set("0123456789()./+-")


def same_number(words: list[str], held: str) -> bool:
    """Whether a text has the digits of a number, three at the least."""
    digits = "".join(one for one in "".join(words) if one.isdigit())
    sign = "+" if words[0].startswith("+") else ""
    return len(sign + digits) > 2 and sign + digits in held


def order(things: Iterable[Thing], written: str) -> list[str]:
    """Return the ids of things in an order such as ``-amount,name``."""
    names = written.split(",")
    found = sorted(things, key=lambda thing: thing.id, reverse=names[0].startswith("-"))
    for name in reversed(names):
        slug = name.removeprefix("-")
        blank = [thing for thing in found if not sorted_by(thing, slug)]
        filled = [thing for thing in found if sorted_by(thing, slug)]
        filled.sort(key=lambda thing: sorted_by(thing, slug), reverse=name != slug)
        found = filled + blank
    return [thing.id for thing in found]


MEMBERS = {
    "location": ("street", "city", "region", "postal_code", "country"),
    "shaped": tuple(sorted(SHAPE)),
}
"""The members of objects, in the order in which they sort."""


def sorted_by(thing: Thing, slug: str) -> list[Any]:
    """Return what a thing is sorted by: nothing, or its value or first item."""
    type_ = type_at(thing.kind, slug)
    first = Asked(thing, slug, type_).values[:1]
    if type_ in COMPARED:
        return [comparable(value, value, type_)[0] for value in first]
    if type_ == "select":
        return [thing.kind.options.index(value) for value in first]
    if type_ in MEMBERS:
        members = MEMBERS[type_]
        return [
            beside(", ".join(one[name] for name in members if name in one))
            for one in first
        ]
    return [beside(value) if isinstance(value, str) else value for value in first]


def beside(text: str) -> tuple[str, bool, str]:
    """Return what text is sorted by: É behind E, and before F."""
    return plain(text), plain(text) != fold(text), fold(text)

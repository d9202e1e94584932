"""Arrays in bodies: taken entry by entry, with all that is wrong said at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crm.json_types import JSON
from objects.field_types.base import InvalidValue

T = TypeVar("T")


def array(value: JSON, most: int) -> list[JSON]:
    """Return an array; null is an empty one.

    Raises:
        InvalidValue: if it is none, or longer than it may be.
    """
    if not isinstance(value, list | None):
        raise InvalidValue("Send an array.")
    if value and len(value) > most:
        raise InvalidValue(f"Send at most {most}.")
    return value or []


def collected(entries: list[JSON], take: Callable[[JSON], T]) -> list[T]:
    """Return what is taken from each entry.

    Raises:
        InvalidValue: with what is wrong with all of them.
    """
    found: list[T] = []
    problems: dict[str, str] = {}
    for index, entry in enumerate(entries):
        try:
            found.append(take(entry))
        except InvalidValue as refusal:
            for place, sentence in refusal.problems.items():
                problems[f"/{index}{place}"] = sentence
    if problems:
        raise InvalidValue(problems)
    return found

"""Orders as a request writes them: ``sort=-amount,name``, or ``sortOrder``."""

from __future__ import annotations

from typing import NamedTuple

from crm.jsonapi.queries import Place, Query

MOST_KEYS = 8
DIRECTIONS = {"asc": False, "desc": True}


class SortName(NamedTuple):
    """A name to sort by, and which way."""

    name: str
    descending: bool


class Sorting(NamedTuple):
    """What to sort by, and where the request says so."""

    names: list[SortName]
    place: Place


def read_sorting(query: Query, default: str) -> Sorting:
    """Return the order that ``sort`` or ``sortOrder`` asks for, or else the default.

    Raises:
        Refusal: if both are there, or one is not understood.
    """
    written = query.plain("sort")
    if not query.family("sortOrder"):
        place = query.place("sort")
        return Sorting(
            sort_names(default if written is None else written, place), place
        )
    if written is not None:
        raise query.place("sort").refuse("Use sort or sortOrder, not both.")
    return read_sort_order(query)


def read_sort_order(query: Query) -> Sorting:
    """Return the order that ``sortOrder[column]`` and ``sortOrder[dir]`` ask for."""
    for parameter in query.family("sortOrder"):
        if parameter.steps not in {("column",), ("dir",)}:
            place = query.place_of(parameter)
            raise place.unknown("Use sortOrder[column] and sortOrder[dir].")
    column = query.single("sortOrder", "column")
    direction = (query.single("sortOrder", "dir") or "asc").lower()
    if column is None:
        raise query.place("sortOrder", "dir").refuse("Name the sortOrder[column] too.")
    if direction not in DIRECTIONS:
        raise query.place("sortOrder", "dir").refuse("Use ASC or DESC.")
    sign = "-" if DIRECTIONS[direction] else ""
    place = query.place("sortOrder", "column")
    return Sorting(sort_names(sign + column, place), place)


def sort_names(written: str, place: Place) -> list[SortName]:
    """Return the names in text such as ``-amount,name``.

    Raises:
        Refusal: if there are too many, or one twice.
    """
    names = [
        SortName(name.removeprefix("-"), name.startswith("-"))
        for name in written.split(",")
    ]
    if len(names) > MOST_KEYS or len({name.name for name in names}) < len(names):
        raise place.refuse(f"Name up to {MOST_KEYS} fields, each once.")
    return names

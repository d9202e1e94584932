"""Changing a record by a body that may repeat what a door showed of the record.

A door shows some values in another form than they are kept in: only the first company,
a name for whom has none. So what a client sends back as it was shown is left alone. A
body that names nothing of the kind, as most do that change a member, needs no look.

Decision 88 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from crm.errors import Refused, VersionMismatch
from crm.json_types import JSONObject
from crm.jsonapi.conditions import UNCONDITIONAL, Precondition, etag
from crm.jsonapi.parsing import parse
from crm.jsonapi.rendering import canonical, dumps
from interfaces.compat.contact_book import Book
from interfaces.compat.members import Translation
from records.reading.rows import RecordRow
from records.writing.operations import Update

TRIES = 3
"""How often a record is looked at again that others change meanwhile."""


class Shape(NamedTuple):
    """How a door shows records of one type, and what it can be sent of them."""

    translation: Translation
    shown: Callable[[Book, Sequence[RecordRow]], list[JSONObject]]
    """What makes objects of the door's of records."""


def change_record(
    book: Book,
    record_id: str,
    body: JSONObject,
    shape: Shape,
    update_of: Callable[[JSONObject], Update],
) -> RecordRow:
    """Make the changes in a body, without what it repeats, and return the record.

    Raises:
        NoSuchRecord: if there is none that the caller may see.
        Refused: with all that is wrong with the changes.
    """
    if shape.translation.is_exact(body):
        return book.write(update_of(body))
    for tries_left in reversed(range(TRIES)):
        row = book.one(record_id)
        update = update_of(without_repeated(body, shape.shown(book, [row])))
        as_read = Precondition(etag(row.version)) if tries_left else UNCONDITIONAL
        try:
            return book.write(replace(update, precondition=as_read))
        except Refused as several:
            if not any(isinstance(why, VersionMismatch) for _, why in several.refusals):
                raise
    raise AssertionError("The last try is made whatever the version is.")


def without_repeated(body: JSONObject, shown: Sequence[JSONObject]) -> JSONObject:
    """Return the members of a body that are not as they were shown."""
    whole = parse(dumps(shown[0])) if shown else {}
    assert isinstance(whole, dict)
    return {
        name: value
        for name, value in body.items()
        if name not in whole or canonical(value) != canonical(whole[name])
    }

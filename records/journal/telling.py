"""What the journal tells of a record, in the words of today's schema.

Entries have values and links by member, which never changes and is never given to
another field. Fields that are gone are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from crm.json_types import JSON, JSONObject
from crm.moments import wire_time
from objects.schema import Schema
from records.journal.entries import STAMPED
from records.journal.entry_rows import EntryRow
from records.models import JournalEntry

DETAILS, VIEWERS = "_details", "_viewers"
"""Members that are no field's: what is kept beside items, and who sees the record."""

SYSTEM = ("_created_at", "_created_by", "_updated_at", "_updated_by")

Noted: TypeAlias = JournalEntry | EntryRow


class Told(NamedTuple):
    """One side of an entry: what went, or what came."""

    values: JSONObject
    """The values of fields by slug, agents included; null for none. The members that
    the system keeps are among them, as `_updated_at`."""
    links: dict[str, list[str]]
    """Ids of records by the slug of the relationship."""
    details: dict[str, JSON]
    """All that was kept beside the items of a field, by its slug."""


def told_before(schema: Schema | None, entry: Noted) -> Told:
    """Return what an entry says was there and is gone; all there was, of a deletion."""
    return told(schema, entry.before)


def told_after(schema: Schema | None, entry: Noted) -> Told:
    """Return what an entry says has come; all there is, of a creation.

    When it was updated, and by whom, an entry says for itself.
    """
    side = told(schema, entry.after)
    if entry.action in STAMPED:
        at = wire_time(entry.at)
        side.values.update(_updated_at=at, _updated_by=entry.actor)
        if entry.action == "created":
            side.values.update(_created_at=at, _created_by=entry.actor)
    return side


def told(schema: Schema | None, stored: Mapping[str, JSON]) -> Told:
    """Return one side of an entry by today's slugs; nothing of a type that is gone."""
    side = Told({}, {}, {})
    fields = schema.noted_values if schema else {}
    relationships = schema.noted_links if schema else {}
    for member, value in stored.items():
        if member in fields:
            side.values[fields[member]] = value
        elif member in relationships:
            side.links[relationships[member]] = ids_in(value)
        elif member in SYSTEM:
            side.values[member] = value
        elif member == DETAILS:
            assert isinstance(value, dict)
            kept = {fields[m]: one for m, one in value.items() if m in fields}
            side.details.update(kept)
    return side


def ids_in(value: JSON) -> list[str]:
    """Return the ids among the links of an entry."""
    return [str(one) for one in value] if isinstance(value, list) else []

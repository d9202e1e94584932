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
    stored = dict(entry.after)
    by: dict[str, JSON] = {"at": wire_time(entry.at), "by": entry.actor}
    if entry.action in {"created", "updated", "restored"}:
        stored |= {f"_updated_{name}": value for name, value in by.items()}
    if entry.action == "created":
        stored |= {f"_created_{name}": value for name, value in by.items()}
    return told(schema, stored)


def told(schema: Schema | None, stored: Mapping[str, JSON]) -> Told:
    """Return one side of an entry by today's slugs; nothing of a type that is gone."""
    if not stored:
        return Told({}, {}, {})
    slugs = schema.noted_slugs if schema else {}
    sides = schema.relationships if schema else {}
    named = {slugs[m]: value for m, value in stored.items() if m in slugs}
    system = {member: stored[member] for member in SYSTEM if member in stored}
    details = stored.get(DETAILS, {})
    assert isinstance(details, dict)
    return Told(
        {slug: v for slug, v in named.items() if slug not in sides} | system,
        {slug: ids_in(value) for slug, value in named.items() if slug in sides},
        {slugs[member]: kept for member, kept in details.items() if member in slugs},
    )


def ids_in(value: JSON) -> list[str]:
    """Return the ids among the links of an entry."""
    return [str(one) for one in value] if isinstance(value, list) else []

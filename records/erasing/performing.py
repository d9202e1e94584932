"""Erasing records, whoever asked for it: all of it in the transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crm.authentication import Actor
from crm.models import Erasure
from crm.sql import query
from records.erasing.emptying import Emptied, empty_entries
from records.erasing.reach import Reached
from records.erasing.stores import forget
from records.ids import record_in
from records.journal.entries import Entry, append_entries, origin_of
from records.models import JournalEntry
from records.writing.engine import write
from records.writing.operations import Delete

COUNT = """
SELECT (SELECT count(*) FROM records_record
        WHERE workspace_id = %(workspace)s AND id = ANY(%(records)s::uuid[])),
       (SELECT count(*) FROM records_uniquevalue
        WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])),
       (SELECT count(*) FROM records_indexedvalue
        WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])),
       (SELECT count(*) FROM records_link
        WHERE workspace_id = %(workspace)s AND source_id = ANY(%(records)s::uuid[]))
     + (SELECT count(*) FROM records_link
        WHERE workspace_id = %(workspace)s AND target_id = ANY(%(records)s::uuid[])),
       (SELECT count(*) FROM records_access
        WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[])),
       (SELECT count(*) FROM records_tombstone
        WHERE workspace_id = %(workspace)s AND record_id = ANY(%(records)s::uuid[]))
"""
COUNTED = (
    *("records", "unique_values", "sort_keys", "links", "access_rules"),
    "tombstones",
)

# Who might see a record stays: they are to hear that it was erased.
EMPTY_TOMBSTONES = """
UPDATE records_tombstone gone
SET is_emptied = true, is_erased = true, details = '{}', access = '[]',
    merged_into = NULL, seq = entry.seq, version = entry.version
FROM records_change entry
WHERE gone.workspace_id = %(workspace)s AND gone.record_id = ANY(%(records)s::uuid[])
  AND entry.workspace_id = gone.workspace_id AND entry.record_id = gone.record_id
  AND entry.action = 'erased'
"""

LIVING = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(records)s::uuid[])
"""


def erase_reached(actor: Actor, erasure: Erasure, reach: Sequence[Reached]) -> None:
    """Erase records, and write their receipt.

    The caller keeps all writers of the workspace away; see Note [Erasing alone].
    """
    workspace_id = actor.workspace.id
    records = [one.id for one in reach]
    ((*numbers,),) = query(COUNT, workspace=workspace_id, records=records)
    delete_living(actor, reach)
    emptied = empty_entries(workspace_id, {one.id: one.name for one in reach})
    stores = forget(workspace_id, reach, emptied.partners)
    erasure.at = note_erased(actor, reach)
    query(EMPTY_TOMBSTONES, workspace=workspace_id, records=records)
    erasure.mergers = living(workspace_id, emptied)
    erasure.counts = {
        **dict(zip(COUNTED, numbers, strict=True)),
        "entries": emptied.entries,
        "entries_of_partners": emptied.partner_entries,
        **stores,
    }
    erasure.save()


def delete_living(actor: Actor, reach: Sequence[Reached]) -> None:
    """Delete those records that live, as anybody would: their partners hear of it."""
    deletes = [Delete(one.slug, id=str(one.id)) for one in reach if one.is_alive]
    if deletes:
        write(actor=replace(actor, cause=None), operations=deletes)


def note_erased(actor: Actor, reach: Sequence[Reached]) -> datetime:
    """Note in the journal that records were erased, and return when."""
    erased = JournalEntry.Action.ERASED
    entries = [
        Entry(
            one.id,
            one.object_type,
            erased,
            one.version + (2 if one.is_alive else 1),
            {},
            {},
            one.viewers,
        )
        for one in reach
    ]
    origin = replace(origin_of(actor), cause={}, request_id="")
    noted = append_entries(actor.workspace.id, entries, origin)
    actor.changes.append(noted.change)
    return noted.at


def living(workspace_id: UUID, emptied: Emptied) -> list[str]:
    """Return the ids of records that live and that an erased one had gone into."""
    if not emptied.mergers:
        return []
    rows = query(LIVING, workspace=workspace_id, records=[*emptied.related])
    alive = {record for (record,) in rows}
    return sorted(name for name in emptied.mergers if record_in(name) in alive)

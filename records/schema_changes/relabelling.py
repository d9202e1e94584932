"""Giving records the new labels of their options, and clearing those that are gone.

Fields with options are never unique, and search does not look through them: their
values are in the documents, and among those that records are sorted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import query, query_arrays
from objects.folding import fold_json
from objects.models import Field
from records.journal.entries import Origin, append_entries, origin_of
from records.schema_changes.changed_values import Change, entry_of
from records.schema_changes.narrow_tables import index_values
from records.schema_changes.options import Renaming, renamed
from records.schema_changes.walking import Held
from records.storage import is_stored, load_value

LOCK = """
SELECT id, version, (attributes->%(member)s)::text, updated_at, updated_by, visible_to
FROM records_record
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
ORDER BY id FOR NO KEY UPDATE
"""

SET = """
UPDATE records_record record SET
    attributes = CASE WHEN fresh.value IS NULL THEN attributes - %(member)s::text
        ELSE jsonb_set(attributes, ARRAY[%(member)s::text], fresh.value::jsonb) END,
    folded = CASE WHEN fresh.folded IS NULL THEN record.folded - %(member)s::text
        ELSE jsonb_set(record.folded, ARRAY[%(member)s::text], fresh.folded::jsonb) END,
    version = version + 1, updated_at = %(at)s, updated_by = %(by)s
FROM unnest(%(ids)s::uuid[], %(values)s::text[], %(folded)s::text[])
     AS fresh (id, value, folded)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
"""


def replace_options(
    actor: Actor, field: Field, renaming: Renaming, records: Iterable[UUID]
) -> int:
    """Give records the new labels of their options, and clear those that are gone.

    They are journalled like any other change. Return how many records changed.
    """
    changes = [one for one in lock_values(field, renaming, records) if is_change(one)]
    if changes:
        origin = origin_of(actor)
        set_values(field, changes, origin)
        entries = [entry_of(field, one) for one in changes]
        workspace_id = field.object_type.workspace_id
        noted = append_entries(workspace_id, entries, origin)
        actor.changes.append(noted.change)
    return len(changes)


def lock_values(
    field: Field, renaming: Renaming, records: Iterable[UUID]
) -> list[Change]:
    """Lock records, and return what they have, and what becomes of that."""

    @cache
    def before_and_after(text: str | None) -> tuple[JSON, JSON]:
        if text is None:
            return None, None
        before = load_value(text)
        after = renamed(before, renaming)
        return before, after if is_stored(after) else None

    rows = query(
        LOCK,
        workspace=field.object_type.workspace_id,
        member=field.member,
        ids=list(records),
    )
    return [
        Change(id_, version, *before_and_after(text), *rest)
        for id_, version, text, *rest in rows
    ]


def is_change(change: Change) -> bool:
    """Whether a record still has an option that is renamed or gone."""
    return change.before != change.after


def set_values(field: Field, changes: Sequence[Change], origin: Origin) -> None:
    """Write what becomes of records, all in one statement."""
    query_arrays(
        SET,
        workspace=field.object_type.workspace_id,
        member=field.member,
        ids=[one.id for one in changes],
        values=[written(one.after) for one in changes],
        folded=[written(fold_json(one.after)) for one in changes],
        at=origin.at,
        by=origin.actor,
    )
    if field.is_kept("indexed"):
        index_values(field, [Held(one.id, one.version, one.after) for one in changes])


def written(value: JSON) -> str | None:
    """Return a value as it is stored, or None if there is none."""
    return None if value is None else dumps(value).decode()

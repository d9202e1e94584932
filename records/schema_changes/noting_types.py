"""Taking away the values of the type that a field had, and noting what reads otherwise.

Whoever changes such a value meanwhile has noted it, and taken the former one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Row, query
from objects.models import Field
from objects.retyping import Retyping
from records.journal.entries import Entry, append_entries, origin_of
from records.schema_changes import walking
from records.schema_changes.changed_values import Change, entry_of
from records.schema_changes.finding import find_retyping
from records.schema_changes.pacing import next_step
from records.schema_changes.steps import beside_writers
from records.schema_changes.walking import value_of
from records.storage import load_value

TAKE_AWAY = """
WITH held AS MATERIALIZED (
    SELECT id, updated_at, updated_by, attributes->%(former)s AS old,
           attributes->%(member)s AS new
    FROM records_record
    WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
      AND attributes ? %(former)s
    ORDER BY id FOR NO KEY UPDATE
), differing AS (
    SELECT *, old IS DISTINCT FROM new AS differs FROM held
)
UPDATE records_record record SET
    attributes = record.attributes - %(former)s::text,
    folded = record.folded - %(former)s::text,
    version = record.version + differs::int,
    updated_at = CASE WHEN differs THEN %(at)s ELSE record.updated_at END,
    updated_by = CASE WHEN differs THEN %(by)s ELSE record.updated_by END
FROM differing
WHERE record.workspace_id = %(workspace)s AND record.id = differing.id
RETURNING differs, record.id, record.version, record.visible_to, differing.updated_at,
          differing.updated_by, old::text, new::text
"""


def note_some(actor: Actor, read: Field) -> bool:
    """Take former values away from some more records. Return whether there are others.

    Those that read otherwise now have another version, and an entry in the journal.
    """
    retyping, owner = Retyping.of(read), read.object_type
    after, many = retyping.after or walking.FIRST, min(retyping.many, walking.BATCH)
    rows = query(
        walking.IDS,
        workspace=owner.workspace_id,
        type=owner.id,
        after=after,
        many=many,
    )
    if not rows:
        return False
    ids = [record_id for (record_id,) in rows]
    with beside_writers(owner.workspace_id, ()):
        field_ = find_retyping(read.id, is_locked=True)
        if field_ is None or field_.retyping != read.retyping:
            return True  # Somebody else went on meanwhile.
        begun = monotonic()
        take_away(actor, field_, retyping, ids)
        retyping.after, retyping.done = str(ids[-1]), retyping.done + len(ids)
        retyping.many = next_step(many, monotonic() - begun)
        retyping.keep(field_)
        field_.save(update_fields=["retyping"])
    return True


def take_away(
    actor: Actor, field_: Field, retyping: Retyping, ids: Sequence[UUID]
) -> None:
    """Take former values away from records, and note those that read otherwise."""
    origin, workspace = origin_of(actor), field_.object_type.workspace_id
    taken = query(
        TAKE_AWAY,
        workspace=workspace,
        former=retyping.member,
        member=field_.member,
        ids=ids,
        at=origin.at,
        by=origin.actor,
    )
    entries = entries_of(field_, taken)
    if entries:
        noted = append_entries(workspace, entries, origin)
        actor.changes.append(noted.change)


def entries_of(field_: Field, rows: Iterable[Row]) -> list[Entry]:
    """Return what the journal says of records that read otherwise, in their order."""
    changed = sorted(row[1:] for row in rows if row[0])
    return [
        entry_of(
            field_,
            Change(
                record_id,
                version - 1,
                load_value(old),
                value_of(new),
                updated_at,
                updated_by,
                viewers,
            ),
        )
        for record_id, version, viewers, updated_at, updated_by, old, new in changed
    ]

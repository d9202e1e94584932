"""Giving a field another type while others write: one step after the other.

Records are given values of the new type in batches, beside those that are shown, while
writers keep values of both. Then the field changes over, for which it has the workspace
to itself for a moment. Then the former values go in batches, and what reads otherwise
is noted. How far it is stands in ``Field.retyping``.

Decision 120 in docs/decisions.md says why.
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from crm.authentication import Actor
from objects.models import Field, ObjectType
from objects.retyping import Phase, Retyping, is_in
from records.schema_changes.backfill import Backfill
from records.schema_changes.changes import SchemaChange, change_schemas
from records.schema_changes.converting import convert_some
from records.schema_changes.finding import find_retyping
from records.schema_changes.noting_types import note_some


def go_on(actor: Actor, field_: Field) -> list[str]:
    """Take a field a step further to another type.

    Return the ids of the records in its way, if there are any and it was given up.
    """
    if is_in(Phase.NOTING, field_):
        if not note_some(actor, field_):
            finish(actor, field_.id)
        return []
    return [] if convert_some(field_) else change_over(actor, field_.id)


def change_over(actor: Actor, field_id: UUID) -> list[str]:
    """Let a field have its new type, unless records are in the way: return their ids.

    What is kept of its values is filled again when the former ones are gone; writers
    keep it up from now on.
    """
    with change_schemas(actor) as change:
        field_ = find_retyping(field_id, is_locked=True)
        if field_ is None or not is_in(Phase.CONVERTING, field_):
            return []
        retyping = Retyping.of(field_)
        if retyping.offenders:
            put_back(field_)
        else:
            switch(change, field_, retyping)
    return retyping.offenders


def switch(change: SchemaChange, field_: Field, retyping: Retyping) -> None:
    """Let a field be what it was besides, and note that."""
    former, flags, work = field_.type, retyping.flags, retyping.work
    retyping.swap(field_)
    retyping.keep(field_)
    for flag in flags:
        setattr(field_, flag, False)
    if work:
        field_.backfill = asdict(Backfill(flags, work, {}, retyping.total))
    field_.save()
    change.note_field(field_, {"type": former}, {"type": field_.type})


def finish(actor: Actor, field_id: UUID) -> None:
    """Let everybody know that no record has a value of the former type any more."""
    with change_schemas(actor):
        field_ = find_retyping(field_id, is_locked=True)
        if field_ is not None and is_in(Phase.NOTING, field_):
            field_.retyping = {}
            field_.save(update_fields=["retyping"])


def give_up(actor: Actor, field_id: UUID) -> ObjectType | None:
    """Let a field keep its type, if it has not got the other one yet.

    Return its object type then, whose records have values of no field now.
    """
    with change_schemas(actor):
        field_ = find_retyping(field_id, is_locked=True)
        if field_ is None or not is_in(Phase.CONVERTING, field_):
            return None
        return put_back(field_)


def put_back(field_: Field) -> ObjectType:
    """Let a field keep its type; return its object type, whose records are purged.

    The caller has the schemas to itself.
    """
    owner = field_.object_type
    owner.removed_members.append(Retyping.of(field_).member)
    owner.save(update_fields=["removed_members"])
    field_.retyping = {}
    field_.save(update_fields=["retyping"])
    return owner

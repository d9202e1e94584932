"""Backfill the narrow tables for a field that is made unique, indexed or searchable.

Writers keep up from the start with what the field shall be; readers rely on it only
when all records are through. They go through in batches, each alone in the workspace
for a moment, so that nobody waits for all of them. How far it is stands in
``Field.backfill``; who asks again for the same goes on from there.

Decisions 44 and 45 in docs/decisions.md say why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal, ValueTaken
from crm.json_types import JSON
from objects.catalog import load_catalog
from objects.models import Field
from records.schema_changes.changes import SchemaChange, alone, change_schemas
from records.schema_changes.narrow_tables import fill_tables, purge_tables
from records.schema_changes.offenders import MOST_OFFENDERS, naming
from records.schema_changes.options import replace_options
from records.schema_changes.walking import FIRST, next_drafts


@dataclass
class Backfill:
    """What is to be filled for a field, and how far it is."""

    flags: list[str]
    """What the field will be in the end."""
    work: list[str]
    """What is to be written: unique values, indexed ones, searchable text."""
    replace: dict[str, str | None]
    """What is to become of options on records before; null for those that go."""
    total: int
    """How many records the type had when it began."""
    done: int = 0
    after: str = FIRST
    """The last record that is through."""
    replaced: int = 0
    """How many records lost an option, or got another."""
    offenders: list[str] = field(default_factory=list)
    """Ids of records that stand in the way."""


def finish_backfill(actor: Actor, field_id: UUID, at: str = "") -> int:
    """Take all records through a backfill, and let readers rely on what it fills.

    ``at`` is where a refusal points. Return how many records lost an option, or got
    another.

    Raises:
        ValueTaken: if records share values of a field that is to be unique. The field
            is as it was.
    """
    if not Field.objects.filter(pk=field_id).exclude(backfill={}).exists():
        return 0
    while fill_batch(actor, field_id):
        pass
    with change_schemas(actor) as change:
        field_ = Field.objects.select_related("object_type").filter(pk=field_id).first()
        if field_ is None or not field_.backfill:
            return 0
        backfill = Backfill(**field_.backfill)
        settle(change, field_, backfill)
    if backfill.offenders:
        finish_backfill(actor, field_id)
        raise shared_values(field_, backfill.offenders, at)
    return backfill.replaced


def fill_batch(actor: Actor, field_id: UUID) -> bool:
    """Take some more records through. Return whether there may be others."""
    with alone(actor.workspace.id):
        field_ = Field.objects.select_related("object_type").filter(pk=field_id).first()
        if field_ is None or not field_.backfill:
            return False
        backfill = Backfill(**field_.backfill)
        is_done = (
            not replace_some(actor, field_, backfill)
            if backfill.replace
            else not fill_some(field_, backfill)
        )
        field_.backfill = asdict(backfill)
        field_.save(update_fields=["backfill"])
    return not is_done


def replace_some(actor: Actor, field_: Field, backfill: Backfill) -> bool:
    """Replace options on some records. Return whether there is more to do."""
    changed = replace_options(actor, field_, backfill.replace)
    backfill.replaced += changed
    if not changed:
        backfill.replace = {}
    return bool(changed or backfill.work)


def fill_some(field_: Field, backfill: Backfill) -> bool:
    """Fill for some records. Return whether there may be others."""
    if not backfill.work:
        return False
    catalog = load_catalog(field_.object_type.workspace)
    drafts = next_drafts(catalog, field_.object_type_id, backfill.after)
    if not drafts:
        return False
    backfill.offenders += fill_tables(field_, drafts, backfill.work)
    backfill.after = str(drafts[-1].id)
    backfill.done += len(drafts)
    return len(backfill.offenders) < MOST_OFFENDERS


def settle(change: SchemaChange, field_: Field, backfill: Backfill) -> None:
    """Make a field what it was to be, or what it was if records stand in the way."""
    field_.backfill = {}
    if not backfill.offenders:
        switch_on(change, field_, backfill.flags)
    else:
        purge_tables(field_, backfill.flags)
        if "searchable" in backfill.work:
            field_.backfill = asdict(Backfill([], ["searchable"], {}, backfill.total))
    field_.save()


def switch_on(change: SchemaChange, field_: Field, flags: Collection[str]) -> None:
    """Note that a field is what it was to be."""
    for flag in flags:
        setattr(field_, flag, True)
    if flags:
        before: JSON = dict.fromkeys(flags, False)
        after: JSON = dict.fromkeys(flags, True)
        change.note_field(field_, before, after)


def shared_values(field_: Field, offenders: Sequence[str], at: str) -> Refusal:
    """Return the refusal to make a field unique whose values records share."""
    why = f"Records share values of {field_.slug}. Change them first."
    return ValueTaken({at: why}, meta=naming(offenders))

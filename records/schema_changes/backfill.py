"""Backfill what a field needs that is made unique, indexed, searchable or required.

Writers keep up from the start with what the field shall be; readers rely on it only
when all records are through, which `records.schema_changes.steps` takes them. How far
it is stands in ``Field.backfill``; who asks again for the same goes on from there.

Decisions 44, 45 and 117 in docs/decisions.md say why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal, Required, ValueTaken
from crm.json_types import JSON
from objects.declarations.declarations import FieldDeclaration
from objects.models import Field
from records.schema_changes.changes import SchemaChange, change_schemas
from records.schema_changes.finding import find_filling
from records.schema_changes.narrow_tables import purge_at_once
from records.schema_changes.offenders import naming
from records.schema_changes.pacing import FIRST_STEP, next_step
from records.schema_changes.walking import FIRST


@dataclass
class Backfill:
    """What is to be filled for a field, and how far it is."""

    flags: list[str]
    """What the field will be in the end."""
    work: list[str]
    """What is to be written: unique values, indexed ones, searchable text; or, for what
    will be required, only looked at."""
    replace: dict[str, str | None]
    """What is to become of options on records before; null for those that go."""
    total: int
    """How many records the type had when it began."""
    done: int = 0
    after: str = FIRST
    """The last record that is through."""
    many: int = FIRST_STEP
    """How many records the next step takes."""
    replaced: int = 0
    """How many records lost an option, or got another."""
    offenders: list[str] = field(default_factory=list)
    """Ids of records that share a value."""
    blank: list[str] = field(default_factory=list)
    """Ids of records without a value that they must have."""
    purge: list[str] = field(default_factory=list)
    """Flags that the field has no more; what was kept for them goes bit by bit."""

    def move_on(self, after: str, many: int, seconds: float) -> None:
        """Note that so many records more are through, and how long that took."""
        self.after = after
        self.done += many
        self.many = next_step(self.many, seconds)

    def begin_again(self) -> None:
        """Begin with the first record, for what comes after options are replaced."""
        self.replace, self.after, self.done = {}, FIRST, 0

    @property
    def is_refused(self) -> bool:
        """Whether records stand in the way."""
        return bool(self.offenders or self.blank)


class Places(NamedTuple):
    """Where refusals point, because of records that share a value or have none."""

    unique: str = ""
    required: str = ""

    @classmethod
    def of(cls, declared: FieldDeclaration) -> Places:
        """Return where a declaration says that a field is to be so."""
        return cls(declared.place("unique"), declared.place("required"))


class Settled(NamedTuple):
    """A field whose backfill is over, and how it went."""

    field: Field
    backfill: Backfill


def keep(field_: Field, backfill: Backfill) -> None:
    """Keep how far a backfill is."""
    field_.backfill = asdict(backfill)
    field_.save(update_fields=["backfill"])


def settle(
    actor: Actor, field_id: UUID, *, is_given_up: bool = False
) -> Settled | None:
    """Make a field what it was to be, or what it was if records stand in the way.

    Return None if it is on its way to nothing. What has become of options stays.
    """
    if find_filling(field_id) is None:
        return None
    with change_schemas(actor) as change:
        field_ = find_filling(field_id, is_locked=True)
        if field_ is None:
            return None
        backfill = Backfill(**field_.backfill)
        field_.backfill = {}
        if backfill.is_refused or is_given_up:
            take_back(field_, backfill)
        else:
            switch_on(change, field_, backfill.flags)
        field_.save()
    return Settled(field_, backfill)


def take_back(field_: Field, backfill: Backfill) -> None:
    """Remove what was filled, or begin to; text that is searched is written again."""
    again = [work for work in backfill.work if work == "searchable"]
    purge = purge_at_once(field_, backfill.flags, backfill.total) + backfill.purge
    if again or purge:
        left = Backfill([], again, {}, backfill.total, purge=purge)
        field_.backfill = asdict(left)


def switch_on(change: SchemaChange, field_: Field, flags: Collection[str]) -> None:
    """Note that a field is what it was to be."""
    for flag in flags:
        setattr(field_, flag, True)
    if flags:
        before: JSON = dict.fromkeys(flags, False)
        after: JSON = dict.fromkeys(flags, True)
        change.note_field(field_, before, after)


def refusals_of(settled: Settled, places: Places) -> list[tuple[Refusal, list[str]]]:
    """Return why a field cannot be what it was to be, each with the records."""
    slug, backfill = settled.field.slug, settled.backfill
    shared = f"Records share values of {slug}. Change them first."
    blank = "Records have no value yet. Fill it first."
    found: list[tuple[Refusal, list[str]]] = []
    if backfill.offenders:
        found.append((ValueTaken({places.unique: shared}), backfill.offenders))
    if backfill.blank:
        found.append((Required({places.required: blank}), backfill.blank))
    return found


def why_refused(settled: Settled, places: Places) -> Refusal:
    """Return the refusal of a field whose records stand in the way."""
    refusal, records = refusals_of(settled, places)[0]
    refusal.meta = naming(records)
    return refusal

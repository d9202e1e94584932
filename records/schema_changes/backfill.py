"""Backfill what a field needs that is made unique, indexed, searchable or required.

Writers keep up from the start with what the field shall be; readers rely on it only
when all records are through. They go through in batches, which are read and thought
about while others write; what is written then takes a moment. How far it is stands in
``Field.backfill``; who asks again for the same goes on from there.

Decisions 44, 45 and 117 in docs/decisions.md say why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from crm.authentication import Actor
from crm.errors import Refusal, Required, ValueTaken
from crm.json_types import JSON
from crm.sql import query
from objects.catalog import Catalog, load_catalog
from objects.declarations.declarations import FieldDeclaration
from objects.models import Field
from objects.schema import is_blank
from objects.schema_lock import hold_schemas
from records.ids import encode_id
from records.schema_changes import walking
from records.schema_changes.changes import PATIENCE, SchemaChange, alone, change_schemas
from records.schema_changes.narrow_tables import fill_tables, purge_tables
from records.schema_changes.offenders import MOST_OFFENDERS, naming
from records.schema_changes.options import replace_options
from records.schema_changes.walking import FIRST, read_drafts, without_stale
from records.writing.drafts import Draft

SEARCHED = 200
"""Records in one step that writes search text, whose index takes long."""

CLAIMING = frozenset({"unique", "indexed"})
"""Work that writes beside the records, where writers must not be meanwhile."""


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
    replaced: int = 0
    """How many records lost an option, or got another."""
    offenders: list[str] = field(default_factory=list)
    """Ids of records that share a value."""
    blank: list[str] = field(default_factory=list)
    """Ids of records without a value that they must have."""

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


def finish_backfill(actor: Actor, field_id: UUID, places: Places) -> int:
    """Take all records through a backfill, and let readers rely on what it fills.

    Return how many records lost an option, or got another.

    Raises:
        ValueTaken: if records share values of a field that is to be unique. The field
            is as it was.
    """
    while fill_batch(actor, field_id):
        pass
    settled = settle(actor, field_id)
    if settled is None:
        return 0
    if settled.backfill.is_refused:
        finish_backfill(actor, field_id, places)
        raise why_refused(settled, places)
    return settled.backfill.replaced


def find_filling(field_id: UUID, *, is_locked: bool = False) -> Field | None:
    """Return a field that is being filled, or None if it is not, or gone."""
    found = Field.objects.select_related("object_type__workspace")
    if is_locked:
        found = found.select_for_update(of=["self"], no_key=True)
    return found.filter(pk=field_id).exclude(backfill={}).first()


def fill_batch(actor: Actor, field_id: UUID) -> bool:
    """Take some more records through. Return whether there may be others."""
    field_ = find_filling(field_id)
    if field_ is None:
        return False
    backfill = Backfill(**field_.backfill)
    if backfill.replace:
        return replace_some(actor, field_id)
    if not backfill.work:
        return False
    catalog = load_catalog(field_.object_type.workspace)
    many = SEARCHED if "searchable" in backfill.work else walking.BATCH
    drafts = read_drafts(catalog, field_.object_type_id, backfill.after, many)
    with beside_writers(field_.object_type.workspace_id, backfill.work):
        return fill_some(field_, backfill, catalog, drafts)


@contextmanager
def beside_writers(workspace_id: UUID, work: Collection[str]) -> Iterator[None]:
    """Keep schemas as they are for a transaction, and writers away if work needs it."""
    if CLAIMING & set(work):
        with alone(workspace_id):
            yield
        return
    with transaction.atomic():
        query(PATIENCE)
        hold_schemas(workspace_id, ())
        yield


def replace_some(actor: Actor, field_id: UUID) -> bool:
    """Replace options on some records. Return whether there is more to do."""
    with alone(actor.workspace.id):
        field_ = find_filling(field_id, is_locked=True)
        if field_ is None:
            return False
        backfill = Backfill(**field_.backfill)
        changed = replace_options(actor, field_, backfill.replace)
        backfill.replaced += changed
        if not changed:
            backfill.replace = {}
        keep(field_, backfill)
    return bool(changed or backfill.work)


def fill_some(
    read: Field, backfill: Backfill, catalog: Catalog, drafts: Sequence[Draft]
) -> bool:
    """Fill for records that were read. Return whether there may be others."""
    field_ = find_filling(read.id, is_locked=True)
    if field_ is None or field_.backfill != read.backfill:
        return field_ is not None  # Somebody else went on meanwhile, or stopped it.
    if not drafts:
        return False
    fresh = without_stale(catalog, drafts)
    backfill.offenders += fill_tables(field_, fresh, backfill.work)
    if "required" in backfill.work:
        backfill.blank += blank_in(field_, fresh)
    backfill.after = str(drafts[-1].id)
    backfill.done += len(fresh)
    keep(field_, backfill)
    return max(len(backfill.offenders), len(backfill.blank)) < MOST_OFFENDERS


def keep(field_: Field, backfill: Backfill) -> None:
    """Keep how far a backfill is."""
    field_.backfill = asdict(backfill)
    field_.save(update_fields=["backfill"])


def blank_in(field_: Field, drafts: Sequence[Draft]) -> list[str]:
    """Return the ids of records that have no value in a field."""
    prefix = field_.object_type.prefix
    values = ((draft.id, draft.attributes.get(field_.slug)) for draft in drafts)
    return [encode_id(prefix, record_id) for record_id, v in values if is_blank(v)]


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
    """Remove what was filled; text that is searched has to be gone through again."""
    purge_tables(field_, backfill.flags)
    if "searchable" in backfill.work:
        field_.backfill = asdict(Backfill([], ["searchable"], {}, backfill.total))


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

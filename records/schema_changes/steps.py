"""One step of a backfill after the other: some records are taken through.

They are read and thought about while others write; what is written then takes a moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from crm.authentication import Actor
from crm.sql import query
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import is_blank
from objects.schema_lock import hold_schemas
from records.ids import encode_id
from records.schema_changes import walking
from records.schema_changes.backfill import (
    Backfill,
    Places,
    keep,
    settle,
    why_refused,
)
from records.schema_changes.changes import PATIENCE, alone
from records.schema_changes.finding import find_filling
from records.schema_changes.narrow_tables import (
    SEARCH,
    claim_values,
    index_values,
    purge_some,
)
from records.schema_changes.offenders import MOST_OFFENDERS
from records.schema_changes.options import walk_chosen
from records.schema_changes.relabelling import replace_options
from records.schema_changes.walking import Held, as_of_now, read_drafts, read_held

CLAIMING = frozenset({"unique", "indexed"})
"""Work that writes beside the records, where writers must not be meanwhile."""

KEPT = CLAIMING | {"required"}
"""Work that is about the values of the field as they are now."""


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


def fill_batch(actor: Actor, field_id: UUID) -> bool:
    """Take some more records through. Return whether there may be others."""
    field_ = find_filling(field_id)
    if field_ is None:
        return False
    backfill = Backfill(**field_.backfill)
    if backfill.replace:
        return replace_some(actor, field_, backfill)
    if backfill.purge:
        return purge_rows(field_, backfill)
    if not backfill.work:
        return False
    found = read_some(field_, backfill)
    with beside_writers(field_.object_type.workspace_id, backfill.work):
        return fill_some(field_, backfill, found)


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


def replace_some(actor: Actor, read: Field, backfill: Backfill) -> bool:
    """Replace options on some records. Return whether there is more to do."""
    walked = walk_chosen(read, backfill.replace, backfill.after, many_of(backfill))
    with beside_writers(read.object_type.workspace_id, ()):
        begun = monotonic()
        field_ = find_again(read)
        if field_ is None:
            return True
        backfill.replaced += replace_options(
            actor, field_, backfill.replace, walked.chosen
        )
        if walked.many:
            backfill.move_on(walked.last, walked.many, monotonic() - begun)
        else:
            backfill.begin_again()
        keep(field_, backfill)
    return bool(walked.many or backfill.work)


@transaction.atomic
def purge_rows(read: Field, backfill: Backfill) -> bool:
    """Remove some of what is kept for no more. Return whether there is more to do."""
    field_ = find_again(read)
    if field_ is None:
        return True
    workspace_id = field_.object_type.workspace_id
    if purge_some(workspace_id, field_.id, backfill.purge):
        return True
    backfill.purge = []
    keep(field_, backfill)
    return bool(backfill.work)


class Found(NamedTuple):
    """Records as they were read: what they hold, and their text if that is wanted."""

    held: Sequence[Held]
    texts: Sequence[str]


def read_some(field_: Field, backfill: Backfill) -> Found:
    """Read the next records, while others write."""
    many = many_of(backfill)
    if "searchable" not in backfill.work:
        return Found(read_held(field_, backfill.after, many), [])
    catalog = Catalog.of(field_.object_type.workspace)
    drafts = read_drafts(catalog, field_.object_type_id, backfill.after, many)
    slug = field_.slug
    held = [Held(one.id, one.version, one.attributes.get(slug)) for one in drafts]
    return Found(held, [draft.search_text() for draft in drafts])


def many_of(backfill: Backfill) -> int:
    """Return how many records a step takes now."""
    return min(backfill.many, walking.BATCH)


def fill_some(read: Field, backfill: Backfill, found: Found) -> bool:
    """Fill for records that were read. Return whether there may be others."""
    begun = monotonic()
    field_ = find_again(read)
    if field_ is None or not found.held:
        return field_ is None
    save_texts(field_, found)
    held = as_of_now(field_, found.held) if KEPT & set(backfill.work) else []
    if "unique" in backfill.work:
        backfill.offenders += claim_values(field_, held)
    if "indexed" in backfill.work:
        index_values(field_, held)
    if "required" in backfill.work:
        backfill.blank += blank_in(field_, held)
    many = len(found.held)
    backfill.move_on(str(found.held[-1].id), many, monotonic() - begun)
    keep(field_, backfill)
    return max(len(backfill.offenders), len(backfill.blank)) < MOST_OFFENDERS


def find_again(read: Field) -> Field | None:
    """Return a field that is as far as it was when it was read, and hold it.

    Else somebody went on meanwhile, or stopped it, and it has to be looked at again.
    """
    field_ = find_filling(read.id, is_locked=True)
    return field_ if field_ and field_.backfill == read.backfill else None


def save_texts(field_: Field, found: Found) -> None:
    """Write the text by which records are found."""
    if found.texts:
        query(
            SEARCH,
            workspace=field_.object_type.workspace_id,
            ids=[one.id for one in found.held],
            versions=[one.version for one in found.held],
            searches=[*found.texts],
        )


def blank_in(field_: Field, held: Sequence[Held]) -> list[str]:
    """Return the ids of records that have no value in a field."""
    prefix = field_.object_type.prefix
    return [encode_id(prefix, one.id) for one in held if is_blank(one.value)]

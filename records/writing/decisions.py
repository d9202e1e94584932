"""What becomes of one row: create, update, leave, delete or refuse.

A row that is refused leaves the drafts, the links and the claims as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from crm.errors import NotFound, Refusal, Refused
from crm.jsonapi.documents import TypeMismatch
from records.writing.batch import Batch, lid_of
from records.writing.drafts import Draft
from records.writing.linking import change_links, find_record, missing_targets
from records.writing.matching import (
    Match,
    find_match,
    is_repeat,
    note_holder,
    taken_values,
    value_taken,
)
from records.writing.merged_names import went_on
from records.writing.merges import Merge
from records.writing.merging import merge
from records.writing.operations import (
    Delete,
    DependsOnRefused,
    Mode,
    NoSuchRecord,
    OnMatch,
    RecordNotFound,
    Repeat,
    RepeatedInBatch,
    Strategy,
    Update,
    Upsert,
    Write,
)
from records.writing.restoring import restore
from records.writing.reversals import Restore, Revert, SetAccess
from records.writing.reverting import check_content, revert, set_access
from records.writing.rows import Row
from records.writing.values import (
    changed_system_values,
    missing_values,
    set_values,
)


def decide_rows(batch: Batch) -> None:
    """Decide about the rows, one after the other.

    Raises:
        Refused: in atomic mode, with every refusal of every row.
    """
    for row in batch.rows:
        draft = decide(batch, row)
        batch.decided.append(draft)
        if draft and (lid := lid_of(row)):
            batch.meant[lid] = draft.id
    if batch.mode == Mode.ATOMIC and any(row.refusals for row in batch.rows):
        raise Refused(told_refusals(batch))


def decide(batch: Batch, row: Row) -> Draft | None:
    """Return the draft that a row ends in, or None if it is refused."""
    try:
        check_dependencies(batch, row)
        if not row.refusals:
            return perform(batch, row)
        row.refusals += other_problems(batch, row)
        if isinstance(row.operation, Update | Delete) and can_be_found(
            row, row.operation
        ):
            draft = find_named(batch, row, row.operation)
            row.refusals += changed_system_values(draft, row)
    except Refusal as refusal:
        row.refusals.append(refusal)
    except Refused as several:
        row.refusals += [refusal for _, refusal in several.refusals]
    return None


def check_dependencies(batch: Batch, row: Row) -> None:
    """Refuse a row that names the record of an earlier one which is refused.

    Raises:
        DependsOnRefused: if it does.
    """
    for target in row.targets:
        if target.lid and target.lid not in batch.meant:
            why = "The operation that this names is refused."
            raise DependsOnRefused({target.at: why})


def other_problems(batch: Batch, row: Row) -> list[Refusal]:
    """Return what else is wrong with a row that is refused anyway."""
    problems = missing_targets(batch, row, batch.drafts.get(row.id))
    is_other = any(isinstance(refusal, TypeMismatch) for refusal in row.refusals)
    if isinstance(row.operation, Write) and not is_other:
        creates = isinstance(row.operation, Upsert) and not row.keys
        problems += missing_values(row, row.values, is_new=creates)
    return problems


def perform(batch: Batch, row: Row) -> Draft:
    """Do what a row is about, and return the draft of its record."""
    match row.operation:
        case Upsert() as operation:
            return create_or_change(batch, row, operation)
        case Delete() as operation:
            return delete(batch, row, operation)
        case Restore() | Revert() | SetAccess() as operation:
            return put_back(batch, row, operation)
        case Merge() as operation:
            return merge(batch, row, find_named(batch, row, operation), operation)
        case Update() as operation:
            draft = find_named(batch, row, operation)
            return change(batch, row, draft, row.strategies)
    raise TypeError(row.operation)


def put_back(batch: Batch, row: Row, operation: Restore | Revert | SetAccess) -> Draft:
    """Put back what was there, and return the draft of its record."""
    if isinstance(operation, Restore):
        return restore(batch, row, operation)
    if isinstance(operation, Revert):
        return revert(batch, row, operation)
    return set_access(batch, row, operation)


def create_or_change(batch: Batch, row: Row, operation: Upsert) -> Draft:
    """Change the record that a row means, or make one."""
    match = find_match(batch, row, operation)
    if match is not None:
        return change_match(batch, row, operation, match)
    draft = Draft(row.id, row.schema, {}, {}, visible_to=row.viewers)
    row.values |= row.initial
    change(batch, row, draft, row.strategies)
    note_holder(batch, draft)
    return draft


def change_match(batch: Batch, row: Row, operation: Upsert, match: Match) -> Draft:
    """Change the record that a row means, as the operation says of such.

    Raises:
        VersionMismatch: if its version is none that the client asked for.
        ValueTaken: if there was to be none.
    """
    field, draft = match
    operation.precondition.check(draft.version)
    if operation.on_match == OnMatch.REFUSE:
        raise value_taken(batch, row, field, draft)
    if operation.on_match == OnMatch.SKIP:
        return draft
    strategies = dict(row.strategies)
    if field.is_collection:
        strategies.setdefault(field.slug, Strategy.APPEND)
    change(batch, row, draft, strategies)
    note_holder(batch, draft)
    return draft


def delete(batch: Batch, row: Row, operation: Delete) -> Draft:
    """Take a record and all of its links away.

    Raises:
        Refused: if it has not what is expected, or more.
    """
    draft = find_named(batch, row, operation)
    if operation.expected:
        check_content(batch, draft, operation.expected)
    for side in row.schema.relationships.values():
        batch.links.change(side, draft.id, Strategy.REPLACE, [])
    draft.is_deleted = draft.is_touched = True
    go_into(batch, draft, operation.merged_into)
    return draft


def go_into(batch: Batch, draft: Draft, survivor: UUID | None) -> None:
    """Note that a record which goes away goes into another one again, if it does."""
    draft.merged_into = survivor
    if survivor in batch.drafts:
        other = batch.drafts[survivor]
        other.absorbed = [*other.absorbed, draft.id]


def find_named(batch: Batch, row: Row, operation: Update | Delete | Merge) -> Draft:
    """Return the record that an operation names.

    Raises:
        NamedWentOn: if it was merged into another.
        RecordNotFound: if there is none that the caller may see.
        RepeatedInBatch: if an earlier row named it, and that is not allowed.
        VersionMismatch: if its version is none that the client asked for.
    """
    draft = find_record(batch, row.named) if row.named else batch.drafts.get(row.id)
    if draft is None or not is_named(batch, row, draft):
        raise no_record(batch, row, operation)
    if is_repeat(batch, draft):
        raise told_at_name(operation, RepeatedInBatch.meant_at(operation.id_at))
    operation.precondition.check(draft.version)
    return draft


def can_be_found(row: Row, operation: Update | Delete) -> bool:
    """Whether a row names its record in a way in which there can be one."""
    return operation.named is None or row.named is not None


def is_named(batch: Batch, row: Row, draft: Draft) -> bool:
    """Whether a record is one of the row's type that is there for the caller."""
    is_gone = draft.is_deleted and batch.on_repeat == Repeat.FOLD
    is_fitting = draft.schema is row.schema and not is_gone
    return is_fitting and draft.is_visible_to(batch.actor)


def no_record(batch: Batch, row: Row, operation: Update | Delete | Merge) -> Refusal:
    """Return the refusal of an operation whose record is not there to be seen."""
    if not operation.id_at and (
        isinstance(operation, Merge) or operation.named_at is None
    ):
        return NoSuchRecord()
    refusal = went_on(
        batch, row.schema, row.id, operation.id_at
    ) or RecordNotFound.named_at(operation.id_at, operation.id)
    return told_at_name(operation, refusal)


def told_at_name(operation: Update | Delete | Merge, refusal: Refusal) -> Refusal:
    """Return a refusal with places below where an operation names its record."""
    if isinstance(operation, Merge) or operation.named_at is None:
        return refusal
    return refusal.moved_to(operation.named_at)


def change(
    batch: Batch, row: Row, draft: Draft, strategies: Mapping[str, Strategy]
) -> Draft:
    """Apply a row's values and links to a record.

    Raises:
        Refused: with all that is wrong. Then the record is as it was.
    """
    refusals = taken_values(batch, row, draft) + missing_targets(batch, row, draft)
    refusals += changed_system_values(draft, row)
    attributes, details = dict(draft.attributes), dict(draft.details)
    refusals += set_values(draft, row, strategies)
    if refusals:
        draft.attributes, draft.details = attributes, details
        raise Refused([("", refusal) for refusal in refusals])
    draft.is_touched = True
    batch.drafts[draft.id] = draft
    batch.claims.give(row, draft.id)
    change_links(batch, draft, row.links)
    return draft


def told_refusals(batch: Batch) -> list[tuple[str, Refusal]]:
    """Return what to say of refused rows; if rows name missing records, only that."""
    refusals = [
        (row, refusal)
        for row in batch.rows
        for refusal in row.refusals
        if not isinstance(refusal, DependsOnRefused)
    ]
    missing = [pair for pair in refusals if is_about_id(*pair)]
    return [(row.operation.at, refusal) for row, refusal in missing or refusals]


def is_about_id(row: Row, refusal: Refusal) -> bool:
    """Whether a row is refused because the record that it names is missing."""
    operation = row.operation
    return (
        isinstance(operation, Update | Delete)
        and isinstance(refusal, NotFound)
        and operation.id_at in refusal.problems
    )

"""`write`: the one way in which records change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from crm.authentication import Actor
from crm.errors import NotFound, Refusal, Refused
from crm.models import Workspace
from crm.moments import to_the_millisecond, wire_time
from objects.catalog import Catalog
from objects.schema_lock import hold_schemas
from records.journal.entries import Origin
from records.writing.batch import Batch
from records.writing.claims import Collided
from records.writing.decisions import Decision
from records.writing.drafts import Draft
from records.writing.operations import Delete, Mode, Operation, Repeat, Update
from records.writing.outcomes import Outcome, Result, SavedRecord
from records.writing.preparing import prepare
from records.writing.rollups import roll_up
from records.writing.rows import Row

MOST_ATTEMPTS = 3
COLLISIONS = DeadlockDetected | LockNotAvailable | SerializationFailure


class Busy(Refusal):
    """Others were in the way, again and again."""

    status = 503
    code = "unavailable"
    title = "Service unavailable"
    source = None


def write(
    *,
    actor: Actor,
    operations: Sequence[Operation],
    mode: Mode = Mode.ATOMIC,
    on_repeat: Repeat = Repeat.REFUSE,
) -> list[Outcome]:
    """Perform the operations in one transaction and return what became of each.

    What collides with another transaction is tried again with the workspace to itself,
    so that it cannot collide twice; clients never see it.

    Raises:
        Refused: in atomic mode, with every refusal of every row. Nothing is written.
        NoSuchObject: if an operation is about an object type that does not exist.
    """
    intent = Intent(actor, operations, mode, on_repeat)
    for attempt in range(MOST_ATTEMPTS):
        try:
            return intent.attempt(is_alone=attempt > 0)
        except (Collided, OperationalError) as error:
            if not is_collision(error):
                raise
    raise Busy("Too many others change the same records. Try again.")


@dataclass(frozen=True)
class Intent:
    """What is to be written, by whom and how."""

    actor: Actor
    operations: Sequence[Operation]
    mode: Mode
    on_repeat: Repeat

    @transaction.atomic
    def attempt(self, *, is_alone: bool) -> list[Outcome]:
        """Perform the operations, unless another transaction gets in the way."""
        batch = self.load(is_alone=is_alone)
        decision = Decision(batch, self.on_repeat)
        drafts = [decision.decide(row) for row in batch.rows]
        if self.mode == Mode.ATOMIC and any(row.refusals for row in batch.rows):
            raise Refused(refusals_of(batch.rows))
        batch.note_links()
        roll_up(batch)
        results = [result_of(*pair) for pair in zip(batch.rows, drafts, strict=True)]
        if self.mode == Mode.DRY_RUN:
            transaction.set_rollback(True)
        else:
            now = to_the_millisecond(timezone.now())
            batch.save(Origin(self.actor.name, self.actor.request_id, now))
        rows = zip(batch.rows, drafts, results, strict=True)
        return [outcome_of(batch, *row) for row in rows]

    def load(self, *, is_alone: bool) -> Batch:
        """Return the batch, with all that it needs locked and read.

        Rows are cleaned before anything is locked, and again only if the schemas have
        changed until they were.
        """
        workspace = self.actor.workspace
        while True:
            catalog = Catalog.of(workspace)
            rows = [prepare(operation, catalog) for operation in self.operations]
            names = {target.name for row in rows for target in row.agents}
            held = hold_schemas(workspace.id, names, is_alone=is_alone)
            if held.version == catalog.version:
                break
            workspace = Workspace(id=workspace.id, schema_version=held.version)
        batch = Batch(self.actor, catalog, rows)
        batch.load(held.agents)
        return batch


def refusals_of(rows: Iterable[Row]) -> list[tuple[str, Refusal]]:
    """Return what to say of refused rows; if rows name missing records, only that."""
    refusals = [(row, refusal) for row in rows for refusal in row.refusals]
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


def result_of(row: Row, draft: Draft | None) -> Result:
    """Return what became of a row, before its draft is written."""
    if draft is None:
        return Result.REFUSED
    if draft.is_deleted:
        return Result.DELETED
    if draft.is_new and draft.id == row.id:
        return Result.CREATED
    return Result.UPDATED if draft.is_changed else Result.UNCHANGED


def outcome_of(batch: Batch, row: Row, draft: Draft | None, result: Result) -> Outcome:
    """Return the outcome of a row. A record that was only tried out has none."""
    if draft is None or draft.created_at is None or draft.updated_at is None:
        return Outcome(result, refusals=tuple(row.refusals))
    return Outcome(
        result,
        SavedRecord(
            id=draft.id,
            schema=draft.schema,
            attributes=draft.attributes,
            version=draft.version,
            created_at=wire_time(draft.created_at),
            updated_at=wire_time(draft.updated_at),
            created_by=draft.created_by,
            updated_by=draft.updated_by,
            partners=batch.partners(draft),
        ),
    )


def is_collision(error: Exception) -> bool:
    """Whether trying again can help."""
    return isinstance(error, Collided) or isinstance(error.__cause__, COLLISIONS)

"""`write`: the one way in which records change."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence

from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected, SerializationFailure

from crm.authentication import Actor
from crm.errors import NotFound, Refusal, Refused
from crm.models import Workspace
from objects.field_types.moment import wire_time
from objects.schema import Catalog
from records.journal import Origin
from records.writing.batch import Batch
from records.writing.claims import Collided
from records.writing.decisions import Decision
from records.writing.drafts import Draft
from records.writing.ground import SchemaChanged, hold_ground
from records.writing.operations import (
    Delete,
    Mode,
    Operation,
    Outcome,
    Repeat,
    Result,
    SavedRecord,
    Update,
)
from records.writing.rows import Row, shape

MOST_ATTEMPTS = 10


def write(
    *,
    actor: Actor,
    operations: Sequence[Operation],
    mode: Mode = Mode.ATOMIC,
    on_repeat: Repeat = Repeat.REFUSE,
) -> list[Outcome]:
    """Perform the operations in one transaction and return what became of each.

    What collides with another transaction is tried again; clients never see it.

    Raises:
        Refused: in atomic mode, with every refusal of every row. Nothing is written.
        NoSuchObject: if an operation is about an object type that does not exist.
    """
    workspace = actor.workspace
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            catalog = Catalog.of(workspace)
            return attempt_write(actor, catalog, operations, mode, on_repeat)
        except SchemaChanged as change:
            workspace = Workspace(id=workspace.id, schema_version=change.version)
        except (Collided, OperationalError) as error:
            if attempt == MOST_ATTEMPTS or not is_collision(error):
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise Collided


def attempt_write(
    actor: Actor,
    catalog: Catalog,
    operations: Sequence[Operation],
    mode: Mode,
    on_repeat: Repeat,
) -> list[Outcome]:
    """Perform the operations, unless another transaction gets in the way."""
    rows = [shape(operation, catalog) for operation in operations]
    with transaction.atomic():
        names = {target.name for row in rows for target in row.agents}
        agents = hold_ground(catalog, names)
        batch = Batch(actor, catalog, rows)
        batch.load(agents)
        decision = Decision(batch, on_repeat)
        drafts = [decision.decide(row) for row in rows]
        if mode == Mode.ATOMIC and any(row.refusals for row in rows):
            raise Refused(refusals_of(rows))
        batch.note_links()
        results = [result_of(*pair) for pair in zip(rows, drafts, strict=True)]
        if mode == Mode.DRY_RUN:
            transaction.set_rollback(True)
        else:
            batch.save(Origin(actor.name, actor.request_id, timezone.now()))
    return [outcome_of(*parts) for parts in zip(rows, drafts, results, strict=True)]


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


def outcome_of(row: Row, draft: Draft | None, result: Result) -> Outcome:
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
        ),
    )


def is_collision(error: Exception) -> bool:
    """Whether trying again can help."""
    return isinstance(error, Collided) or isinstance(
        error.__cause__, DeadlockDetected | SerializationFailure
    )

"""`write`: the one way in which records change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from crm.authentication import Actor
from crm.errors import Refusal
from objects.catalog import Catalog
from objects.schema_lock import hold_schemas
from records.writing.batch import Batch, claim_values, find_links, lock_needed
from records.writing.claims import Collided
from records.writing.decisions import decide_rows
from records.writing.linking import note_links
from records.writing.matching import find_soft_matches
from records.writing.merged_names import follow_merged
from records.writing.operations import Intent, Mode, Operation, Repeat
from records.writing.outcomes import Outcome, outcomes_of
from records.writing.preparing import prepare
from records.writing.preparing_links import name_agents
from records.writing.restoring import hold_graves
from records.writing.rollups import roll_up
from records.writing.saving import save_changes
from records.writing.viewers import choose_viewers

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
    for number in range(MOST_ATTEMPTS):
        try:
            batch = attempt(intent, is_alone=number > 0)
        except (Collided, OperationalError) as error:
            if not is_collision(error):
                raise
        else:
            if batch.noted:
                actor.changes.append(batch.noted.change)
            return outcomes_of(batch)
    raise Busy("Too many others change the same records. Try again.")


def is_collision(error: Exception) -> bool:
    """Whether trying again can help."""
    return isinstance(error, Collided) or isinstance(error.__cause__, COLLISIONS)


@transaction.atomic
def attempt(intent: Intent, *, is_alone: bool) -> Batch:
    """Perform the operations, unless another transaction gets in the way."""
    batch = begin(intent, is_alone=is_alone)
    for step in STEPS:
        step(batch)
    return batch


def begin(intent: Intent, *, is_alone: bool) -> Batch:
    """Hold the schemas and return the operations as rows that are prepared by them.

    Rows are prepared before anything is locked, and again only if the schemas have
    changed until they were.
    """
    workspace = intent.actor.workspace
    while True:
        catalog = Catalog.of(workspace)
        rows = [prepare(operation, catalog) for operation in intent.operations]
        choose_viewers(intent.actor, rows)
        names = {target.name for row in rows for target in row.agents}
        held = hold_schemas(workspace.id, names, is_alone=is_alone)
        if held.version == catalog.version:
            break
        workspace = workspace.with_schemas(held.version)
    name_agents(rows, held.agents)
    return Batch(intent, catalog, rows)


# Note [Order of locks]
#
# Whoever writes takes locks in one order, so that no two wait for each other:
#
# 1. the idempotency key of the request (`interfaces.api.idempotency`)
# 2. the schemas of the workspace, shared with other writers (`hold_schemas`)
# 3. the search for soft matches in the workspace (`find_soft_matches`)
# 4. unique values, sorted (`claim_values`)
# 5. records, by id (`lock_needed`): those that may be deleted against everything, those
#    that may change against changes, and those that are only linked against being
#    deleted and being shown to others (`Hold`)
# 6. what is left of records that are to come back, and of their partners, by id
#    (`hold_graves`)
# 7. links, sorted (`save_changes`), for records that are only linked are shared
# 8. the head of the journal (`save_changes`, which writes the journal last)
#
# Former partners of links, records that follow others, and survivors of records that a
# row names are found too late for their place in it (`note_links`, `roll_up`,
# `follow_merged`). They are locked without waiting: if another
# transaction has one, this attempt is given up, and the next one is made alone
# (decision 9 in docs/decisions.md). So it is if another has made or removed a link
# meanwhile, from its other end.

STEPS: tuple[Callable[[Batch], None], ...] = (
    find_soft_matches,
    claim_values,
    lock_needed,
    follow_merged,
    hold_graves,
    find_links,
    decide_rows,
    note_links,
    roll_up,
    save_changes,
)
"""What becomes of a batch. Each step is done for all of its rows before the next."""

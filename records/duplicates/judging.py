"""What somebody says of a pair: that the two are not the same, or that they may be."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from crm.errors import NotFound
from crm.jsonapi.rendering import dumps
from crm.sql import query
from records.duplicates.live import FoundPair, LiveDuplicates
from records.duplicates.told import Pair
from records.journal.heads import read_head
from records.models import Duplicate

JUDGE = """
INSERT INTO records_duplicate AS known (
    workspace_id, object_type_id, a, b, score, reasons, state, seq, compared
)
VALUES (
    %(workspace)s, %(type)s, %(a)s, %(b)s, %(score)s, %(reasons)s::jsonb, %(state)s,
    %(seq)s, %(compared)s
)
ON CONFLICT (workspace_id, a, b) DO UPDATE SET
    score = excluded.score, reasons = excluded.reasons, state = excluded.state,
    compared = excluded.compared
"""


class NoSuchDuplicate(NotFound):
    """The two are not perhaps the same, or not both are there for the caller."""

    source = None


def read_pair(records: LiveDuplicates, ids: tuple[UUID, UUID] | None) -> Pair:
    """Return the pair of two records as it is now.

    Raises:
        NoSuchDuplicate: if there is none that the caller may see.
    """
    return find_pair(records, ids).pair


def find_pair(records: LiveDuplicates, ids: tuple[UUID, UUID] | None) -> FoundPair:
    """Return the pair of two records as it is now, and what is compared of it.

    Raises:
        NoSuchDuplicate: if there is none that the caller may see.
    """
    found = records.between(*ids) if ids else None
    if found is None:
        raise NoSuchDuplicate("There is no such duplicate.")
    return found


@transaction.atomic
def judge_pair(
    records: LiveDuplicates, ids: tuple[UUID, UUID] | None, state: Duplicate.State
) -> Pair:
    """Say of a pair what is thought of it, and return it.

    It holds as long as no value changes that is compared.

    Raises:
        NoSuchDuplicate: if there is none that the caller may see.
    """
    found = find_pair(records, ids)
    pair = found.pair._replace(state=state.value)
    head = read_head(records.actor.workspace.id)
    query(
        JUDGE,
        workspace=records.actor.workspace.id,
        type=records.schema.id,
        a=pair.a,
        b=pair.b,
        score=pair.score,
        reasons=dumps(list(pair.reasons)).decode(),
        state=pair.state,
        seq=head.last_seq if head else 0,
        compared=found.compared,
    )
    return pair

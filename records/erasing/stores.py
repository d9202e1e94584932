"""What else is kept of records, where it is, and who forgets it.

The functions are named, not imported: some stand above this package. Decision 148 says
why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.utils.module_loading import import_string

from crm.sql import query
from records.erasing.reach import Reached


class Forgotten(NamedTuple):
    """Records that are to be forgotten, by all that they can be found by."""

    workspace_id: UUID
    records: Sequence[UUID]
    spellings: Sequence[str]
    """Their ids as answers have them: those of clients, and plain UUIDs."""
    partners: Sequence[UUID]
    """Records that were linked to them, of which something may be kept that names
    them."""


Forget: TypeAlias = Callable[[Forgotten], int]
"""Forgets what is kept of records, and returns of how many rows."""

STORES: dict[str, str] = {
    "answers": "records.erasing.stores.forget_answers",
    "pairs": "records.duplicates.pairs.forget_pairs",
    "deliveries": "webhooks.queue.forgetting.forget_excerpts",
}
"""What receipts call each store, and the path of its function. It runs in the
transaction that erases, with the workspace to itself. Whatever else keeps something of
records gets a line here."""

# Who gave an id may have written it in capitals, but answers do not repeat that.
FORGET_ANSWERS = """
DELETE FROM crm_idempotentrequest
WHERE workspace_id = %(workspace)s AND EXISTS (
    SELECT FROM unnest(%(spellings)s::text[]) AS id (text)
    WHERE position(convert_to(id.text, 'UTF8') IN body) > 0
       OR position(id.text IN headers::text) > 0
)
RETURNING 1
"""


def forget(
    workspace_id: UUID, reach: Sequence[Reached], partners: Iterable[UUID]
) -> dict[str, int]:
    """Forget what all stores keep of records, and return of how many rows each.

    ``partners`` are the records that were linked to them.
    """
    spellings = [text for one in reach for text in (one.name, str(one.id))]
    records = [one.id for one in reach]
    forgotten = Forgotten(workspace_id, records, spellings, [*partners])
    functions: dict[str, Forget] = {n: import_string(p) for n, p in STORES.items()}
    return {name: function(forgotten) for name, function in functions.items()}


def forget_answers(forgotten: Forgotten) -> int:
    """Delete the answers that are kept for retries and name one of the records."""
    rows = query(
        FORGET_ANSWERS,
        workspace=forgotten.workspace_id,
        spellings=[*forgotten.spellings],
    )
    return len(rows)

"""Records that were merged, and those which are there in their place."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.authentication import Actor
from crm.sql import Sql, concat
from records.access.visibility import visible
from records.journal.gone import seen_in_the_end

# A survivor may have been merged itself, and so on: the last of them is meant. Whoever
# could not see a record in the end is not told where it went.
BEGIN = """
WITH RECURSIVE way AS (
    SELECT gone.record_id AS id, gone.merged_into AS next FROM records_tombstone gone
    WHERE gone.workspace_id = %s AND gone.record_id = ANY(%s::uuid[])
      AND gone.merged_into IS NOT NULL AND """
GO_ON = """
    UNION ALL
    SELECT way.id, gone.merged_into FROM way JOIN records_tombstone gone
      ON gone.workspace_id = %s AND gone.record_id = way.next
    WHERE gone.merged_into IS NOT NULL
)
SELECT way.id, r.id FROM way JOIN records_record r ON r.id = way.next WHERE """


def find_survivors(actor: Actor, records: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the living record that each merged one of some records ended up in.

    Those that were not merged, and what the caller may not see, are left out.
    """
    workspace = actor.workspace.id
    statement = concat(
        Sql(BEGIN, (workspace, list(records))),
        seen_in_the_end(actor),
        Sql(GO_ON, (workspace,)),
        visible(actor, Sql("r.workspace_id = %s", (workspace,)), "r"),
    )
    return dict(statement.fetch(is_prepared=True))

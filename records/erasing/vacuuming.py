"""Clearing tables of what was erased: rows that nobody sees any more still lie there.

PostgreSQL clears them away by itself in time; a job does it soon. It gathers what it
knows of how values are spread anew, too, since that holds some of them.
"""

from __future__ import annotations

from django.db import connection

from crm.authentication import Actor
from crm.sql import query
from jobs.models import Job
from jobs.queue import enqueue

KIND = "vacuum"
TABLES = (
    *("records_record", "records_uniquevalue", "records_indexedvalue"),
    *("records_link", "records_access", "records_change", "records_tombstone"),
    *("crm_idempotentrequest", "webhooks_delivery"),
)

# A job that has not begun will clear this away too. It does not begin before the
# transaction ends that found it.
WAITING = """
SELECT 1 FROM jobs_job
WHERE workspace_id = %(workspace)s AND kind = %(kind)s AND state = 'queued'
LIMIT 1 FOR SHARE SKIP LOCKED
"""

# As gently as PostgreSQL does it by itself.
SETTINGS = "SET statement_timeout = 0; SET vacuum_cost_delay = '2ms'"


def plan_vacuum(actor: Actor) -> None:
    """Let a job clear the tables soon, unless one is about to."""
    if not query(WAITING, workspace=actor.workspace.id, kind=KIND):
        enqueue(actor, KIND, {}, total=len(TABLES))


def vacuum_step(job: Job) -> bool:
    """Clear the next table. Return whether there are more."""
    vacuum(TABLES[job.done])
    job.done += 1
    return job.done < len(TABLES)


def vacuum(table: str) -> None:
    """Clear a table, on a connection of its own: no transaction may do it."""
    alone = connection.copy()
    try:
        with alone.cursor() as cursor:
            cursor.execute(SETTINGS)
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    finally:
        alone.close()

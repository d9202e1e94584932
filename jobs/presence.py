"""Which workers are there, and what becomes of the work of one that is gone.

A worker holds a lock under its number for as long as its connection lives, so that
others know at once when its process is gone, however it ended. The heartbeat tells of
those that hang, or whose machine is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils import timezone
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import connector_params
from procrastinate.manager import JobManager

from crm.sql import query

LOCKS = 1263489096
"""The first half of the locks that workers hold; the second is their number."""

# A lock on two numbers, as PostgreSQL shows it.
IS_PRESENT = f"""
worker.last_heartbeat > now() - make_interval(secs => %(seconds)s) AND EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = {LOCKS} AND objid::bigint = worker.id
)
"""

PUT_BACK = f"""
WITH stranded AS MATERIALIZED (
    SELECT job.id FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND NOT coalesce({IS_PRESENT}, false)
    FOR UPDATE OF job SKIP LOCKED
)
SELECT id, procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM stranded
"""

PRESENT = f"SELECT id FROM procrastinate_workers worker WHERE {IS_PRESENT}"

LOOK = """
SELECT (
    SELECT count(*) FROM jobs_job
    WHERE workspace_id = %(workspace)s AND state = 'queued'
), (SELECT max(last_heartbeat) FROM procrastinate_workers)
"""
MISSED = timedelta(minutes=1)
"""For how long no worker was seen when it is time to say so."""


class Queue(NamedTuple):
    """How a workspace's jobs are served."""

    waiting: int
    worker_seen_at: datetime | None
    """When any worker last showed itself; None if the last one has left."""

    @property
    def has_no_worker(self) -> bool:
        """Whether no worker has been there for a minute."""
        seen = self.worker_seen_at
        return not seen or timezone.now() - seen > MISSED

    @property
    def is_left_alone(self) -> bool:
        """Whether jobs wait and no worker has been there for a minute."""
        return bool(self.waiting) and self.has_no_worker


class PresentManager(JobManager):
    """The library's hands on its tables, by which a worker begins and ends."""

    def __init__(self, connector: BaseConnector, begin: Callable[[], object]) -> None:
        """Take what to call once the worker is present."""
        super().__init__(connector)
        self.begin = begin
        self.presence: psycopg.AsyncConnection | None = None

    async def register_worker(self) -> int:
        """Give a new worker its number and hold its lock, before it takes any job."""
        worker_id = await super().register_worker()
        self.presence = await psycopg.AsyncConnection.connect(
            **connector_params(), autocommit=True
        )
        numbers = [LOCKS, worker_id]
        await self.presence.execute("SELECT pg_advisory_lock(%s, %s::int)", numbers)
        self.begin()
        return worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        """Let everybody know that a worker has left."""
        await super().unregister_worker(worker_id)
        if self.presence is not None:
            await self.presence.close()


def present_workers() -> set[int]:
    """Return the numbers of the workers that are there."""
    rows = query(PRESENT, seconds=settings.JOB_HEARTBEAT_S)
    return {worker_id for (worker_id,) in rows}


def look_at_queue(workspace_id: UUID) -> Queue:
    """Return how many jobs of a workspace wait, and when a worker was last there."""
    return Queue(*query(LOOK, workspace=workspace_id)[0])


def put_back_stranded() -> int:
    """Put back into the queue what workers had that are gone, and return how many."""
    return len(query(PUT_BACK, seconds=settings.JOB_HEARTBEAT_S))

"""The worker: one process that runs jobs in threads, and loops beside them."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from signal import SIGINT, SIGTERM
from threading import Event, Thread, Timer
from typing import TypeAlias

from django.conf import settings
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.db_cleanup import close_db_connections
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from jobs.presence import PresentManager
from jobs.running import OUTAGES
from jobs.tasks import LEAVING, TASKS

logger = logging.getLogger(__name__)

GRACE = 9
"""Seconds that steps have to be finished in when the worker is told to stop."""

PAUSE = 1
"""Seconds before what has failed is begun again."""


@dataclass
class Process:
    """This process while it works."""

    leaving: Event = field(default_factory=Event)
    """Set once it is to leave."""


Loop: TypeAlias = Callable[[Process], None]
"""Does something again and again, in a thread of its own, until the process leaves."""


def work(loops: Sequence[Loop]) -> None:
    """Run jobs and loops until this process is told to stop.

    What is not finished in time then is put back by whoever finds this process gone.
    """
    process = Process()
    threads = [Thread(target=keep_going, args=[one, process]) for one in loops]
    while not process.leaving.is_set():
        try:
            asyncio.run(Working(process, threads).run())
        except (ConnectorException, *OUTAGES) as error:
            logger.warning("The worker pauses: %s", first_line(error))
        process.leaving.wait(PAUSE)
    for thread in threads:
        if thread.ident is not None:
            thread.join()


class Working:
    """The library's worker, until it is told to stop or loses the database."""

    def __init__(self, process: Process, threads: Sequence[Thread]) -> None:
        self.process = process
        self.threads = threads
        connector = PsycopgConnector(
            kwargs=connector_params(), min_size=1, max_size=settings.JOB_THREADS + 1
        )
        self.app = App(connector=connector)
        self.app.job_manager = PresentManager(connector, self.begin)
        self.app.add_tasks_from(TASKS, namespace="jobs")

    async def run(self) -> None:
        """Take jobs until then."""
        self.worker = Worker(
            self.app,
            concurrency=settings.JOB_THREADS,
            update_heartbeat_interval=settings.JOB_HEARTBEAT_S / 3,
            stalled_worker_timeout=settings.JOB_HEARTBEAT_S,
            delete_jobs="always",  # What people want to know is in our own table.
            additional_context={LEAVING: self.process.leaving},
            install_signal_handlers=False,
            task_middleware=[close_db_connections],
        )
        for number in (SIGINT, SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.leave)
        async with self.app.open_async():
            await self.worker.run()

    def begin(self) -> None:
        """Let the loops begin, unless they go on from before."""
        for thread in self.threads:
            if thread.ident is None:
                thread.start()

    def leave(self) -> None:
        """Finish what is begun, and end in time whatever happens."""
        self.process.leaving.set()
        self.worker.stop()
        last_moment = Timer(GRACE, os._exit, [1])
        last_moment.daemon = True
        last_moment.start()


def keep_going(loop: Loop, process: Process) -> None:
    """Begin a loop, and begin it again when it fails, until the process leaves."""
    while not process.leaving.is_set():
        try:
            loop(process)
        except OUTAGES as error:
            logger.warning("%s pauses: %s", loop.__name__, first_line(error))
        except Exception:
            logger.exception("%s failed.", loop.__name__)
        finally:
            connections.close_all()
        process.leaving.wait(PAUSE)


def first_line(error: Exception) -> str:
    """Return what an error says, without its details."""
    return str(error).partition("\n")[0] or type(error).__name__

"""What a worker takes of memory while it has nothing to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.presence import present_workers
from tests.jobs.workers import Worker, start_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 80
"""Megabytes that the worker adds beside the server."""

ROLLUP = "/proc/{}/smaps_rollup"


def proportional_size(pid: int) -> float:
    """Return the megabytes of a process; what it shares with others is divided up."""
    lines = Path(ROLLUP.format(pid)).read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(kilobytes) / 1024


def begins(worker: Worker) -> bool:
    """Whether a worker takes jobs."""
    assert worker.poll() is None
    return bool(present_workers())


@pytest.mark.skipif(
    not os.access(ROLLUP.format("self"), os.R_OK),
    reason="The kernel does not say how much memory a process shares.",
)
def test_an_idle_worker_adds_at_most_eighty_megabytes(transactional_db: None) -> None:
    with start_worker() as worker:
        wait_until(lambda: begins(worker))
        size = proportional_size(worker.pid)

    assert size <= MOST

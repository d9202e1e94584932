"""Requests that are counted at the same time: each counts once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crm.throttling import count_request


@pytest.fixture
def _interrupted_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_interrupted_often")
def test_every_request_counts_once() -> None:
    with ThreadPoolExecutor(16) as pool:
        allowances = list(pool.map(lambda _: count_request("x", 1000), range(800)))

    assert sorted(allowance.used for allowance in allowances) == list(range(1, 801))
    assert len({allowance.resets_at for allowance in allowances}) == 1


COUNT = """
import sys
from pathlib import Path
from crm.counters import SharedCounters
counters = SharedCounters.at(Path(sys.argv[1]))
print(*(counters.count("x").used for _ in range(3000)))
"""


def test_processes_count_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path / "counts")]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]

    used = [int(n) for process in processes for n in process.communicate()[0].split()]

    assert sorted(used) == list(range(1, 9001))

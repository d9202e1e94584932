"""Counters that processes share: what they count, and what they do when in trouble."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from crm.counters import ROW, ROWS, SLOT, WINDOW, SharedCounters, shared_counters


@pytest.fixture
def counters(tmp_path: Path) -> SharedCounters:
    return SharedCounters.at(tmp_path / "counts")


def at(monkeypatch: pytest.MonkeyPatch, moment: float) -> None:
    monkeypatch.setattr(time, "time", lambda: moment)


def test_each_name_has_a_counter(counters: SharedCounters) -> None:
    used = [counters.count(name).used for name in ("list", "list", "get", "list")]

    assert used == [1, 2, 1, 3]


def test_who_opens_the_file_later_counts_on(tmp_path: Path) -> None:
    SharedCounters.at(tmp_path / "counts").count("list")

    assert SharedCounters.at(tmp_path / "counts").count("list").used == 2


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    SharedCounters.at(tmp_path / "counts")

    assert (tmp_path / "counts").stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "counts").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        SharedCounters.at(tmp_path / "counts")
    assert not (tmp_path / "elsewhere").exists()


def test_a_clock_that_was_set_back_begins_a_new_window(
    counters: SharedCounters, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 9000.0)
    counters.count("list")
    at(monkeypatch, 1000.0)

    assert counters.count("list") == (1, 1000.0 + WINDOW)


def test_a_full_row_gives_up_what_would_end_first(
    counters: SharedCounters, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = ROWS * ROW // SLOT.size
    at(monkeypatch, 1000.0)
    counters.count("first")
    at(monkeypatch, 1001.0)
    for number in range(most * 2):
        counters.count(f"{number}")

    assert counters.count("first").used == 1
    assert counters.count(f"{most * 2 - 1}").used == 2


def test_who_may_not_use_the_file_counts_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = tmp_path / "nowhere" / "counts"

    used = [shared_counters(nowhere).count("list").used for _ in range(2)]

    assert used == [1, 2]
    assert "not counted with other processes" in caplog.text


def test_a_fork_opens_the_file_anew(tmp_path: Path) -> None:
    ours = shared_counters(tmp_path / "counts")

    child = os.fork()
    if not child:
        theirs = shared_counters(tmp_path / "counts")
        theirs.count("list")
        os._exit(theirs is ours)

    assert os.waitpid(child, 0)[1] == 0
    assert ours.count("list").used == 2

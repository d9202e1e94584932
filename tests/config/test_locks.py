"""Locks tell who holds them, and are free again however that process ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.locks import RunsAlready, Users, hold

HOLD = """
import sys
from pathlib import Path
from config.locks import hold

with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_at_a_time_holds_it_and_is_named(tmp_path: Path) -> None:
    with (
        hold(tmp_path / "lock"),
        pytest.raises(RunsAlready, match=f"process {os.getpid()}"),
        hold(tmp_path / "lock"),
    ):
        pass


def test_it_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunsAlready, match=str(holder.pid)), hold(tmp_path / "lock"):
            pass
        holder.kill()

    with hold(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_only_the_last_user_is_told_that_nobody_is_left(tmp_path: Path) -> None:
    first, second = Users(tmp_path / "users"), Users(tmp_path / "users")
    first.join()
    second.join()

    assert [first.leave(), second.leave()] == [False, True]


def test_who_has_not_joined_may_ask_whether_nobody_is_left(tmp_path: Path) -> None:
    user, passer_by = Users(tmp_path / "users"), Users(tmp_path / "users")
    user.join()

    assert not passer_by.leave()
    assert user.leave()
    assert passer_by.leave()

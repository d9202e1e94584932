"""The script of the README brings in the CSV beside it, and prints what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api_client import Api
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = (Path(__file__).parents[2] / "README.md").read_text()


def block(language: str) -> str:
    """Return the only block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def run_script(directory: Path, server: LiveServer, api: Api) -> str:
    """Do what the README says, and return what is printed."""
    (directory / "contacts.csv").write_text(block("csv"))
    (directory / "bring_in.py").write_text(block("python"))
    workspace = f"{server.url}/v1/workspaces/{api.workspace.slug}"
    done = subprocess.run(
        [sys.executable, "bring_in.py", "contacts.csv"],
        cwd=directory,
        env=os.environ | {"KITH": workspace, "KEY": api.secret},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_script_brings_in_a_csv(
    tmp_path: Path, server: LiveServer, api: Api
) -> None:
    assert run_script(tmp_path, server, api) == block("text")

    again = run_script(tmp_path, server, api)

    assert again == block("text").replace("created", "unchanged")
    names = {
        row["attributes"]["name"] for row in api.get("objects/person/records").data
    }
    assert names == {"Grace Hopper", "Katherine Johnson"}

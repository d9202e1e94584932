"""The newest published Inkbox SDK works against a real server, unchanged.

It cannot do without facts, correspondence, permissions and policies alone, which are
Inkbox's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_dependencies import NEEDS_INDEX
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

NEWEST = "inkbox==0.7.20"
ROOT = Path(__file__).parents[3]


@NEEDS_INDEX
def test_every_call_about_contacts_is_answered(
    server: LiveServer, secret: str, tmp_path: Path
) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--target", tmp_path / "sdk", NEWEST], check=True)
    path = os.pathsep.join([str(tmp_path / "sdk"), str(ROOT)])
    base_url = f"{server.url}/compat/inkbox"

    called = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.interfaces.compat.newest_inkbox",
            base_url,
            secret,
        ],
        env={**os.environ, "PYTHONPATH": path, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )

    assert json.loads(called.stdout) == {
        "created": ["Noor Haas", "confirmed", "noor@alpen.test"],
        "got": True,
        "listed": 1,
        "confirmed": 2,
        "unreviewed": [],
        "looked up": [True, True],
        "access": [None],
        "merged": [True, "Engineer", "Poet"],
        "survivor": True,
        "imported": [1, 0],
        "exported": True,
        "exported several": 2,
        "deleted": 404,
        "deleted several": ["deleted", "error"],
        "left": [],
    }

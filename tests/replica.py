"""Runs the script of docs/sync.md, which keeps a copy of a workspace."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.api_client import Api
from tests.live_server import LiveServer

TEXT = (Path(__file__).parents[1] / "docs" / "sync.md").read_text()
(SCRIPT,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
NO_VALUES: tuple[Any, ...] = (None, {"items": []})


class Replica:
    """A copy of what a key sees, in a file."""

    def __init__(self, server: LiveServer, api: Api, file: Path) -> None:
        workspace = f"{server.url}/v1/workspaces/{api.workspace.slug}"
        self.environ = os.environ | {"KITH": workspace, "KEY": api.secret}
        self.file = file

    def start(self) -> subprocess.Popen[bytes]:
        """Begin to bring the copy up to date."""
        command = [sys.executable, "-c", SCRIPT, str(self.file)]
        return subprocess.Popen(command, env=self.environ, stderr=subprocess.PIPE)

    def run(self) -> None:
        """Bring the copy up to date."""
        process = self.start()
        _, failure = process.communicate(timeout=120)
        assert process.returncode == 0, failure.decode()

    def shown(self) -> dict[str, Any]:
        """Return what the copy has, without what has no value."""
        copy = json.loads(self.file.read_text())
        for record in copy["records"].values():
            values = record["values"].items()
            record["values"] = {n: v for n, v in values if v not in NO_VALUES}
        return {"records": copy["records"], "links": sorted(copy["links"])}

    def anew(self) -> dict[str, Any]:
        """Return what a copy has that is made now."""
        fresh = Replica.__new__(Replica)
        fresh.environ, fresh.file = self.environ, self.file.with_suffix(".fresh")
        fresh.file.unlink(missing_ok=True)
        fresh.run()
        return fresh.shown()

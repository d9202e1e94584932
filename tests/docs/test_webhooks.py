"""The receivers of docs/webhooks.md take what is signed, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import NoReturn

import pytest
from pytest_django import Settings

from tests.live_server import free_port
from webhooks.secrets import new_secret
from webhooks.sending.client import Client
from webhooks.signatures import Message, signed_headers

DOC = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
BODY = b'{"type": "webhook.test", "timestamp": "2026-11-26T18:52:02Z", "data": {}}'
PACKAGES = ["standardwebhooks@1.1.1", "tsx@4.23.15"]


def receiver_in(language: str) -> str:
    """Return the receiver that the docs have in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    return str(found)


@pytest.fixture(params=["python", "typescript"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """What starts a receiver of the docs."""
    if request.param == "python":
        script = tmp_path / "receiver.py"
        script.write_text(receiver_in("python"))
        return [sys.executable, str(script)]
    install(tmp_path)
    script = tmp_path / "receiver.ts"
    script.write_text(receiver_in("typescript"))
    return [str(tmp_path / "node_modules" / ".bin" / "tsx"), str(script)]


def install(place: Path) -> None:
    """Install what the receiver in TypeScript needs, if this machine can."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        do_without("This needs node and npm.")
    (place / "package.json").write_text('{"type": "module"}')
    made = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", *PACKAGES],
        cwd=place,
        capture_output=True,
        check=False,
        timeout=120,
    )
    if made.returncode:
        do_without("npm cannot install here what the receiver needs.")


def do_without(missing: str) -> NoReturn:
    """Skip, unless ``REQUIRE_NODE`` says that nothing may be missing."""
    if os.environ.get("REQUIRE_NODE"):
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def running(command: list[str], secret: str) -> Iterator[tuple[str, list[str]]]:
    """Run a receiver; yield its URL, and what it printed once it has ended."""
    port, printed = free_port(), list[str]()
    environment = os.environ | {"PORT": str(port), "WEBHOOK_SECRET": secret}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}/hooks", printed
    finally:
        process.terminate()
        printed += process.communicate()[0].decode().splitlines()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise RuntimeError("The receiver did not start.")


def test_takes_what_is_signed_and_nothing_else(
    command: list[str], settings: Settings
) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    own, other = new_secret(), new_secret()
    message = Message("chg_1", BODY)
    statuses = []

    with running(command, own) as (url, printed), closing(Client.of()) as client:
        for secrets in ([own], [other, own], [other]):
            headers = signed_headers(message, secrets, datetime.now(UTC))
            statuses.append(client.send(url, headers, BODY).status)

    assert statuses == [204, 204, 401]
    assert printed == ["webhook.test 2026-11-26T18:52:02Z"]

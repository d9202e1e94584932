"""The server under test and the bare one, each granian, with one thread or more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.wire import Wire
from tests.live_server import SECRET_KEY, free_port


@contextmanager
def serve(
    application: str, *, workers: int = 1, threads: int = 1, **environment: str
) -> Iterator[int]:
    """Serve an application and yield its port."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", application, "--interface", "wsgi"),
            *("--port", str(port), "--workers", str(workers)),
            *("--blocking-threads", str(threads), "--no-ws"),
            *("--log-level", "error"),
        ],
        env=os.environ | {"RATE_LIMIT": "0", "SECRET_KEY": SECRET_KEY} | environment,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port."""
    while True:
        try:
            with Wire(port):
                return
        except ConnectionError:
            time.sleep(0.05)

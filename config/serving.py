"""The server of ``manage.py start``: granian, and what it leaves open.

Its workers are forks that inherit the handlers of signals of their parent, which only
take a note, until they have their own: told to stop while they load the application,
they would never hear of it. And they would outlive a parent that is killed.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from threading import Thread

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from config.children import bind_to, load_prctl
from config.leaving import STOP, Leaving

GRACE = 6
"""Seconds that requests have to be finished in when the server is told to stop."""

ACCESS = "%(method)s %(path)s %(status)d %(dt_ms).0f ms"


def check_port(host: str, port: int) -> None:
    """Refuse an address on which somebody listens; granian would share it.

    Raises:
        ImproperlyConfigured: if it is such a one, or not ours to listen on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ImproperlyConfigured(
                f"HOST {host} with PORT {port} cannot be used: {error.strerror}."
            ) from error


class Server(MPServer):
    """Granian, which hears every signal to stop."""

    def signal_handler_interrupt(self, *args: object) -> None:
        """Take a note and wake the main loop, which may hold the lock of its event."""
        self.interrupt_signal = True
        Thread(target=self._insist, daemon=True).start()

    def hear_again(self, leaving: Leaving) -> None:
        """Hear of a signal that came before the server had its handlers."""
        if leaving.told:
            self.signal_handler_interrupt()

    def _insist(self) -> None:
        """Wake it until it ends, since it forgets when it has replaced a worker."""
        while True:
            self.main_loop_interrupt.set()
            time.sleep(0.1)


def serve(leaving: Leaving, say_ready: Callable[[], None]) -> None:
    """Serve until this process is told to leave.

    ``say_ready`` is called, in a thread, when the first request is answered.
    """
    server = Server(
        "config.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=settings.THREADS + settings.WAITING_THREADS,
        # Over HTTP/2 a thread waits forever for a body whose client has gone.
        http=HTTPModes.http1,
        # Its time for the head of a request begins when the one before is answered.
        http1_settings=HTTP1Settings(header_read_timeout=settings.KEEP_ALIVE * 1000),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        log_level=LogLevels.error,
        log_dictconfig=settings.LOGGING,
        log_access=sys.stdout.isatty(),
        log_access_format=ACCESS,
    )
    import_module("config.wsgi")  # What is loaded before workers fork, they share.
    bind_workers()
    server.on_startup(partial(server.hear_again, leaving))
    server.on_startup(Thread(target=wait_for, args=[say_ready], daemon=True).start)
    server.serve()


def wait_for(say_ready: Callable[[], None]) -> None:
    """Call something when the server answers."""
    nowhere_in_particular = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = nowhere_in_particular.get(settings.HOST, settings.HOST)
    while True:
        client = HTTPConnection(host, settings.PORT, timeout=5)
        try:
            client.request("GET", "/healthz")
            client.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            say_ready()
            return
        finally:
            client.close()


def bind_workers() -> None:
    """Let every fork of this process end with it, and when it is told to stop."""
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, STOP),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, STOP),
        after_in_child=partial(begin_worker, os.getpid(), load_prctl()),
    )


def begin_worker(parent: int, prctl: Callable[[int, int], int] | None) -> None:
    """Make a fork one that ends in good order.

    The interrupt of a terminal is left to the parent, which tells it to stop.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    bind_to(parent, prctl)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

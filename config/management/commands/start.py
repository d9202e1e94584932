"""``manage.py start``: everything that is needed to serve, in one command."""

import os
import signal
import socket
import sys
from secrets import token_urlsafe
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces

from config.demo import SLUG, create_demo
from crm.models import Workspace

WELCOME = """
Kith is new here, so it made the workspace {slug!r} with a few records. Keep these, they
are not shown again:

  Admin    {url}/admin/
  Login    {demo.login}
  Password {demo.password}
  API key  {demo.secret}

Try it, in another terminal:

  curl -g '{url}/v1/workspaces/{slug}/objects/person/resources?page[limit]=3' \
-H 'Authorization: api-key {demo.secret}'
"""


class Command(BaseCommand):
    """Starts the database if it is ours, migrates, and serves until it is stopped."""

    help = "Start the embedded database unless DATABASE_URL is set, migrate, and serve."

    def handle(self, **options: Any) -> None:
        signal.signal(signal.SIGTERM, leave)
        self.keep_secret_key()
        try:
            if not settings.DATABASE_URL:
                settings.EMBEDDED_POSTGRES.start()
            call_command("migrate", verbosity=0)
            self.check_port()
            self.welcome()
            connections.close_all()
            self.serve()
        except KeyboardInterrupt:
            pass
        finally:
            connections.close_all()
            if not settings.DATABASE_URL:
                settings.EMBEDDED_POSTGRES.stop()

    def keep_secret_key(self) -> None:
        """Give the workers the same secret key, today and after the next start."""
        if "SECRET_KEY" in os.environ:
            return
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        file = settings.DATA_DIR / "secret_key"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(token_urlsafe(48))
        settings.SECRET_KEY = os.environ["SECRET_KEY"] = file.read_text()

    def check_port(self) -> None:
        """Refuse a port on which somebody listens; granian would share it."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.HOST, settings.PORT))
            except OSError as error:
                message = f"PORT {settings.PORT} cannot be used: {error.strerror}."
                raise CommandError(message) from error

    def welcome(self) -> None:
        """Say where Kith is. On the first start, make something to look at."""
        host = (
            "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0"} else settings.HOST
        )
        url = f"http://{host}:{settings.PORT}"
        if Workspace.objects.exists():
            self.stdout.write(f"Kith serves at {url}, its admin at {url}/admin/.")
            return
        message = WELCOME.format(slug=SLUG, url=url, demo=create_demo())
        self.stdout.write(message)
        self.stdout.flush()

    def serve(self) -> None:
        """Serve until somebody presses Ctrl-C or sends SIGTERM."""
        Granian(
            "config.worker:application",
            address=settings.HOST,
            port=settings.PORT,
            interface=Interfaces.WSGI,
            workers=settings.WORKERS,
            blocking_threads=settings.THREADS + settings.WAITING_THREADS,
            websockets=False,
            respawn_failed_workers=True,
            log_access=False,
        ).serve()


def leave(number: int, frame: FrameType | None) -> None:
    """Leave in good order when somebody sends a signal before we serve."""
    sys.exit(128 + number)

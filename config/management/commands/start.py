"""``manage.py start``: everything that is needed to serve, in one command."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from config.data_dir import keep_secret_key
from config.database import first_line, wait_for_database
from config.demo import SLUG, Demo, create_demo
from config.leaving import Leaving
from config.locks import hold
from config.postgres.keeper import keep_running
from config.postgres.programs import ClusterFailed
from config.serving import check_port, serve
from config.worker_keeper import keep_working
from crm.models import Workspace

WELCOME = """
Kith serves at {url}. It is new here, so it made the workspace {slug!r} with a few
records. Keep these, they are not shown again:

  Admin    {url}/admin/
  Login    {demo.login}
  Password {demo.password}
  API key  {demo.secret}

Try it, in another terminal:

  export KITH={url}/v1/workspaces/{slug} KEY={demo.secret}
  curl -g "$KITH/objects/person/resources?page[limit]=3" \
-H "Authorization: api-key $KEY"
"""


class Command(BaseCommand):
    """Starts the database if it is ours, migrates, and serves until it is stopped."""

    help = "Start the embedded database unless DATABASE_URL is set, migrate, and serve."

    def handle(self, **options: Any) -> None:
        self.leaving = Leaving()
        self.leaving.listen()
        try:
            self.start()
        except (ImproperlyConfigured, ClusterFailed) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"DATA_DIR cannot be used: {error}.") from error
        except DatabaseError as error:
            raise CommandError(f"The database failed: {first_line(error)}") from error

    def start(self) -> None:
        """Do all of it, what can be refused first."""
        self.use_data_dir()
        if settings.DATABASE_URL:
            check_port(settings.HOST, settings.PORT)
            wait_for_database(settings.DATABASE_WAIT, self.say)
            self.migrate_and_serve()
            return
        with hold(settings.DATA_DIR / "kith.pid"):
            check_port(settings.HOST, settings.PORT)
            self.say("Starting PostgreSQL.")
            with keep_running(settings.EMBEDDED_POSTGRES, self.say):
                self.migrate_and_serve()

    def use_data_dir(self) -> None:
        """Make the directory and the secret key, today and for the next start."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        if not settings.HAS_SECRET_KEY:
            settings.SECRET_KEY = keep_secret_key(settings.DATA_DIR)
            settings.HAS_SECRET_KEY = True

    def migrate_and_serve(self) -> None:
        """Bring the database up to date, and serve."""
        self.say("Migrating.")
        call_command("migrate", verbosity=0)
        demo = None if Workspace.objects.exists() else create_demo()
        connections.close_all()
        self.leaving.leave_if_told()
        unsaid = [greeting(demo)]
        try:
            with keep_working(self.say) if settings.JOBS else nullcontext():
                serve(self.leaving, lambda: self.say(unsaid.pop()))
        finally:
            if demo and unsaid:  # What it holds cannot be shown later.
                self.say(unsaid.pop())

    def say(self, line: str) -> None:
        """Tell whoever started us, at once."""
        self.stdout.write(line)
        self.stdout.flush()


def greeting(demo: Demo | None) -> str:
    """Return where Kith is, and on the first start what one needs to look at it."""
    host = "localhost" if settings.HOST in {"127.0.0.1", "0.0.0.0"} else settings.HOST
    host = f"[{host}]" if ":" in host else host
    url = f"http://{host}:{settings.PORT}"
    if demo is None:
        return f"Kith serves at {url}, its admin at {url}/admin/."
    return WELCOME.format(slug=SLUG, url=url, demo=demo)

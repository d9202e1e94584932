"""``manage.py work``: a worker, which does what takes longer than a request may."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.children import end_with
from config.leaving import Leaving
from jobs.looking_after import look_after_jobs
from jobs.worker import Loop, work
from webhooks.dispatcher import dispatch_webhooks

LOOPS: tuple[Loop, ...] = (look_after_jobs, dispatch_webhooks)
"""What goes on in a worker beside the jobs, each in a thread of its own."""


class Command(BaseCommand):
    """Runs jobs until it is told to stop."""

    help = "Run jobs. As many workers as you like share them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--child-of", type=int, help="The process without which it ends."
        )

    def handle(self, **options: Any) -> None:
        Leaving().listen()
        if options["child_of"] is not None:
            end_with(options["child_of"])
        work(LOOPS)

"""``manage.py create_workspace``: make a workspace with the standard objects."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.errors import Refusal
from objects.workspaces import create_workspace


class Command(BaseCommand):
    """Makes a workspace with the standard object types."""

    help = "Make a workspace with the standard objects."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--name", default="", help="A name for people.")

    def handle(self, **options: Any) -> None:
        try:
            workspace = create_workspace(slug=options["slug"], name=options["name"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Made the workspace {workspace}.")

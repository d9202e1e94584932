"""``manage.py trim``: forget what workspaces do not want to keep any longer, now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crm.models import Workspace
from jobs.nightly import trimmed_workspaces
from records.erasing.trimming import Trimmed, trim_some


class Command(BaseCommand):
    """Trims the journals of workspaces that have settings for that."""

    help = "Forget what is older than the settings history_days and deleted_days say."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="Only this one.")

    def handle(self, **options: Any) -> None:
        workspaces = trimmed_workspaces()
        if options["workspace"]:
            workspaces = workspaces.filter(slug=options["workspace"])
        for workspace in workspaces:
            trimmed = trim(workspace)
            self.stdout.write(
                f"{workspace.slug}: {trimmed.entries:,} changes are forgotten, and "
                f"{trimmed.records:,} deleted records cannot come back."
            )


def trim(workspace: Workspace) -> Trimmed:
    """Trim all that is older than a workspace wants to keep, part by part."""
    whole, part = Trimmed(), None
    while part is None or not part.is_empty:
        part = trim_some(workspace, timezone.now())
        whole.add(part)
    return whole

"""``manage.py new_epoch``: end all cursors after a backup was put back."""

from typing import Any

from django.core.management.base import BaseCommand

from records.journal.heads import begin_epochs


class Command(BaseCommand):
    """Lets the ids and cursors of changes end, since numbers will be given again."""

    help = "End all ids and cursors of changes. Run it after putting a backup back."

    def handle(self, **options: Any) -> None:
        many = begin_epochs()
        self.stdout.write(f"Began a new epoch in {many} journals.")

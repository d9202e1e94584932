"""``manage.py erase_again FILE``: repeat erasures after a backup was put back."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

from crm.authentication import Actor
from crm.models import Scope, Workspace
from records.erasing.erasures import NothingToErase, Wish, erase_record

ADDRESS = re.compile(r"/v1/workspaces/([^/]+)/erasures/")
NAME = "erase-again"
"""Who erases, as the journal says."""


class Receipt(NamedTuple):
    """What a receipt says was erased, and in which workspace, if it says that."""

    slug: str
    wishes: list[Wish]


class Command(BaseCommand):
    """Erases what receipts say was erased; what is erased already stays so."""

    help = (
        "Erase again what was erased, after a backup was put back. FILE has documents "
        "as /erasures answers them, or one of their resources on each line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--workspace", metavar="SLUG", help="Where receipts do not say it."
        )

    def handle(self, **options: Any) -> None:
        receipts = [*read_receipts(options["file"])]
        slugs = {one.slug or options["workspace"] for one in receipts}
        workspaces = {one.slug: one for one in Workspace.objects.filter(slug__in=slugs)}
        for slug in slugs - workspaces.keys():
            raise CommandError(f"There is no workspace {slug!r}. Name it: --workspace")
        for receipt in receipts:
            actor = actor_in(workspaces[receipt.slug or options["workspace"]])
            for wish in receipt.wishes:
                said = f"{wish.object} {wish.record} {repeat(actor, wish)}"
                self.stdout.write(said)


def repeat(actor: Actor, wish: Wish) -> str:
    """Erase a record, and say what became of it."""
    try:
        asked = erase_record(actor=actor, wish=wish, is_patient=True)
    except NothingToErase:
        return "is not here."
    return "is erased now." if asked.is_new else "was erased before."


def actor_in(workspace: Workspace) -> Actor:
    """Return who erases in a workspace."""
    return Actor(workspace, NAME, frozenset(Scope), source="job")


def read_receipts(file: Path) -> Iterator[Receipt]:
    """Yield what a file says was erased.

    Raises:
        CommandError: if it has something else.
    """
    try:
        text = file.read_text()
    except (OSError, UnicodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    for number, value in values_in(text):
        try:
            yield from receipts_in(value)
        except (KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"Line {number} is no receipt of an erasure.") from error


def values_in(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the JSON values in a text, which are one or one a line, with their lines.

    Raises:
        CommandError: if it is no JSON.
    """
    try:
        yield 1, json.loads(text)
        return
    except json.JSONDecodeError:
        pass
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.strip():
                yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise CommandError(f"Line {number} is no JSON: {error}.") from error


def receipts_in(value: Any) -> Iterator[Receipt]:
    """Yield the receipts in a document, in a list or in a resource."""
    data: Any = value.get("data", value)
    for resource in data if isinstance(data, list) else [data]:
        found = ADDRESS.search(resource.get("links", {}).get("self", ""))
        yield Receipt(found[1] if found else "", wishes_in(resource))


def wishes_in(resource: Any) -> list[Wish]:
    """Return the records that a receipt says were erased.

    Those that had become one by then may be several in a backup.
    """
    led = resource["relationships"]
    reason = resource.get("attributes", {}).get("reason") or ""
    named = [led["record"]["data"], *led.get("merged", {}).get("data", [])]
    return [Wish(str(one["type"]), str(one["id"]), str(reason)) for one in named]

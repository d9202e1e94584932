"""``manage.py create_key``: make an API key and print its secret, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crm.errors import Refusal
from crm.keys import create_key
from crm.models import Agent, Scope, Workspace


class Command(BaseCommand):
    """Makes an API key and prints only its secret."""

    help = "Make an API key and print its secret. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument(
            "--scopes", default="read,write", help="Any of read,write,admin."
        )
        parser.add_argument(
            "--agent", metavar="HANDLE", help="The agent it acts for; made if new."
        )
        parser.add_argument("--label", default="", help="What you will know it by.")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']!r}.")
        scopes = {scope.strip() for scope in options["scopes"].split(",")}
        if not scopes or not scopes <= set(Scope.values):
            raise CommandError("Scopes are read, write and admin, with commas between.")
        agent = None
        if options["agent"]:
            agent = find_or_make_agent(workspace, options["agent"])
        if len(options["label"]) > 200:
            raise CommandError("A label has 200 characters at most.")
        try:
            new = create_key(
                workspace=workspace,
                scopes=[Scope(scope) for scope in scopes],
                label=options["label"],
                agent=agent,
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(new.secret)


def find_or_make_agent(workspace: Workspace, handle: str) -> Agent:
    """Return the agent of a handle."""
    agent = Agent.objects.filter(workspace=workspace, handle=handle).first()
    if agent is None:
        agent = Agent(workspace=workspace, handle=handle)
        try:
            agent.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        agent.save()
    return agent

"""``manage.py create_workspace``, ``create_key`` and ``new_epoch``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.models import Agent, ApiKey, Workspace
from objects.models import ObjectType
from records.journal.heads import read_head
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


def run(*words: str) -> str:
    """Run a command as a shell would, and return what it prints."""
    printed = StringIO()
    call_command(*words, stdout=printed)
    return printed.getvalue()


@pytest.mark.django_db
def test_makes_a_workspace_with_the_standard_objects() -> None:
    printed = run("create_workspace", "initech", "--name", "Initech Inc.")

    workspace = Workspace.objects.get()
    assert (workspace.slug, workspace.name) == ("initech", "Initech Inc.")
    assert ObjectType.objects.filter(workspace=workspace, slug="person").exists()
    assert printed == "Made the workspace initech.\n"


def test_prints_only_the_secret_of_a_key_and_it_works(workspace: Workspace) -> None:
    printed = run("create_key", "--workspace", "acme")

    (secret,) = printed.splitlines()
    assert ApiKey.objects.get().scopes == ["read", "write"]
    assert Api(workspace, secret).get(PEOPLE).status == 200


def test_makes_a_key_with_scopes_and_a_label(workspace: Workspace) -> None:
    run("create_key", "--workspace=acme", "--scopes=admin, read", "--label=Zapier")

    key = ApiKey.objects.get()
    assert (key.label, key.scopes, key.agent) == ("Zapier", ["read", "admin"], None)


def test_makes_a_key_for_an_agent_that_exists(agent: Agent) -> None:
    run("create_key", "--workspace=acme", "--agent=scout")

    assert ApiKey.objects.get().agent == agent


def test_makes_the_agent_if_it_is_new(agent: Agent, stranger: Api) -> None:
    run("create_key", "--workspace=globex", "--agent=scout")

    made = Agent.objects.get(workspace=stranger.workspace)
    assert (made.handle, list(made.api_keys.all())) == (
        "scout",
        list(ApiKey.objects.exclude(agent=None)),
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--workspace=nowhere"],
        ["--workspace=acme", "--scopes="],
        ["--workspace=acme", "--scopes=read,everything"],
        ["--workspace=acme", "--scopes=READ"],
        ["--workspace=acme", "--agent=newcomer", "--scopes=read,admin"],
        ["--workspace=acme", "--agent=No Handle"],
        ["--workspace=acme", f"--agent={'a' * 64}"],
        ["--workspace=acme", f"--label={'a' * 201}"],
    ],
)
def test_refuses_to_make_such_a_key(workspace: Workspace, words: list[str]) -> None:
    with pytest.raises(CommandError):
        run("create_key", *words)

    assert not ApiKey.objects.exists()
    assert not Agent.objects.exists()


@pytest.mark.parametrize(
    "slug",
    ["acme", "", " ", "Acme", "a_b", "-a", "a-", "a b", "é", "a\n", "a\x00", "a" * 64],
)
def test_refuses_a_slug(workspace: Workspace, slug: str) -> None:
    with pytest.raises(CommandError):
        run("create_workspace", "--", slug)

    assert list(Workspace.objects.all()) == [workspace]


@pytest.mark.parametrize("slug", ["a", "0", "a-b", "a--b", "9to5", "a" * 63])
def test_takes_a_slug(workspace: Workspace, slug: str) -> None:
    run("create_workspace", "--", slug)

    assert Workspace.objects.filter(slug=slug).exists()


def test_refuses_a_name_that_is_too_long(workspace: Workspace) -> None:
    with pytest.raises(CommandError):
        run("create_workspace", "initech", "--name", "a" * 201)

    assert list(Workspace.objects.all()) == [workspace]


def test_a_new_epoch_ends_the_ids_of_changes_and_keeps_their_key(api: Api) -> None:
    change = api.post(PEOPLE, resource("person")).headers["X-Change-Id"]

    printed = run("new_epoch")

    head = read_head(api.workspace.id)
    assert head is not None
    place = head.ids.read(change)
    assert printed == "Began a new epoch in 1 journals.\n"
    assert place is not None
    assert (place.seq, place.epoch == head.ids.epoch) == (1, False)
    assert head.ids.of(1) != change

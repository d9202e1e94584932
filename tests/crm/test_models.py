"""The database refuses what must not be, whoever writes to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils import timezone

from crm.models import Agent, ApiKey, IdempotentRequest, Member, Workspace

Breach = Callable[[Workspace], object]


def make_key(workspace: Workspace, **values: object) -> ApiKey:
    return ApiKey.objects.create(
        **{"workspace": workspace, "scopes": ["read"], "digest": "d", **values}
    )


def make_key_of_agent(workspace: Workspace, scopes: list[str]) -> ApiKey:
    agent = Agent.objects.create(workspace=workspace, handle="scout")
    return make_key(workspace, scopes=scopes, agent=agent)


def make_members(workspace: Workspace, *roles: str) -> None:
    user = User.objects.create(username="ada")
    for role in roles:
        Member.objects.create(workspace=workspace, user=user, role=role)


def make_agents(workspace: Workspace, *handles: str) -> None:
    for handle in handles:
        Agent.objects.create(workspace=workspace, handle=handle)


def make_answers(workspace: Workspace, *digests: str) -> None:
    for digest in digests:
        IdempotentRequest.objects.create(
            workspace=workspace, digest=digest, body_digest="b", status=200, body=b""
        )


def make_keys(workspace: Workspace, **values: object) -> None:
    for digest in ("one", "other"):
        make_key(workspace, **{"digest": digest, **values})


BREACHES: list[tuple[str, Breach]] = [
    ("one_membership_each", lambda w: make_members(w, "owner", "admin")),
    ("member_role_is_known", lambda w: make_members(w, "king")),
    ("member_role_is_known", lambda w: make_members(w, "")),
    ("one_agent_a_handle", lambda w: make_agents(w, "scout", "scout")),
    ("key_scopes_are_known", lambda w: make_key(w, scopes=["read", "everything"])),
    ("key_scopes_are_known", lambda w: make_key(w, scopes=[])),
    ("key_scopes_are_known", lambda w: make_key(w, scopes=[None])),
    ("agent_key_is_no_admin_key", lambda w: make_key_of_agent(w, ["admin"])),
    ("agent_key_is_no_admin_key", lambda w: make_key_of_agent(w, ["read", "admin"])),
    ("previous_secret_expires", lambda w: make_key(w, previous_digest="p")),
    (
        "previous_secret_expires",
        lambda w: make_key(w, previous_expires_at=timezone.now()),
    ),
    ("one_answer_a_request", lambda w: make_answers(w, "same", "same")),
    ("crm_workspace_slug_key", lambda w: Workspace.objects.create(slug=w.slug)),
    ("crm_apikey_digest_key", lambda w: make_keys(w, digest="same")),
    (
        "crm_apikey_previous_digest_key",
        lambda w: make_keys(
            w, previous_digest="same", previous_expires_at=timezone.now()
        ),
    ),
]


@pytest.mark.parametrize(("constraint", "breach"), BREACHES)
def test_refuses(workspace: Workspace, constraint: str, breach: Breach) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'):
        breach(workspace)


@pytest.mark.parametrize("model", list(apps.get_app_config("crm").get_models()))
def test_every_constraint_is_tried_above(model: type[models.Model]) -> None:
    names = {constraint.name for constraint in model._meta.constraints}

    assert names <= {name for name, _ in BREACHES}


def test_takes_what_the_constraints_leave(workspace: Workspace) -> None:
    make_members(workspace, "owner")
    make_agents(workspace, "porter", "ranger")
    make_key_of_agent(workspace, ["read", "write"])
    make_keys(workspace, scopes=["admin"])
    make_answers(workspace, "one", "other")

    assert workspace.api_keys.count() == 3


def test_workspaces_do_not_share_handles_or_answers(workspace: Workspace) -> None:
    other = Workspace.objects.create(slug="globex")

    for owner in (workspace, other):
        make_agents(owner, "scout")
        make_answers(owner, "same")

    assert Agent.objects.filter(handle="scout").count() == 2


@pytest.mark.parametrize("handle", ["", "Scout", "a b", "a_b", "-a", "a\n", "a" * 64])
def test_a_handle_is_a_slug(workspace: Workspace, handle: str) -> None:
    with pytest.raises(ValidationError, match="handle"):
        Agent(workspace=workspace, handle=handle).full_clean()


def test_a_workspace_may_have_a_bulk_limit_of_its_own() -> None:
    limits = [Workspace(settings=s).bulk_limit for s in ({}, {"bulk_limit": 200})]

    assert limits == [25, 200]

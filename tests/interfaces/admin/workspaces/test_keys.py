"""The admin shows the secret of a key once and keeps it nowhere."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from crm.keys import create_key, revoke_key
from crm.models import Agent, ApiKey, Member, Scope, Workspace
from interfaces.admin.verbs import Secret
from tests.api_client import Api
from tests.browsing import Person, join
from tests.crm.test_keys import tables_holding

ADD = "/admin/crm/apikey/add/"
PEOPLE = "objects/person/records"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


def make(owner: Person, **values: object) -> str:
    """Fill in the form for a new key."""
    workspace = Workspace.objects.get(slug="acme")
    given = {"label": "Zapier", "scopes": ["read", "write"]} | values
    return owner.submit(ADD, workspace=workspace.pk, **given)


def secret_in(page: str) -> str:
    """Return the secret that a page shows."""
    (found,) = set(re.findall(r"kith_[0-9a-f]{40}", page))
    return str(found)


def address(key: ApiKey, page: str) -> str:
    return reverse(f"admin:crm_apikey_{page}", args=[key.pk])


def test_shows_a_secret_that_works(owner: Person, workspace: Workspace) -> None:
    secret = secret_in(make(owner, label="Zapier"))

    assert Api(workspace, secret).get(PEOPLE).status == 200
    key = ApiKey.objects.get()
    assert (key.label, key.scopes, key.agent) == ("Zapier", ["read", "write"], None)


def test_keeps_the_secret_nowhere(
    owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    secret = secret_in(make(owner))
    for page in ("change", "history"):
        assert secret not in owner.page(address(ApiKey.objects.get(), page))

    assert LogEntry.objects.get().get_change_message() == "Made the key."
    assert tables_holding(secret) == []
    assert secret not in str(dict(owner.session))
    assert secret not in caplog.text
    assert secret not in repr(Secret("Key", secret))


def test_lets_nobody_keep_a_copy_of_the_page(owner: Person) -> None:
    form = {"label": "x", "scopes": ["read"]}
    workspace = Workspace.objects.get(slug="acme")

    answer = owner.post(ADD, form | {"workspace": workspace.pk})

    assert "no-store" in answer["Cache-Control"]


def test_a_key_of_an_agent_may_not_set_up(owner: Person, agent: Agent) -> None:
    page = make(owner, agent=agent.pk, scopes=["admin"])

    assert "A key of an agent cannot have the admin scope." in page
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"label": ""}, "This field is required."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["everything"]}, "Select a valid choice"),
        ({"expires_at": "2020-01-01"}, "Give a time in the future."),
        ({"expires_at": "soon"}, "Enter a valid date."),
        ({"expires_at": "9999-12-31"}, "Enter an earlier day."),
        ({"agent": "x"}, "is not a valid UUID"),
    ],
)
def test_says_what_is_wrong_beside_it(
    owner: Person, values: dict[str, object], why: str
) -> None:
    assert why in make(owner, **values)
    assert not ApiKey.objects.exists()


def test_a_key_works_until_the_end_of_its_last_day(owner: Person) -> None:
    last = (timezone.now() + timedelta(days=30)).date()

    make(owner, expires_at=last.isoformat())

    key = ApiKey.objects.get()
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == f"{last + timedelta(days=1)}T00:00:00+00:00"
    assert f'value="{last}"' in owner.page(address(key, "edit"))


def test_rotating_leaves_the_old_secret_its_time(
    owner: Person, workspace: Workspace
) -> None:
    key, old = create_key(workspace=workspace, scopes=[Scope.READ])

    new = secret_in(owner.submit(address(key, "rotate"), overlap="3600"))

    statuses = [Api(workspace, secret).get(PEOPLE).status for secret in (old, new)]
    assert statuses == [200, 200]
    assert "Old secret works until" in owner.page(address(key, "change"))


def test_revoked_keys_can_be_looked_at_and_no_more(
    owner: Person, workspace: Workspace
) -> None:
    key, _ = create_key(workspace=workspace, scopes=[Scope.READ], label="Gone")
    revoke_key(key=key)

    page = owner.page(address(key, "change"))
    refused = owner.submit(address(key, "rotate"), overlap="0")

    assert "Revoked" in page
    assert address(key, "rotate") not in page
    assert "The key is revoked or has expired; create another." in refused


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", {"Active", "Expired", "Revoked"}),
        ("?state=active", {"Active"}),
        ("?state=expired", {"Expired"}),
        ("?state=revoked", {"Revoked"}),
        ("?scope=admin", {"Expired"}),
        ("?q=act", {"Active"}),
    ],
)
def test_filters_and_searches_the_list(
    owner: Person, workspace: Workspace, query: str, labels: set[str]
) -> None:
    create_key(workspace=workspace, scopes=[Scope.READ], label="Is Active")
    old, _ = create_key(workspace=workspace, scopes=[Scope.ADMIN], label="Is Expired")
    ApiKey.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    gone, _ = create_key(workspace=workspace, scopes=[Scope.READ], label="Is Revoked")
    revoke_key(key=gone)

    page = owner.page(f"/admin/crm/apikey/{query}")

    assert set(re.findall(r"<b>Is (\w+)</b>", page)) == labels


def test_lists_what_was_refused_without_what_it_held(
    owner: Person, workspace: Workspace
) -> None:
    key, secret = create_key(workspace=workspace, scopes=[Scope.READ])
    Api(workspace, secret).get(f"{PEOPLE}?filter[private]=matter")
    Api(workspace, secret).post(PEOPLE, {"data": {"private": "matter"}})

    page = owner.page(address(key, "change"))

    codes = re.findall(r'data-label="Why"><code>(\w+)', page)
    assert codes == ["missing_scope", "unknown_parameter"]
    assert "matter" not in page


def test_changes_label_and_last_day(owner: Person, workspace: Workspace) -> None:
    key, _ = create_key(workspace=workspace, scopes=[Scope.READ], label="Old")

    owner.submit(address(key, "edit"), label="New", expires_at="2099-12-31")

    key.refresh_from_db()
    assert (key.label, str(key.expires_at)) == ("New", "2100-01-01 00:00:00+00:00")

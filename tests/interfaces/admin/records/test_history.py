"""The history of a record calls all things by the names that people know."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from crm.models import Agent, Member, Workspace
from tests.api_client import Api, make_record, resource
from tests.browsing import Person, join
from tests.interfaces.admin.records.test_browser import create
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.interfaces.api.journal.test_sight import grant, revoke


@pytest.fixture
def member(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.MEMBER)


@pytest.fixture
def ada(api: Api) -> tuple[dict[str, str], str]:
    """A person, and her page."""
    place = create(api, "person", name="Ada")
    return {"type": "person", "id": place.split("/")[-2]}, place


def told(page: str) -> str:
    """Return the text of the history on a page."""
    text = strip_tags(page.split("History</h3>")[1].replace("<", " <"))
    return " ".join(unescape(text).split())


def test_linked_records_are_called_by_their_titles(
    api: Api, member: Person, ada: tuple[dict[str, str], str]
) -> None:
    person, place = ada
    acme, navy = (make_record(api, "company", name) for name in ("Acme", "Navy"))
    linkage = f"{PEOPLE}/{person['id']}/relationships/companies"
    api.patch(linkage, {"data": [acme, navy]})
    api.patch(linkage, {"data": [acme]})
    api.delete(f"{COMPANIES}/{navy['id']}")

    page = member.page(place)

    assert "Companies Acme Navy (deleted)" in told(page)
    assert "Companies Navy (deleted)" in told(page)
    assert navy["id"] not in page
    history = page.split("History</h3>")[1].split("<aside>")[0]
    (address,) = set(re.findall(r'href="([^"]+)">Acme</a>', history))
    assert f"company/{acme['id']}" in address
    assert member.page(address)


def test_who_sees_a_record_is_told_by_name(
    api: Api, member: Person, agent: Agent, ada: tuple[dict[str, str], str]
) -> None:
    person, place = ada
    Agent.objects.create(workspace=agent.workspace, handle="ranger")
    revoke(api, person, agent)
    grant(api, person, agent)

    text = told(member.page(place))

    assert "Seen by Everyone ranger" in text
    assert "Seen by ranger ranger scout" in text
    assert str(agent.pk) not in text


def test_links_that_another_record_named_are_told(
    api: Api, member: Person, ada: tuple[dict[str, str], str]
) -> None:
    person, place = ada
    talk = make_record(api, "conversation", person=person)
    body = resource("conversation", subject="Engines")
    api.patch(f"objects/conversation/records/{talk['id']}", body)

    assert "Links changed by" in told(member.page(place))


@pytest.mark.parametrize("many", [1, 15])
def test_titles_take_one_statement(
    api: Api, member: Person, ada: tuple[dict[str, str], str], many: int
) -> None:
    person, place = ada
    path = f"{PEOPLE}/{person['id']}"
    api.patch(path, resource("person", title="CEO"))
    member.page(place)
    with CaptureQueriesContext(connection) as without:
        member.page(place)
    for number in range(many):
        acme = make_record(api, "company", str(number))
        api.patch(f"{path}/relationships/companies", {"data": [acme]})

    with CaptureQueriesContext(connection) as statements:
        member.page(place)

    assert len(statements) <= len(without) + 1

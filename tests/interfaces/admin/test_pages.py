"""People get pages where clients get documents."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from crm.models import Member, Workspace
from interfaces.admin import pages
from tests.browsing import Person, join, superuser


@pytest.fixture
def person(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.MEMBER)


@pytest.mark.parametrize("path", ["/admin/nothing/", "/admin/records/nowhere/"])
def test_a_page_that_is_not_there_says_so(person: Person, path: str) -> None:
    page = person.page(path, status=404)

    assert "<h1>Nothing here</h1>" in page
    assert 'href="/admin/"' in page


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/administration"])
def test_elsewhere_clients_get_a_document(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/vnd.api+json"


def test_a_crash_shows_nothing_of_itself() -> None:
    answer = pages.server_error(RequestFactory().get("/admin/"))

    assert answer.status_code == 500
    assert "<h1>Something went wrong</h1>" in answer.content.decode()


def test_the_page_of_an_invitation_wants_a_good_password(
    workspace: Workspace,
) -> None:
    form = {"workspace": workspace.pk, "email": "a@b.co", "role": "member"}
    shown = superuser().submit("/admin/crm/member/add/", **form)
    link = shown.split("/admin/password/")[1].split("<")[0].strip()
    guest = Client()

    page = guest.get(f"/admin/password/{link}", follow=True)
    short = {"new_password1": "12345", "new_password2": "12345"}
    refused = guest.post(page.request["PATH_INFO"], short).content.decode()

    assert "You log in as <b>a@b.co</b>" in page.content.decode()
    assert "This password is too short." in refused
    assert "This password is too common." in refused


@pytest.mark.parametrize("path", ["x/y/", "MQ/set-password/", "%00/x/"])
def test_an_odd_invitation_does_not_work(client: Client, db: None, path: str) -> None:
    page = client.get(f"/admin/password/{path}")

    assert page.status_code == 200
    assert "This link does not work any more" in page.content.decode()

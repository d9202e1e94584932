"""People see their workspaces, and change what their role lets them, in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from uuid_utils.compat import uuid7

from crm.keys import create_key
from crm.models import Agent, ApiKey, Erasure, Member, Scope, Workspace
from interfaces.admin.app import register_pages
from interfaces.admin.things import ThingAdmin
from jobs.models import Job
from objects.models import ObjectType
from objects.workspaces import create_workspace
from tests.api_client import Api, resource
from tests.browsing import Person, join, superuser
from webhooks.models import Delivery, Endpoint

OWNER, ADMIN, MEMBER = Member.Role

register_pages()
TENANTS = {
    model._meta.model_name: (model, page)
    for model, page in admin.site._registry.items()
    if isinstance(page, ThingAdmin)
}


class Secret:
    """A workspace full of things whose names nobody else should read."""

    def __init__(self) -> None:
        self.workspace = create_workspace(slug="zanzibar", name="Zanzibar Inc")
        self.owner = join(self.workspace, OWNER)
        self.agent = Agent.objects.create(workspace=self.workspace, handle="zanzibot")
        new = create_key(workspace=self.workspace, scopes=list(Scope), label="Zanzikey")
        self.key, self.api = new.key, Api(self.workspace, new.secret)
        people = "objects/person/records"
        self.record = self.api.post(people, resource("person", name="Zanzi Ada")).id
        self.job = Job.objects.create(
            workspace=self.workspace, kind="remove", created_by="user:1"
        )
        self.erasure = Erasure.objects.create(
            workspace=self.workspace,
            object_slug="person",
            record="per_zanzi",
            record_ids=[uuid7()],
            by="user:1",
        )
        self.delivery = self.delivered()

    def delivered(self) -> Delivery:
        """Return a message to a webhook of its own."""
        endpoint = Endpoint.objects.create(
            workspace=self.workspace, url="https://zanzi.invalid/", cursor=0
        )
        return Delivery.objects.create(
            workspace=self.workspace, endpoint=endpoint, kind="record.zanzified"
        )

    def thing(self, name: str) -> Model:
        """Return one of its things of a kind."""
        return {
            "workspace": self.workspace,
            "member": Member.objects.get(user=self.owner.user),
            "agent": self.agent,
            "apikey": self.key,
            "objecttype": ObjectType.objects.get(
                workspace=self.workspace, slug="person"
            ),
            "job": self.job,
            "erasure": self.erasure,
            "endpoint": self.delivery.endpoint,
            "delivery": self.delivery,
        }[name]


@pytest.fixture
def hidden(db: None) -> Secret:
    return Secret()


@pytest.fixture
def stranger_to_it(workspace: Workspace) -> Person:
    """The owner of another workspace."""
    return join(workspace, OWNER)


def address(name: str, page: str, *arguments: object) -> str:
    model: Any = TENANTS[name][0]
    return reverse(f"admin:{model._meta.app_label}_{name}_{page}", args=arguments)


def pages_of(name: str, thing: Model) -> list[str]:
    """Return the addresses of all pages about a thing."""
    about = [address(name, page, thing.pk) for page in ("change", "history")]
    return [*about, *verbs_of(name, thing)]


def verbs_of(name: str, thing: Model) -> list[str]:
    """Return the addresses of the pages that do something about a thing."""
    return [
        address(
            name, verb, thing.pk, *(["name"] if "<slug:field>" in page.route else [])
        )
        for verb, page in TENANTS[name][1].pages.items()
    ]


@pytest.mark.parametrize("name", TENANTS)
def test_lists_and_searches_find_nothing_of_others(
    hidden: Secret, stranger_to_it: Person, name: str
) -> None:
    for query in ("", "?q=anzi", "?q=person", "?workspace=zanzibar"):
        page = stranger_to_it.get(address(name, "changelist") + query, follow=True)
        shown = page.content.decode()
        assert "zanzi" not in shown.lower()


@pytest.mark.parametrize("name", TENANTS)
def test_addresses_of_others_lead_nowhere(
    hidden: Secret, stranger_to_it: Person, name: str
) -> None:
    pages = pages_of(name, hidden.thing(name))

    for page in pages:
        got, sent = stranger_to_it.get(page), stranger_to_it.post(page)
        assert {got.status_code, sent.status_code} <= {302, 404}
        assert "Zanzi" not in got.content.decode() + sent.content.decode()


@pytest.mark.parametrize("name", TENANTS)
def test_autocompletion_finds_nothing_of_others(
    hidden: Secret, stranger_to_it: Person, name: str
) -> None:
    fields = {"app_label": "crm", "model_name": "apikey", "term": "zanzi"}

    for field in ("agent", "workspace"):
        answer = stranger_to_it.get(
            reverse("admin:autocomplete"), fields | {"field_name": field}
        )
        assert "zanzi" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "person/",
        "person/?filter[search]=zanzi",
        "person/{record}/",
    ],
)
def test_records_of_others_are_not_found(
    hidden: Secret, stranger_to_it: Person, path: str
) -> None:
    place = f"/admin/records/zanzibar/{path}".format(record=hidden.record)

    assert "Zanzi Ada" in hidden.owner.page(place) or path == ""
    assert "Zanzi" not in stranger_to_it.page(place, status=404)


def test_a_record_is_not_found_under_another_workspace(
    hidden: Secret, stranger_to_it: Person
) -> None:
    stranger_to_it.page(f"/admin/records/acme/person/{hidden.record}/", status=404)


def test_home_and_menu_name_no_other_workspace(
    hidden: Secret, stranger_to_it: Person
) -> None:
    assert "Zanzi" not in stranger_to_it.page("/admin/")
    assert "Zanzibar Inc" in hidden.owner.page("/admin/")


def test_nothing_is_made_in_another_workspace(
    hidden: Secret, stranger_to_it: Person
) -> None:
    there = {"workspace": hidden.workspace.pk}

    stranger_to_it.submit("/admin/crm/apikey/add/", label="x", scopes="read", **there)
    stranger_to_it.submit("/admin/crm/agent/add/", handle="x", **there)
    stranger_to_it.submit(
        "/admin/crm/member/add/", email="x@x.example", role="member", **there
    )

    assert ApiKey.objects.filter(workspace=hidden.workspace).count() == 1
    assert Agent.objects.filter(workspace=hidden.workspace).count() == 1
    assert Member.objects.filter(workspace=hidden.workspace).count() == 1


def test_a_key_gets_no_agent_of_another_workspace(
    hidden: Secret, workspace: Workspace, stranger_to_it: Person
) -> None:
    page = stranger_to_it.submit(
        "/admin/crm/apikey/add/",
        workspace=workspace.pk,
        label="x",
        scopes="read",
        agent=hidden.agent.pk,
    )

    assert "Select a valid choice" in page
    assert "zanzibot" not in page
    assert not ApiKey.objects.filter(label="x").exists()


@pytest.mark.parametrize("name", TENANTS)
def test_a_member_looks_and_changes_nothing(hidden: Secret, name: str) -> None:
    member, thing = join(hidden.workspace, MEMBER), hidden.thing(name)

    shown = member.page(address(name, "change", thing.pk))
    listed = member.page(address(name, "changelist"))
    assert address(name, "add") not in listed
    member.page(address(name, "add"), status=403)
    for verb in verbs_of(name, thing):
        assert verb not in shown
        member.page(verb, status=403)
        assert member.post(verb).status_code == 403


@pytest.mark.parametrize("name", TENANTS)
@pytest.mark.parametrize("role", [OWNER, ADMIN])
def test_who_runs_a_workspace_finds_the_pages(
    hidden: Secret, name: str, role: str
) -> None:
    person, thing = join(hidden.workspace, role), hidden.thing(name)

    assert "kith-verbs" in person.page(address(name, "change", thing.pk))
    answers = [person.get(verb).status_code for verb in verbs_of(name, thing)]
    assert answers.count(200) >= len(answers) - 1


@pytest.mark.parametrize("name", TENANTS)
def test_whoever_runs_the_server_sees_everything(hidden: Secret, name: str) -> None:
    root = superuser()

    for page in pages_of(name, hidden.thing(name)):
        root.page(page)
    assert "zanzibar" in root.page("/admin/crm/workspace/")


@pytest.mark.parametrize("name", TENANTS)
@pytest.mark.parametrize(
    "query",
    [
        "?workspace=%00",
        "?workspace=nowhere",
        "?state=odd",
        "?q=%00",
        "?p=x",
        "?o=9.9",
        "?digest__startswith=a",
        "?workspace__slug=acme",
    ],
)
def test_odd_lists_are_no_crash(stranger_to_it: Person, name: str, query: str) -> None:
    answer = stranger_to_it.get(address(name, "changelist") + query, follow=True)

    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("name", TENANTS)
@pytest.mark.parametrize("record_id", ["x", "1", "%00", "a/b", f"{'f' * 32}"])
def test_odd_addresses_lead_nowhere(
    stranger_to_it: Person, name: str, record_id: str
) -> None:
    place = address(name, "changelist") + f"{record_id}/change/"

    assert stranger_to_it.get(place).status_code == 404


def test_former_members_are_shut_out(hidden: Secret) -> None:
    Member.objects.all().delete()

    assert "You belong to no workspace yet" in hidden.owner.page("/admin/")
    hidden.owner.page("/admin/crm/apikey/", status=403)
    hidden.owner.page("/admin/records/zanzibar/", status=404)


def test_strangers_are_asked_to_log_in(hidden: Secret) -> None:
    hidden.owner.logout()

    for place in ("/admin/", "/admin/crm/apikey/", "/admin/records/zanzibar/"):
        answer = hidden.owner.get(place)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("name", TENANTS)
def test_nothing_goes_but_by_its_verb(hidden: Secret, name: str) -> None:
    root, thing = superuser(), hidden.thing(name)
    form = {"action": "delete_selected", "_selected_action": thing.pk, "post": "yes"}

    root.page(address(name, "delete", thing.pk), status=403)
    assert root.post(address(name, "delete", thing.pk), form).status_code == 403
    root.post(address(name, "changelist"), form)

    assert type(thing)._default_manager.filter(pk=thing.pk).exists()

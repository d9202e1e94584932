"""Webhooks in the admin: looked at by members, tried and changed by who runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from django.urls import reverse
from pytest_django import Settings

from crm.models import Member, Workspace
from jobs.models import Job
from tests.api_client import Api, make_record
from tests.browsing import Person, join
from tests.webhooks.receiver import Receiver, always, start_receiver
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.queue.fan_out import fan_out


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    with start_receiver() as started:
        yield started


@pytest.fixture
def endpoint(workspace: Workspace, receiver: Receiver) -> Endpoint:
    values = {"url": receiver.url, "label": "Ours"}
    return create_endpoint(workspace=workspace, values=values).endpoint


def address(endpoint: Endpoint, page: str) -> str:
    return reverse(f"admin:webhooks_endpoint_{page}", args=[endpoint.pk])


def deliver(api: Api, endpoint: Endpoint) -> Delivery:
    """Make a delivery that tells of a new person, and let it be dead."""
    make_record(api, "person", "Ada")
    fan_out(api.workspace.id, endpoint.id, endpoint.created_at)
    Delivery.objects.update(state="dead", due=None)
    return Delivery.objects.get()


def test_a_webhook_is_made_and_its_secret_shown_once(
    owner: Person, workspace: Workspace
) -> None:
    place = reverse("admin:webhooks_endpoint_add")
    given = {"url": "https://receiver.invalid/", "label": "CRM", "payload": "thin"}

    page = owner.submit(place, workspace=workspace.pk, **given)

    (secret,) = set(re.findall(r"whsec_[\w+/]{43}=", page))
    made = Endpoint.objects.get()
    assert (made.label, made.payload) == ("CRM", "thin")
    assert secret not in owner.page(address(made, "change"))


def test_what_is_wrong_is_said_beside_the_field(
    owner: Person, workspace: Workspace
) -> None:
    place = reverse("admin:webhooks_endpoint_add")
    given = {"url": "https://10.0.0.1/", "label": "", "payload": "full"}

    page = owner.submit(place, workspace=workspace.pk, **given)

    assert "This address is not allowed." in page
    assert not Endpoint.objects.exists()


def test_the_list_says_how_each_is_doing(
    owner: Person, api: Api, endpoint: Endpoint
) -> None:
    make_record(api, "person", "Ada")
    Endpoint.objects.update(state="struggling")

    page = owner.page(reverse("admin:webhooks_endpoint_changelist"))

    assert "Ours" in page
    assert "Struggling" in page


def test_one_that_was_given_up_is_named_on_the_first_page(
    owner: Person, stranger: Api, endpoint: Endpoint
) -> None:
    place, home = address(endpoint, "change"), reverse("admin:index")
    assert place not in owner.page(home)

    Endpoint.objects.update(state="disabled", disabled_reason="failing")

    assert place in owner.page(home)
    assert "See to the receiver" in owner.page(place)
    assert place not in join(stranger.workspace, Member.Role.OWNER).page(home)


def test_it_is_said_if_there_is_no_worker(owner: Person, endpoint: Endpoint) -> None:
    assert "No worker has been seen" in owner.page(address(endpoint, "change"))


def test_a_test_leads_to_what_came_of_it(
    owner: Person, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = always(503)

    page = owner.submit(address(endpoint, "test"))

    assert receiver.kinds == ["webhook.test"]
    assert "Given up" in page
    assert "503" in page


def test_the_secret_is_rotated(owner: Person, endpoint: Endpoint) -> None:
    page = owner.submit(address(endpoint, "rotate"), overlap="3600")

    assert "whsec_" in page
    assert len(Endpoint.objects.get().secrets) == 2


def test_it_is_disabled_and_enabled(owner: Person, endpoint: Endpoint) -> None:
    stopped = owner.submit(address(endpoint, "disable"))
    assert "somebody did so" in stopped

    owner.submit(address(endpoint, "enable"), start="cursor")

    assert Endpoint.objects.get().state == "active"


def test_a_replay_is_left_to_a_job(owner: Person, endpoint: Endpoint) -> None:
    owner.submit(address(endpoint, "replay"), part="3600")

    assert Job.objects.get().created_by == f"user:{owner.user.pk}"


def test_a_delivery_shows_its_body_as_it_would_be_now(
    owner: Person, api: Api, endpoint: Endpoint
) -> None:
    delivery = deliver(api, endpoint)
    place = reverse("admin:webhooks_delivery_change", args=[delivery.pk])

    page = owner.page(place)

    assert "record.created" in page
    assert "&quot;name&quot;: &quot;Ada&quot;" in page
    assert place in owner.page(address(endpoint, "change"))


def test_the_page_says_what_it_is_told_of(owner: Person, endpoint: Endpoint) -> None:
    skipped = ["api-key:0193", "user:7"]
    Endpoint.objects.update(kinds=["record.merged"], fields=[], skip_actors=skipped)

    page = owner.page(address(endpoint, "change"))

    assert "record.merged" in page
    assert "api-key:0193, user:7" in page
    assert "left out" in page


def test_a_delivery_is_sent_again(owner: Person, api: Api, endpoint: Endpoint) -> None:
    delivery = deliver(api, endpoint)

    owner.submit(reverse("admin:webhooks_delivery_resend", args=[delivery.pk]))

    assert Delivery.objects.get().state == "waiting"


@pytest.mark.parametrize("page", ["test", "rotate", "disable", "enable", "replay"])
def test_a_member_looks_and_changes_nothing(
    workspace: Workspace, endpoint: Endpoint, page: str
) -> None:
    member = join(workspace, Member.Role.MEMBER)

    assert "Ours" in member.page(address(endpoint, "change"))
    member.page(address(endpoint, page), status=403)


def test_a_stranger_finds_nothing(stranger: Api, endpoint: Endpoint) -> None:
    person = join(stranger.workspace, Member.Role.OWNER)

    person.page(address(endpoint, "change"), status=404)
    person.page(address(endpoint, "rotate"), status=404)

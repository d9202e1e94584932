"""People look through pairs that are perhaps the same; owners and admins judge them."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Member, Workspace
from jobs.models import Job
from jobs.running import run_job
from objects.models import Kind
from records.models import Duplicate
from tests.api_client import Api, items, make_record, resource
from tests.browsing import Person, join
from tests.schemas import make_relationship

Role = Member.Role
LIST = "/admin/records/acme/person/"
PAIRS = f"{LIST}duplicates/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Role.OWNER)


@pytest.fixture
def pair(api: Api) -> list[str]:
    """The ids of two people who are one."""
    people: list[dict[str, object]] = [
        {"name": "Ada Lovelace", "title": "Countess"},
        {"name": "Lovelace, Ada", "phone_numbers": items("+14155550100")},
    ]
    return [
        api.post("objects/person/records", resource("person", **p)).id for p in people
    ]


def test_a_scan_is_begun_and_fills_the_list(owner: Person, pair: list[str]) -> None:
    empty = owner.page(PAIRS)
    asked = owner.page(f"{PAIRS}scan/")
    begun = owner.submit(f"{PAIRS}scan/")
    job = Job.objects.get(kind="duplicates")
    run_job(job.workspace_id, job.id, Event())

    page = owner.page(PAIRS)

    assert "No open duplicates" in empty
    assert "Scan for duplicates?" in asked
    assert "The scan is under way." in begun
    assert "Look for duplicates" in begun
    assert job.created_by == f"user:{owner.user.pk}"
    assert "60 %" in page
    assert "name: written in another way" in page.lower()
    assert f"{PAIRS}{'-'.join(pair)}/" in page
    assert f"{LIST}{pair[0]}/merge/?with={pair[1]}" in page


def test_what_is_like_one_record_is_shown_at_it(owner: Person, pair: list[str]) -> None:
    ada, also = pair

    assert f"{LIST}{ada}/duplicates/" in owner.page(f"{LIST}{ada}/")
    page = owner.page(f"{LIST}{ada}/duplicates/")

    assert "Duplicates of Ada Lovelace" in page
    assert f"{LIST}{also}/" in page


def test_two_stand_side_by_side(owner: Person, pair: list[str]) -> None:
    page = owner.page(f"{PAIRS}{'-'.join(pair)}/")

    assert "Are these two the same?" in page
    assert "Countess" in page
    assert "(differs)" in page
    assert f"merge/?with={pair[1]}" in page


def test_a_pair_is_dismissed_and_opened_again(owner: Person, pair: list[str]) -> None:
    address = f"{PAIRS}{'-'.join(pair)}/"

    said = owner.submit(address, dismiss="1", of=pair[0])

    assert "The two are not the same." in said
    assert "Duplicates of Ada Lovelace" in said
    assert Duplicate.objects.get().state == "dismissed"
    assert "Open again" in owner.page(f"{PAIRS}?state=dismissed")
    assert "The pair is open again." in owner.submit(address, open="1")
    assert Duplicate.objects.get().state == "open"


def test_members_look_and_do_nothing(workspace: Workspace, pair: list[str]) -> None:
    member = join(workspace, Role.MEMBER)
    address = f"{PAIRS}{'-'.join(pair)}/"

    page = member.page(address)

    assert "Dismiss" not in page
    assert member.post(address, {"dismiss": "1"}).status_code == 403
    assert member.get(f"{PAIRS}scan/").status_code == 403
    assert not Duplicate.objects.exists()


@pytest.mark.parametrize(
    "place", ["duplicates/x-y/", "duplicates/x/", "per_1/duplicates/"]
)
def test_what_is_not_there_is_not_found(owner: Person, place: str) -> None:
    assert owner.get(f"{LIST}{place}").status_code == 404


def test_a_type_that_is_not_compared_says_so(owner: Person) -> None:
    page = owner.page("/admin/records/acme/task/duplicates/")

    assert "These are not compared" in page
    assert "scan/" not in page


def test_a_list_takes_few_statements(owner: Person, api: Api, pair: list[str]) -> None:
    for _ in range(5):
        api.post("objects/person/records", resource("person", name="Ada Lovelace"))
    owner.page(f"{LIST}{pair[0]}/duplicates/")

    with CaptureQueriesContext(connection) as statements:
        owner.page(f"{LIST}{pair[0]}/duplicates/")

    assert len(statements) <= 12


def test_where_a_link_leads_is_picked_in_a_merge(
    owner: Person, api: Api, workspace: Workspace, pair: list[str]
) -> None:
    sides = ("person", "employer"), ("company", "staff")
    make_relationship(workspace, sides[0], Kind.MANY_TO_ONE, sides[1])
    acme, bolt = (make_record(api, "company", name) for name in ("Acme", "Bolt"))
    for record, company in zip(pair, (acme, bolt), strict=True):
        body = resource("person")
        body["data"]["relationships"] = {"employer": {"data": company}}
        assert api.patch(f"objects/person/records/{record}", body).status == 200
    ada, also = pair

    page = owner.page(f"{LIST}{ada}/merge/?with={also}")
    owner.submit(
        f"{LIST}{ada}/merge/", **{"with": also, "merge": "1", "pick-employer": also}
    )

    assert 'name="pick-employer"' in page
    assert "Bolt</a>" in page
    linkage = f"objects/person/records/{ada}/relationships/employer"
    assert api.get(linkage).data == bolt

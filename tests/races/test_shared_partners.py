"""Who is only linked is not changed, so that many can link to it at the same time."""

from __future__ import annotations

from functools import partial

import httpx
import pytest
from django.db import transaction

from crm.models import Agent
from crm.sql import query
from records.models import JournalEntry, Link, Record
from tests.api_client import Api, make_record, resource
from tests.races.crowd import Crowd, until_waiting
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
HELD = "SELECT FROM records_record WHERE id = %(id)s FOR NO KEY UPDATE"
Identifier = dict[str, str]


def employ(client: httpx.Client, company: Identifier) -> httpx.Response:
    """Create a person who is linked to a company."""
    body = resource("person")
    body["data"]["relationships"] = {"companies": {"data": [company]}}
    return client.post(PEOPLE, json=body)


def test_linking_does_not_wait_for_who_changes_the_partner(
    crowd: Crowd, api: Api
) -> None:
    acme = make_record(api, "company")

    with transaction.atomic():
        query(HELD, id=Record.objects.get().id)
        made = crowd.start(partial(employ, company=acme)).result()

    assert made.status_code == 201
    assert api.get(f"{COMPANIES}/{acme['id']}").headers["ETag"] == '"1"'
    assert told_records() == stored_records()


def test_linking_waits_for_who_deletes_the_partner(crowd: Crowd, api: Api) -> None:
    acme = make_record(api, "company")

    answer = crowd.behind(
        lambda: api.delete(f"{COMPANIES}/{acme['id']}"), partial(employ, company=acme)
    )

    assert answer.status_code == 404
    assert told_records() == stored_records() == {}


def test_linking_says_who_sees_the_partner_then(
    crowd: Crowd, api: Api, agent: Agent
) -> None:
    acme = make_record(api, "company")
    rule = f"{COMPANIES}/{acme['id']}/access/{agent.pk}"

    answer = crowd.behind(lambda: api.delete(rule), partial(employ, company=acme))

    linked = JournalEntry.objects.get(action="linked")
    assert answer.status_code == 201
    assert linked.viewers == []


@pytest.mark.parametrize("undo", [False, True])
def test_a_link_that_is_made_from_both_ends_is_made_once(
    crowd: Crowd, api: Api, *, undo: bool
) -> None:
    acme, ada = make_record(api, "company"), make_record(api, "person")
    from_ada = f"{PEOPLE}/{ada['id']}/relationships/companies"
    from_acme = f"{COMPANIES}/{acme['id']}/relationships/people"

    answer = crowd.behind(
        lambda: api.post(from_ada, {"data": [acme]}),
        lambda client: client.post(from_acme, json={"data": [ada]}),
        undo=undo,
    )

    linked = JournalEntry.objects.filter(action="linked")
    assert answer.status_code == 204
    assert (Link.objects.count(), linked.count()) == (1, 1)
    assert told_records() == stored_records()


def test_a_link_that_is_taken_away_from_both_ends_goes_once(
    crowd: Crowd, api: Api
) -> None:
    acme = make_record(api, "company")
    ada = make_record(api, "person", companies=[acme])
    from_ada = f"{PEOPLE}/{ada['id']}/relationships/companies"
    from_acme = f"{COMPANIES}/{acme['id']}/relationships/people"

    def remove(client: httpx.Client) -> httpx.Response:
        return client.request("DELETE", from_acme, json={"data": [ada]})

    answer = crowd.behind(lambda: api.delete(from_ada, {"data": [acme]}), remove)

    assert answer.status_code == 204
    assert not Link.objects.exists()
    assert told_records() == stored_records()


def test_many_link_to_one_while_it_changes(crowd: Crowd, api: Api) -> None:
    acme = make_record(api, "company")
    path = f"{COMPANIES}/{acme['id']}"

    def act(client: httpx.Client, number: int) -> set[int]:
        rename = resource("company", name=f"Acme {number}")
        return {
            (
                employ(client, acme) if turn else client.patch(path, json=rename)
            ).status_code
            for turn in range(4)
        }

    statuses = crowd.all(act)

    assert statuses == [{200, 201}] * 16
    assert api.get(path).headers["ETag"] == '"17"'
    assert told_records() == stored_records()


def test_deleting_waits_for_who_links_to_it(crowd: Crowd, api: Api) -> None:
    acme = make_record(api, "company")
    path = f"{COMPANIES}/{acme['id']}"

    with transaction.atomic():
        body = resource("person")
        body["data"]["relationships"] = {"companies": {"data": [acme]}}
        api.post(PEOPLE, body)
        deleting = crowd.start(lambda client: client.delete(path))
        until_waiting(deleting)

    assert deleting.result().status_code == 204
    assert not Link.objects.exists()
    assert told_records() == stored_records()

"""Undoing and restoring while others write: the one or the other, and never half."""

from __future__ import annotations

import httpx
import pytest

from records.models import JournalEntry, Record, Tombstone
from tests.api_client import Api, items, make_record, resource
from tests.races.crowd import Crowd
from tests.races.tables import stored_records, told_records
from tests.survival.rounds import rounds

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"


@pytest.mark.parametrize("_round", rounds(short=4, long=100))
def test_of_an_undo_and_a_change_one_comes_first(
    crowd: Crowd, api: Api, _round: int
) -> None:
    ada = f"{PEOPLE}/{make_record(api, 'person', 'Ada')['id']}"
    done = api.patch(ada, resource("person", title="CTO", company_name="Acme"))
    undo = f"changes/{done.headers['X-Change-Id']}/undo"

    def act(client: httpx.Client, number: int) -> int:
        if number:
            return client.post(undo).status_code
        body = resource("person", title="CEO", company_name="Globex")
        return client.patch(ada, json=body).status_code

    changed, undone = crowd.all(act, 2)

    shown = api.get(ada).data["attributes"]
    assert (changed, undone) in {(200, 200), (200, 409)}
    assert (shown["title"], shown["company_name"]) == ("CEO", "Globex")
    assert JournalEntry.objects.count() == 4 if undone == 200 else 3
    assert told_records() == stored_records()


def test_an_undo_is_done_once(crowd: Crowd, api: Api) -> None:
    done = api.post(PEOPLE, resource("person", name="Ada"))
    undo = f"changes/{done.headers['X-Change-Id']}/undo"

    statuses = crowd.all(lambda client, _: client.post(undo).status_code, 8)

    assert sorted(statuses) == [200] + [409] * 7
    assert not Record.objects.exists()


def test_a_record_comes_back_once(crowd: Crowd, api: Api) -> None:
    address = items("ada@example.com")
    ada = api.post(PEOPLE, resource("person", email_addresses=address)).id
    api.delete(f"{PEOPLE}/{ada}")
    path = f"objects/person/deleted/{ada}/restore"

    statuses = crowd.all(lambda client, _: client.post(path).status_code, 8)

    assert sorted(statuses) == [200] + [404] * 7
    assert Record.objects.count() == 1
    assert not Tombstone.objects.exists()


@pytest.mark.parametrize("_round", rounds(short=4, long=100))
def test_partners_that_come_back_together_find_each_other(
    crowd: Crowd, api: Api, _round: int
) -> None:
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada", companies=[acme])
    api.delete(f"{PEOPLE}/{ada['id']}")
    api.delete(f"objects/company/records/{acme['id']}")
    # The company was unlinked when it went, so its own restore links nothing.
    paths = [
        f"objects/{one['type']}/deleted/{one['id']}/restore" for one in (ada, acme)
    ]

    statuses = crowd.all(lambda client, n: client.post(paths[n]).status_code, 2)

    linked = api.get(f"{PEOPLE}/{ada['id']}/relationships/companies").data
    skipped = JournalEntry.objects.filter(action="restored").order_by("seq")
    assert statuses == [200, 200]
    is_first = skipped[0].record_id == Record.objects.get(object_type__slug="person").id
    assert linked == ([] if is_first else [acme])

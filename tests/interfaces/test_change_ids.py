"""Whatever changes something says so, under a name by which it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.models import Agent
from records.journal.heads import read_head
from records.models import JournalEntry
from tests.api_client import Answer, Api, items, make_record, resource, resources
from tests.interfaces.api.schemas.schema_calls import add_fields
from tests.interfaces.compat.door_client import DoorClient

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"


def places(api: Api, *ids: str) -> list[int]:
    """Return the numbers that ids stand for."""
    head = read_head(api.workspace.id)
    assert head is not None
    read = [head.ids.read(one) for one in ids]
    return [place.seq for place in read if place and place.epoch == head.ids.epoch]


def last_batch() -> list[int]:
    """Return the first number of the last batch, and the last."""
    last = JournalEntry.objects.latest("seq")
    return [last.batch, last.seq]


def named(api: Api, answer: Answer) -> list[int]:
    """Return the numbers of the change that an answer names, and of its cursor."""
    assert answer.status < 300, answer.content
    change = answer.headers["X-Change-Id"]
    if answer.status == 204:
        return [*places(api, change), last_batch()[1]]
    meta = answer.json["meta"]
    assert meta["change"] == change
    return places(api, change, meta["cursor"])


def test_every_write_of_records_names_its_batch(api: Api) -> None:
    acme = make_record(api, "company")
    ada = make_record(api, "person")
    person, links = f"{PEOPLE}/{ada['id']}", f"{PEOPLE}/{ada['id']}/relationships"
    address = resource("person", email_addresses=items("ada@example.com"))
    writes: list[Callable[[], Answer]] = [
        lambda: api.post(PEOPLE, address),
        lambda: api.post(f"{PEOPLE}/bulk", resources("person", {}, {}, {})),
        lambda: api.patch(PEOPLE, {"data": [{**ada, "attributes": {"title": "A"}}]}),
        lambda: api.patch(person, resource("person", title="B")),
        lambda: api.post(f"{links}/companies", {"data": [acme]}),
        lambda: api.patch(f"{links}/companies", {"data": []}),
        lambda: api.delete(person),
    ]

    for write in writes:
        answer = write()

        assert named(api, answer) == last_batch()


def test_what_becomes_of_rows_stands_beside_the_change(api: Api) -> None:
    body = resources("person", {}, {"birthday": "never"})

    answer = api.post(f"{PEOPLE}/bulk", {**body, "meta": {"mode": "partial"}})

    assert answer.json["meta"].keys() == {"results", "change", "cursor"}
    assert named(api, answer) == last_batch()


def test_access_and_schemas_name_their_change(api: Api, agent: Agent) -> None:
    ada = api.post(PEOPLE, resource("person")).id
    path = f"{PEOPLE}/{ada}/access"

    revoked = api.delete(f"{path}/{agent.pk}")
    assert named(api, revoked) == last_batch()
    agents = {"agent": {"data": {"type": "agent", "id": str(agent.pk)}}}
    granted = api.post(path, {"data": {"type": "access", "relationships": agents}})
    assert named(api, granted) == last_batch()
    added = add_fields(api, "person", c_shoe={"type": "string"})
    assert named(api, added) == last_batch()


@pytest.mark.parametrize("verb", ["post", "delete"])
def test_an_answer_that_is_given_again_names_the_same_change(
    api: Api, verb: str
) -> None:
    ada = api.post(PEOPLE, resource("person")).id
    path, body = {
        "post": (PEOPLE, resource("person")),
        "delete": (f"{PEOPLE}/{ada}", None),
    }[verb]

    first, again = (
        api.call(verb.upper(), path, body, idempotency_key="once") for _ in "ab"
    )

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["X-Change-Id"] == first.headers["X-Change-Id"]
    assert again.content == first.content
    assert places(api, first.headers["X-Change-Id"]) == last_batch()[:1]


def test_what_changes_nothing_names_no_change(api: Api) -> None:
    made = api.post(PEOPLE, resource("person", title="Countess"))
    path, same = f"{PEOPLE}/{made.id}", resource("person", title="Countess")
    tried = resource("person", title="Ms") | {"meta": {"mode": "dry_run"}}

    answers = [
        api.get(path),
        api.patch(path, same),
        api.post(f"{PEOPLE}/bulk", {**resources("person", {}), "meta": tried["meta"]}),
        api.patch(path, resource("person", birthday="never")),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 422]
    assert not any("X-Change-Id" in answer.headers for answer in answers)
    assert not any("change" in answer.json.get("meta", {}) for answer in answers)


def test_the_doors_name_changes_in_a_header(api: Api, agent: Agent) -> None:
    inkbox = DoorClient("inkbox", api.secret)
    made = inkbox.post("contacts", {"given_name": "Noor"})
    contact: dict[str, Any] = made.json

    gone = inkbox.delete(f"contacts/{contact['id']}")
    missed = inkbox.delete(f"contacts/{contact['id']}")

    assert places(api, made.headers["X-Change-Id"]) == [1]
    assert places(api, gone.headers["X-Change-Id"]) == [2]
    assert (missed.status, "X-Change-Id" in missed.headers) == (404, False)


def test_what_is_sent_to_a_door_at_once_is_one_batch(api: Api, agent: Agent) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEND:VCARD\r\n"
    inkbox, clarky = (DoorClient(name, api.secret) for name in ("inkbox", "clarky"))
    rows = [
        {"emails": ["a@x.example"]},
        {"emails": ["no"]},
        {"emails": ["b@x.example"]},
    ]

    imported = inkbox.post(
        "contacts/import", (card * 2).encode(), content_type="text/vcard"
    )
    upserted = clarky.post(
        "contacts/upsert", {"bot_id": str(agent.id), "contacts": rows}
    )

    assert places(api, imported.headers["X-Change-Id"]) == [1]
    assert places(api, upserted.headers["X-Change-Id"]) == [3]
    batches = JournalEntry.objects.order_by("seq").values_list("batch", flat=True)
    assert list(batches) == [1, 1, 3, 3]


def test_a_stranger_cannot_read_the_name_of_a_change(api: Api, stranger: Api) -> None:
    stranger.post(PEOPLE, resource("person"))

    change = api.post(PEOPLE, resource("person")).headers["X-Change-Id"]

    assert places(stranger, change) == []

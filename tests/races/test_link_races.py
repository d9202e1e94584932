"""Links of the same records, changed at the same time and from both of their sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import httpx
import pytest
from django.db import transaction

from crm.sql import query
from tests.api_client import Api, items, resource
from tests.races.crowd import Crowd, until_waiting
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

Identifier: TypeAlias = dict[str, Any]
Data: TypeAlias = Identifier | Sequence[Identifier]

PEOPLE = "objects/person/records"
CONVERSATIONS = "objects/conversation/records"
ADDRESS = {"email_addresses": items("ada@example.com")}
NO_ADDRESS = {"email_addresses": items()}
HOLDER = {"type": "person", "meta": {"match": {"email_addresses": "ada@example.com"}}}


def make(api: Api, type_: str, **attributes: object) -> Identifier:
    """Create a record and return its identifier."""
    body = resource(type_, **attributes)
    return {"type": type_, "id": api.post(f"objects/{type_}/records", body).id}


def linked(type_: object, **relationships: Data) -> dict[str, object]:
    """Return a document that sets linkage."""
    linkage = {slug: {"data": data} for slug, data in relationships.items()}
    return {"data": {"type": type_, "relationships": linkage}}


def link(
    client: httpx.Client, record: Identifier, **relationships: Data
) -> httpx.Response:
    """Set linkage of a record."""
    address = f"objects/{record['type']}/records/{record['id']}"
    return client.patch(address, json=linked(record["type"], **relationships))


def parent_in(answer: httpx.Response) -> object:
    """Return the person that a conversation shows."""
    return answer.json()["data"]["relationships"]["person"]["data"]


def test_a_child_that_is_moved_has_one_parent(crowd: Crowd, api: Api) -> None:
    parents = [make(api, "person") for _ in range(4)]
    child = make(api, "conversation")

    def move(client: httpx.Client, number: int) -> list[int]:
        turned = parents[number % 4 :] + parents[: number % 4]
        return [link(client, child, person=p).status_code for p in turned * 3]

    statuses = crowd.all(move)

    assert statuses == [[200] * 12] * 16
    assert len(stored_records()[str(child["id"])].links) == 1
    assert told_records() == stored_records()


def test_children_that_parents_take_have_one_parent(crowd: Crowd, api: Api) -> None:
    parents = [make(api, "person") for _ in range(8)]
    children = [make(api, "conversation") for _ in range(2)]
    steps = [children, [], children[:1], children[::-1]]

    def take(client: httpx.Client, number: int) -> list[int]:
        parent = parents[number]
        return [link(client, parent, conversations=c).status_code for c in steps]

    statuses = crowd.all(take, 8)

    records = stored_records()
    assert statuses == [[200] * 4] * 8
    assert all(len(records[str(child["id"])].links) <= 1 for child in children)
    assert told_records() == records


def test_both_sides_of_many_links_agree(crowd: Crowd, api: Api) -> None:
    people = [make(api, "person") for _ in range(4)]
    companies = [make(api, "company") for _ in range(4)]

    def link_some(client: httpx.Client, number: int, first: int) -> int:
        if number % 2:
            answer = link(client, people[number // 2], companies=companies[first:])
        else:
            answer = link(client, companies[number // 2], people=people[first:])
        return answer.status_code

    statuses = crowd.all(lambda c, n: [link_some(c, n, first) for first in range(5)], 8)

    assert statuses == [[200] * 5] * 8
    assert told_records() == stored_records()


def test_a_link_goes_to_who_holds_the_value_by_now(crowd: Crowd, api: Api) -> None:
    ada, eve = make(api, "person", **ADDRESS), make(api, "person")
    moved = [ada | {"attributes": NO_ADDRESS}, eve | {"attributes": ADDRESS}]

    answer = crowd.behind(
        lambda: api.patch(PEOPLE, {"data": moved}),
        lambda c: c.post(CONVERSATIONS, json=linked("conversation", person=HOLDER)),
    )

    assert answer.status_code == 201
    assert parent_in(answer) == eve


def test_a_link_to_who_held_the_value_is_refused(crowd: Crowd, api: Api) -> None:
    ada = make(api, "person", **ADDRESS)

    answer = crowd.behind(
        lambda: api.patch(f"{PEOPLE}/{ada['id']}", resource("person", **NO_ADDRESS)),
        lambda c: c.post(CONVERSATIONS, json=linked("conversation", person=HOLDER)),
    )

    assert answer.status_code == 404


def test_an_answer_shows_the_parent_that_its_request_set(
    crowd: Crowd, api: Api
) -> None:
    ada, eve = make(api, "person"), make(api, "person")
    child = make(api, "conversation")
    address = f"{CONVERSATIONS}/{child['id']}"

    def overtake(client: httpx.Client) -> None:
        with transaction.atomic():
            query("LOCK TABLE records_link")
            api.patch(address, linked("conversation", person=eve))

    with transaction.atomic():
        make(api, "meeting")  # The journal waits for the end of this transaction.
        moving = crowd.start(lambda client: link(client, child, person=ada))
        until_waiting(moving)
        overtaking = crowd.start(overtake, 1)
        until_waiting(moving, overtaking)

    assert moving.result().headers["ETag"] == '"2"'
    assert parent_in(moving.result()) == ada


def test_a_record_is_read_with_the_parent_of_its_version(
    crowd: Crowd, api: Api
) -> None:
    ada, child = make(api, "person"), make(api, "conversation")
    address = f"{CONVERSATIONS}/{child['id']}"

    def move() -> None:
        query("LOCK TABLE records_link")
        api.patch(address, linked("conversation", person=ada))

    answer = crowd.behind(move, lambda client: client.get(address))

    parents = {'"1"': None, '"2"': ada}
    assert parent_in(answer) == parents[answer.headers["ETag"]]

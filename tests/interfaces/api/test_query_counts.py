"""Requests make few statements, and no more of them for many rows than for few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent, Workspace
from objects.models import Kind
from records.models import Record
from tests.api_client import Answer, Api, items
from tests.schemas import make_relationship

PEOPLE = "objects/person/records"
TALKS = "objects/conversation/records"
COMPANIES = "objects/company/records"
Row = dict[str, Any]
Request = Callable[[], Answer]


def statements(request: Request) -> int:
    """Return how many statements a request makes, BEGIN and COMMIT among them."""
    with CaptureQueriesContext(connection) as queries:
        answer = request()
    assert answer.status < 300, answer.json
    return len(queries)


def send(api: Api, type_: str, *rows: Row, **meta: object) -> list[str]:
    """Create records and return their ids."""
    answer = post(api, type_, *rows, **meta)
    return [row["id"] for row in answer.data]


def post(api: Api, type_: str, *rows: Row, **meta: object) -> Answer:
    data = [{"type": type_} | row for row in rows]
    body = {"data": data, "meta": meta}
    return api.post(f"objects/{type_}/records/bulk", body)


def patch(api: Api, *rows: Row) -> Answer:
    return api.patch(PEOPLE, {"data": [{"type": "person"} | row for row in rows]})


def person(number: int, **attributes: object) -> Row:
    address = items(f"p{number}@example.com", f"p{number}@home.example")
    return {"attributes": {"email_addresses": address, "name": "P", **attributes}}


def linked(name: str, data: object) -> Row:
    return {"relationships": {name: {"data": data}}}


def companies(api: Api, many: int) -> list[Row]:
    """Create companies and return references to them."""
    rows = [{"attributes": {"domains": items(f"c{n}.example")}} for n in range(many)]
    return [{"type": "company", "id": one} for one in send(api, "company", *rows)]


def test_reading_one_takes_one_whatever_it_is_linked_to(
    api: Api, workspace: Workspace
) -> None:
    for slug in ("employer", "landlord", "tailor"):
        sides = ("person", slug), ("company", f"{slug}_of")
        make_relationship(workspace, sides[0], Kind.ONE_TO_ONE, sides[1])
    (ada,) = send(api, "person", person(1))

    assert statements(lambda: api.get(f"{PEOPLE}/{ada}")) == 1


@pytest.mark.parametrize("many", [0, 1, 25])
def test_listing_takes_two_of_a_full_page_and_else_one(
    api: Api, scout: Api, many: int
) -> None:
    people = send(api, "person", *map(person, range(25)))
    linkage = [{"type": "person", "id": one} for one in people[:many]]
    if many:
        send(api, "conversation", *(linked("person", one) for one in linkage))
    scout.get(TALKS)

    expected = {0: 3, 1: 1, 25: 2}[many]
    assert statements(lambda: api.get(TALKS)) == expected
    assert statements(lambda: scout.get(TALKS)) == expected
    assert statements(lambda: api.get(PEOPLE)) == 2


def test_listing_object_types_counts_them_all_at_once(api: Api, scout: Api) -> None:
    send(api, "person", person(1), person(2))
    api.get("objects")

    assert statements(lambda: api.get("objects")) <= 4
    assert statements(lambda: scout.get("objects")) <= 5


@pytest.mark.parametrize("first", ["gte", "lt"])
def test_listing_a_range_takes_two(api: Api, first: str) -> None:
    send(api, "deal", *({"attributes": {"amount": n}} for n in range(5)))
    bounds = ["filter[amount][gte]=1", "filter[amount][lt]=4"]
    asked = "&".join(bounds if first == "gte" else reversed(bounds))

    api.get("objects/deal/records")
    assert statements(lambda: api.get(f"objects/deal/records?{asked}")) <= 2


def create_new(api: Api, many: int) -> Request:
    return partial(post, api, "person", *map(person, range(many)))


def update_matches(api: Api, many: int) -> Request:
    create_new(api, many)()
    return partial(post, api, "person", *(person(n, title="Ms") for n in range(many)))


def skip_matches(api: Api, many: int) -> Request:
    create_new(api, many)()
    return partial(post, api, "person", *map(person, range(many)), on_match="skip")


def create_or_update(api: Api, many: int) -> Request:
    create_new(api, many // 2)()
    return partial(post, api, "person", *(person(n, title="Ms") for n in range(many)))


def create_with_links_by_id(api: Api, many: int) -> Request:
    linkage = companies(api, many)
    rows = [person(n) | linked("companies", linkage) for n in range(many)]
    return partial(post, api, "person", *rows)


def create_with_links_by_value(api: Api, many: int) -> Request:
    companies(api, many)
    rows = [
        linked(
            "companies",
            [{"type": "company", "meta": {"match": {"domains": f"c{n}.example"}}}],
        )
        for n in range(many)
    ]
    return partial(post, api, "person", *rows)


def create_with_owners(api: Api, many: int) -> Request:
    owner = {"type": "agent", "meta": {"match": {"handle": "scout"}}}
    return partial(post, api, "person", *[linked("owner", owner)] * many)


def create_to_one(api: Api, many: int) -> Request:
    people = send(api, "person", *map(person, range(many)))
    linkage = [{"type": "person", "id": one} for one in people]
    return partial(
        post, api, "conversation", *(linked("person", one) for one in linkage)
    )


def replace_links(api: Api, many: int) -> Request:
    both = companies(api, many)
    old, new = linked("companies", both[1:]), linked("companies", both[:-1])
    people = send(api, "person", *(person(n) | old for n in range(many)))
    return partial(patch, api, *({"id": one} | new for one in people))


def move_children(api: Api, many: int) -> Request:
    talks = send(api, "conversation", *[{}] * many)
    linkage = [{"type": "conversation", "id": one} for one in talks]
    rows = [linked("conversations", [one]) for one in linkage]
    send(api, "person", *rows)
    return partial(post, api, "person", *rows)


def update_by_id(api: Api, many: int) -> Request:
    people = send(api, "person", *map(person, range(many)))
    rows = [
        {"id": one} | person(100 + n, last_name="Z") for n, one in enumerate(people)
    ]
    return partial(patch, api, *rows)


def change_nothing(api: Api, many: int) -> Request:
    people = send(api, "person", *map(person, range(many)))
    return partial(
        patch, api, *({"id": one} | person(n) for n, one in enumerate(people))
    )


def delete_linked(api: Api, many: int) -> Request:
    linkage = companies(api, many)
    rows = [person(n) | linked("companies", linkage) for n in range(many)]
    return partial(api.delete, PEOPLE, {"items": send(api, "person", *rows)})


def do_all_at_once(api: Api, many: int) -> Request:
    rows = all_at_once(api, many)
    create_new(api, many // 2)()
    return partial(post, api, "person", *rows)


def change_all_at_once(api: Api, many: int) -> Request:
    rows = all_at_once(api, many)
    people = send(api, "person", *(person(100 + n) for n in range(many)))
    return partial(
        patch, api, *({"id": one} | row for one, row in zip(people, rows, strict=True))
    )


def all_at_once(api: Api, many: int) -> list[Row]:
    """Return rows with values, an owner, and links that come and that move."""
    move_children(api, many)()
    companies(api, many)
    talks = [{"type": "conversation", "id": row["id"]} for row in api.get(TALKS).data]
    return [person(n) | all_links(n, talk) for n, talk in enumerate(talks)]


def all_links(number: int, talk: Row) -> Row:
    company = {
        "type": "company",
        "meta": {"match": {"domains": f"c{number}.example"}},
    }
    linkage = {
        "companies": [company],
        "conversations": [talk],
        "owner": {"type": "agent", "id": "scout"},
    }
    return {"relationships": {name: {"data": data} for name, data in linkage.items()}}


def write_the_good_rows(api: Api, many: int) -> Request:
    create_new(api, 2)()
    taken = items("p0@example.com", "p1@example.com")
    bad = {"attributes": {"email_addresses": taken}}
    return partial(post, api, "person", *[bad, person(9)] * (many // 2), mode="partial")


def try_out(api: Api, many: int) -> Request:
    return partial(post, api, "person", *map(person, range(many)), mode="dry_run")


def operate(api: Api, many: int) -> Request:
    """Return the request to make, link, change, move and remove, by all names."""
    create_new(api, many)()
    steps = [step for n in range(many // 5) for step in steps_of(n)]
    body = {"atomic:operations": steps}
    return partial(api.post, "operations", body, content_type="application/json")


def steps_of(number: int) -> list[Row]:
    """Return five operations of different kinds."""
    lid, there = f"c{number}", person(number)["attributes"]["email_addresses"]
    match = {"meta": {"match": {"email_addresses": there["items"][0]}}}
    acme, ada = {"type": "company", "lid": lid}, {"type": "person", **match}
    domain = {"attributes": {"domains": items(f"{lid}.example")}}
    linkage = linked("companies", [acme])
    return [
        {"op": "add", "data": {**acme, **domain}},
        {"op": "add", "data": {"type": "person", **person(900 + number), **linkage}},
        {"op": "add", "ref": {**ada, "relationship": "companies"}, "data": [acme]},
        {"op": "update", "data": {**acme, "attributes": {"name": "C"}}},
        {"op": "remove", "ref": ada},
    ]


WRITES = [
    create_new,
    update_matches,
    skip_matches,
    create_or_update,
    create_with_links_by_id,
    create_with_links_by_value,
    create_with_owners,
    create_to_one,
    replace_links,
    move_children,
    update_by_id,
    change_nothing,
    delete_linked,
    do_all_at_once,
    change_all_at_once,
    write_the_good_rows,
    try_out,
]


@pytest.mark.parametrize("prepare", WRITES, ids=lambda prepare: prepare.__name__)
def test_writing_takes_twelve_whatever_the_number_of_rows(
    api: Api, agent: Agent, prepare: Callable[[Api, int], Request]
) -> None:
    api.get(PEOPLE)

    few = statements(prepare(api, 5))
    Record.objects.all().delete()
    many = statements(prepare(api, 25))

    assert few == many <= 12


def test_operations_take_fourteen_whatever_their_number(api: Api, agent: Agent) -> None:
    api.get(PEOPLE)

    few = statements(operate(api, 5))
    Record.objects.all().delete()
    many = statements(operate(api, 25))

    assert few == many <= 14


def test_writing_takes_twelve_of_what_is_linked_to_one_other(
    api: Api, agent: Agent, workspace: Workspace
) -> None:
    sides = ("person", "employer"), ("company", "employees")
    make_relationship(workspace, sides[0], Kind.MANY_TO_ONE, sides[1])
    api.get(PEOPLE)

    assert statements(do_all_at_once(api, 5)) <= 12
    Record.objects.all().delete()
    assert statements(change_all_at_once(api, 5)) <= 12

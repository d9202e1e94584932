"""A relationship has one or many at each side, and moves what can have only one."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from objects.models import Kind
from records.ids import encode_id
from records.models import JournalEntry, Link, Record
from tests.api_client import Answer, Api
from tests.schemas import make_relationship


@pytest.fixture(autouse=True)
def _relationships(workspace: Workspace) -> None:
    """People have an employer, a boss and perhaps a company to lead."""
    relate = make_relationship
    employer = ("person", "employer"), Kind.MANY_TO_ONE, ("company", "employees")
    leader = ("company", "leader"), Kind.ONE_TO_ONE, ("person", "leads")
    boss = ("person", "boss"), Kind.MANY_TO_ONE, ("person", "reports")
    for side, kind, other in (employer, leader, boss):
        relate(workspace, side, kind, other)


def document(type_: str, **linkage: object) -> dict[str, Any]:
    relationships = {name: {"data": data} for name, data in linkage.items()}
    return {"data": {"type": type_, "relationships": relationships}}


def create(api: Api, type_: str, **linkage: object) -> str:
    answer = api.post(f"objects/{type_}/records", document(type_, **linkage))
    assert answer.status == 201
    return answer.id


def change(api: Api, record: str, **linkage: object) -> Answer:
    type_ = type_of(record)
    answer = api.patch(f"objects/{type_}/records/{record}", document(type_, **linkage))
    assert answer.status == 200
    return answer


def type_of(record: str) -> str:
    return {"per": "person", "com": "company"}[record[:3]]


def ref(record: str) -> dict[str, object]:
    return {"type": type_of(record), "id": record}


def links(forward: str) -> set[tuple[str, str]]:
    """Return the ids of both ends of each link of a forward field."""
    ids = public_ids()
    found = Link.objects.filter(field__slug=forward, field__inverse_of=None)
    return {(ids[link.source_id], ids[link.target_id]) for link in found}


def public_ids() -> dict[Any, str]:
    return {
        record.id: encode_id(record.object_type.prefix, record.id)
        for record in Record.objects.select_related("object_type")
    }


def versions(*records: str) -> list[int]:
    ids = public_ids()
    found = {ids[record.id]: record.version for record in Record.objects.all()}
    return [found[record] for record in records]


def links_in(side: dict[str, Any]) -> dict[str, Any]:
    """Return what one side of an entry says, without what the system keeps."""
    return {name: ids for name, ids in side.items() if not name.startswith("_")}


def shown(api: Api, record: str, relationship: str) -> object:
    """Return the linkage that a record shows."""
    path = f"objects/{type_of(record)}/records/{record}"
    return api.get(path).data["relationships"][relationship]["data"]


def test_many_to_one_replaces_the_one(api: Api) -> None:
    acme, globex = create(api, "company"), create(api, "company")
    ada = create(api, "person", employer=ref(acme))

    answer = change(api, ada, employer=ref(globex))

    assert answer.data["relationships"]["employer"]["data"] == ref(globex)
    assert links("employer") == {(ada, globex)}
    assert versions(ada, acme, globex) == [2, 1, 1]


def test_many_to_one_may_be_shared(api: Api) -> None:
    acme = create(api, "company")

    ada, bea = (create(api, "person", employer=ref(acme)) for _ in range(2))

    assert links("employer") == {(ada, acme), (bea, acme)}


def test_one_to_many_moves_a_record_from_its_former_parent(api: Api) -> None:
    ada, bea = create(api, "person"), create(api, "person")
    acme = create(api, "company", employees=[ref(ada), ref(bea)])

    globex = create(api, "company", employees=[ref(ada)])

    assert links("employer") == {(ada, globex), (bea, acme)}
    assert shown(api, ada, "employer") == ref(globex)
    assert versions(acme, globex, ada, bea) == [1, 1, 3, 2]


def test_a_move_is_noted_at_all_three(api: Api) -> None:
    ada = create(api, "person")
    acme = create(api, "company", employees=[ref(ada)])
    globex = create(api, "company", employees=[ref(ada)])

    ids = public_ids()
    notes = {
        ids[entry.record_id]: (links_in(entry.before), entry.after)
        for entry in JournalEntry.objects.order_by("seq")
    }
    assert notes == {
        ada: ({"employer": [acme]}, {"employer": [globex]}),
        acme: ({"employees": [ada]}, {}),
        globex: ({}, {"employees": [ada]}),
    }


def test_one_to_many_replaces_all(api: Api) -> None:
    ada, bea, cy = (create(api, "person") for _ in range(3))
    acme = create(api, "company", employees=[ref(ada), ref(bea)])
    globex = create(api, "company", employees=[ref(cy)])

    change(api, acme, employees=[ref(bea), ref(cy)])

    assert links("employer") == {(bea, acme), (cy, acme)}
    assert shown(api, ada, "employer") is None
    assert versions(acme, globex, ada, bea, cy) == [2, 1, 3, 2, 3]


def test_one_to_many_that_is_sent_again_changes_nothing(api: Api) -> None:
    ada, bea = create(api, "person"), create(api, "person")
    acme = create(api, "company", employees=[ref(ada), ref(bea)])

    answer = change(api, acme, employees=[ref(bea), ref(ada)])

    assert answer.headers["ETag"] == '"1"'
    assert versions(ada, bea) == [2, 2]


@pytest.mark.parametrize("is_forward", [True, False])
def test_one_to_one_frees_both_former_partners(api: Api, is_forward: bool) -> None:
    ada, bea = create(api, "person"), create(api, "person")
    acme = create(api, "company", leader=ref(ada))
    globex = create(api, "company", leader=ref(bea))

    if is_forward:
        change(api, acme, leader=ref(bea))
    else:
        change(api, bea, leads=ref(acme))

    assert links("leader") == {(acme, bea)}
    assert [shown(api, ada, "leads"), shown(api, globex, "leader")] == [None, None]
    assert versions(acme, globex, ada, bea) == [2, 2, 3, 3]


def test_one_to_one_frees_the_former_partner_of_a_new_record(api: Api) -> None:
    ada = create(api, "person")
    acme = create(api, "company", leader=ref(ada))

    globex = create(api, "company", leader=ref(ada))

    assert links("leader") == {(globex, ada)}
    assert shown(api, acme, "leader") is None
    assert shown(api, ada, "leads") == ref(globex)


def test_one_to_one_can_be_cleared_from_either_side(api: Api) -> None:
    ada, bea = create(api, "person"), create(api, "person")
    acme = create(api, "company", leader=ref(ada))
    globex = create(api, "company", leader=ref(bea))

    change(api, acme, leader=None)
    change(api, bea, leads=None)

    assert links("leader") == set()
    assert versions(acme, globex, ada, bea) == [2, 2, 3, 3]


def test_in_one_batch_the_last_row_has_it(api: Api) -> None:
    ada = create(api, "person")
    rows = [
        document("company", employees=[ref(ada)], leader=ref(ada))["data"]
        for _ in range(3)
    ]

    answer = api.post("objects/company/records/bulk", {"data": rows})

    *_, last = [row["id"] for row in answer.data]
    assert links("employer") == {(ada, last)}
    assert links("leader") == {(last, ada)}
    assert versions(ada) == [2]


def test_one_to_one_may_be_swapped_in_a_batch(api: Api) -> None:
    ada, bea = create(api, "person"), create(api, "person")
    acme = create(api, "company", leader=ref(ada))
    globex = create(api, "company", leader=ref(bea))
    rows = [
        document("company", leader=ref(bea))["data"] | {"id": acme},
        document("company", leader=ref(ada))["data"] | {"id": globex},
    ]

    answer = api.patch("objects/company/records", {"data": rows})

    assert answer.status == 200
    assert links("leader") == {(acme, bea), (globex, ada)}
    assert versions(acme, globex, ada, bea) == [2, 2, 3, 3]


def test_what_is_moved_away_and_back_in_a_batch_has_not_changed(api: Api) -> None:
    ada = create(api, "person")
    acme = create(api, "company", employees=[ref(ada)])
    globex = create(api, "company")
    rows = [
        document("company", employees=[ref(ada)])["data"] | {"id": globex},
        document("company", employees=[ref(ada)])["data"] | {"id": acme},
    ]

    api.patch("objects/company/records", {"data": rows})

    assert links("employer") == {(ada, acme)}
    assert versions(ada, acme, globex) == [2, 1, 1]


def test_records_of_one_type_may_be_related(api: Api) -> None:
    ada = create(api, "person")
    bea = create(api, "person", boss=ref(ada), reports=[])

    change(api, ada, boss=ref(bea), reports=[ref(ada), ref(bea)])

    assert links("boss") == {(ada, ada), (bea, ada)}
    assert shown(api, ada, "boss") == ref(ada)


def test_a_record_may_be_related_to_itself(api: Api) -> None:
    ada = create(api, "person")

    answer = change(api, ada, boss=ref(ada))

    assert links("boss") == {(ada, ada)}
    assert answer.headers["ETag"] == '"2"'
    entry = JournalEntry.objects.get(version=2)
    assert entry.after == {"boss": [ada], "reports": [ada]}


def test_a_new_record_may_be_found_by_a_later_row(api: Api) -> None:
    rows = [
        person("ada@example.com"),
        document("person", boss=by_address("ada@example.com"))["data"],
    ]

    answer = api.post("objects/person/records/bulk", {"data": rows})

    ada, bea = (row["id"] for row in answer.data)
    assert links("boss") == {(bea, ada)}
    assert versions(ada, bea) == [1, 1]


def test_a_record_that_is_found_by_a_new_value_moves_from_its_former_parent(
    api: Api,
) -> None:
    ada = api.post("objects/person/records", {"data": person("ada@example.com")}).id
    create(api, "person", reports=[ref(ada)])
    rows = [
        person("ada@example.com", "new@example.com"),
        document("person", reports=[by_address("new@example.com")])["data"],
    ]

    answer = api.post("objects/person/records/bulk", {"data": rows})

    assert links("boss") == {(ada, answer.data[1]["id"])}


def person(*addresses: str) -> dict[str, Any]:
    return {
        "type": "person",
        "attributes": {"email_addresses": {"items": addresses}},
    }


def by_address(address: str) -> dict[str, object]:
    return {"type": "person", "meta": {"match": {"email_addresses": address}}}


def test_links_go_with_a_record_that_is_deleted(api: Api) -> None:
    ada = create(api, "person")
    acme = create(api, "company", leader=ref(ada), employees=[ref(ada)])
    bea = create(api, "person", boss=ref(ada))

    api.delete(f"objects/person/records/{ada}")

    assert links("leader") == links("employer") == links("boss") == set()
    assert [shown(api, acme, "leader"), shown(api, bea, "boss")] == [None, None]
    assert versions(acme, bea) == [2, 2]

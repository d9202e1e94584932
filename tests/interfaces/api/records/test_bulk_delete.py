"""DELETE /objects/{object}/records deletes many records, all or none of them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from records.ids import decode_id
from records.models import Record
from tests.api_client import Api, items, resource, resources

PEOPLE = "objects/person/records"
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"


def create(api: Api, *rows: dict[str, Any]) -> list[str]:
    """Create people and return their ids."""
    answer = api.post(f"{PEOPLE}/bulk", resources("person", *rows))
    return [row["id"] for row in answer.data]


def left(api: Api) -> list[str]:
    """Return who is still there, the oldest first."""
    return [row["id"] for row in api.get(PEOPLE).data[::-1]]


def test_deletes_the_records(api: Api) -> None:
    ada, bea, cy = create(api, {}, {}, {})

    answer = api.delete(PEOPLE, {"items": [cy, ada]})

    assert (answer.status, answer.content) == (204, b"")
    assert left(api) == [bea]


def test_takes_every_spelling(api: Api) -> None:
    ada, bea, cy = create(api, {}, {}, {})

    spellings = [ada.lower(), str(decode_id("per", bea))]
    answer = api.delete("objects/person/resources", {"items": spellings})

    assert answer.status == 204
    assert left(api) == [cy]


def test_every_missing_record_is_named_and_nothing_is_deleted(api: Api) -> None:
    ada, bea = create(api, {}, {})
    acme = api.post("objects/company/records", resource("company")).id

    body = {"items": [ada, NOBODY, "nobody", acme, bea, ""]}
    answer = api.delete(PEOPLE, body)

    assert answer.status == 404
    assert answer.errors == [
        ("not_found", "/items/1"),
        ("not_found", "/items/2"),
        ("not_found", "/items/3"),
        ("not_found", "/items/5"),
    ]
    assert left(api) == [ada, bea]


def test_a_record_may_be_named_once(api: Api) -> None:
    ada, bea = create(api, {}, {})

    answer = api.delete(PEOPLE, {"items": [ada, bea, ada.lower()]})

    assert answer.status == 422
    assert answer.errors == [("repeated_in_batch", "/items/2")]
    assert left(api) == [ada, bea]


def test_addresses_of_deleted_records_can_be_used_at_once(api: Api) -> None:
    address = {"email_addresses": items("ada@example.com")}
    ids = create(api, address, {})
    api.delete(PEOPLE, {"items": ids})

    assert create(api, address) != ids[:1]
    assert Record.objects.count() == 1


def test_records_that_are_linked_to_each_other_go_together(api: Api) -> None:
    acme = api.post("objects/company/records", resource("company")).id
    ada, bea = create(api, {}, {})
    companies = {"companies": {"data": [{"type": "company", "id": acme}]}}
    rows = [{"type": "person", "id": p, "relationships": companies} for p in (ada, bea)]
    api.patch(PEOPLE, {"data": rows})

    answer = api.delete(PEOPLE, {"items": [ada, bea]})

    assert answer.status == 204
    assert api.get(f"objects/company/records/{acme}").headers["ETag"] == '"1"'


@pytest.mark.parametrize("many", [0, 26])
def test_takes_so_many_records_and_not_none(api: Api, many: int) -> None:
    answer = api.delete(PEOPLE, {"items": [NOBODY] * many})

    assert answer.status == 422
    assert answer.errors == [("too_many_rows", "/items")]


def test_a_workspace_may_set_the_limit(api: Api) -> None:
    ids = create(api, {}, {}, {})
    Workspace.objects.update(settings={"bulk_limit": 2})

    assert api.delete(PEOPLE, {"items": ids}).errors == [("too_many_rows", "/items")]
    assert api.delete(PEOPLE, {"items": ids[:2]}).status == 204


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"data": [NOBODY]}, [""]),
        ({"items": None}, ["/items"]),
        ({"items": NOBODY}, ["/items"]),
        ({"items": {"id": NOBODY}}, ["/items"]),
        (
            {"items": [NOBODY, 1, None, {"id": NOBODY}]},
            [f"/items/{n}" for n in (1, 2, 3)],
        ),
        ({"items": [NOBODY], "meta": {"force": True}}, ["/meta/force"]),
        (
            {"items": [NOBODY], "meta": {"tags": {"collection": "append"}}},
            ["/meta/tags"],
        ),
        ({"items": [NOBODY], "match_on": "email_addresses"}, ["/match_on"]),
    ],
)
def test_refuses_another_document(
    api: Api, body: dict[str, object], pointers: list[str]
) -> None:
    answer = api.delete(PEOPLE, body)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", pointer) for pointer in pointers]


def test_needs_a_body(api: Api) -> None:
    ids = create(api, {})

    answer = api.delete(PEOPLE)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "")]
    assert left(api) == ids


def test_refuses_parameters_that_it_does_not_know(api: Api) -> None:
    ids = create(api, {}, {})

    answer = api.delete(f"{PEOPLE}?filter[name]=Ada&force=true", {"items": ids})

    assert answer.status == 400
    assert answer.errors == [
        ("unknown_parameter", "filter[name]"),
        ("unknown_parameter", "force"),
    ]
    assert left(api) == ids


@pytest.mark.parametrize("record_id", ["a\x00b", "\ud800", "per_\x00", "'; --"])
def test_nonsense_is_not_found(api: Api, record_id: str) -> None:
    answer = api.delete(PEOPLE, {"items": [record_id]})

    assert answer.status == 404
    assert answer.errors == [("not_found", "/items/0")]

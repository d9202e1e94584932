"""Rows of one batch that want the same value: one of them gets it."""

from __future__ import annotations

from tests.api_client import Api, items, resource, resources
from tests.races.tables import claimed_addresses, held_addresses

PEOPLE = "objects/person/records"
ADDRESS = items("ada@example.com")
WITH_ADDRESS: dict[str, object] = {"email_addresses": ADDRESS}


def test_a_value_that_a_refused_row_let_go_is_taken_once(api: Api) -> None:
    body = resources("person", WITH_ADDRESS, WITH_ADDRESS, WITH_ADDRESS)
    nobody = {"type": "company", "id": "com_01HX9Z2K3M4N5P6Q7R8S9T0V1W"}
    body["data"][0]["relationships"] = {"companies": {"data": [nobody]}}

    answer = api.post(f"{PEOPLE}/bulk", body | {"meta": {"mode": "partial"}})

    outcomes = [result["outcome"] for result in answer.json["meta"]["results"]]
    assert outcomes == ["refused", "created", "refused"]
    assert held_addresses() == claimed_addresses()


def test_a_value_that_an_earlier_row_gave_up_is_taken_once(api: Api) -> None:
    ids = [
        api.post(PEOPLE, resource("person", email_addresses=addresses)).id
        for addresses in (ADDRESS, items(), items())
    ]
    rows = [
        {
            "type": "person",
            "id": record_id,
            "attributes": {"email_addresses": addresses},
        }
        for record_id, addresses in zip(ids, (items(), ADDRESS, ADDRESS), strict=True)
    ]

    answer = api.patch(PEOPLE, {"data": rows})

    place = "/data/2/attributes/email_addresses"
    assert answer.status == 422
    assert answer.errors == [("repeated_in_batch", place)]
    assert held_addresses() == claimed_addresses()

"""A relationship, or a reference, that is none."""

from __future__ import annotations

import pytest

from tests.api_client import Api
from tests.interfaces.api.records.malformed_documents.calls import (
    BULK_CREATE,
    CREATE,
    NO_OBJECTS,
    ODD_OBJECTS,
    TYPE,
    Outcome,
    malformed,
    outcome_below,
    outcomes,
)

COMPANIES = "/relationships/companies"
COMPANY = {"type": "company", "id": "com_00000000000000000000000000"}


@pytest.mark.parametrize(
    ("relationship", "pointer"),
    [
        *((value, COMPANIES) for value in ODD_OBJECTS),
        ({"Data": []}, COMPANIES),
        *(({"data": value}, f"{COMPANIES}/data") for value in (True, 5, "x")),
        *(({"data": [value]}, f"{COMPANIES}/data/0") for value in ODD_OBJECTS),
        ({"data": [{"id": "1"}]}, f"{COMPANIES}/data/0"),
        ({"data": [{"type": 5, "id": "1"}]}, f"{COMPANIES}/data/0/type"),
        ({"data": [{"type": None, "id": "1"}]}, f"{COMPANIES}/data/0/type"),
        ({"data": [{"type": "company", "id": 5}]}, f"{COMPANIES}/data/0/id"),
        ({"data": [{"type": "company", "id": None}]}, f"{COMPANIES}/data/0/id"),
        ({"data": [{"type": "company"}]}, f"{COMPANIES}/data/0"),
        ({"data": [{"type": "company", "lid": "1"}]}, f"{COMPANIES}/data/0"),
        ({"data": [{"type": "company", "meta": {}}]}, f"{COMPANIES}/data/0"),
        ({"data": None}, f"{COMPANIES}/data"),
        ({"data": COMPANY}, f"{COMPANIES}/data"),
    ],
)
def test_a_relationship_that_is_none(
    api: Api, ada: str, relationship: object, pointer: str
) -> None:
    sent = TYPE | {"relationships": {"companies": relationship}}

    found = outcomes(api, ada, sent)

    assert found == [malformed(pointer)] * 4


@pytest.mark.parametrize("said", [{"links": {}}, {"meta": {}}])
def test_a_new_record_has_nothing_to_leave_alone(
    api: Api, ada: str, said: object
) -> None:
    sent = TYPE | {"relationships": {"companies": said}}

    found = [outcome_below(api, ada, sent, call) for call in (CREATE, BULK_CREATE)]

    assert found == [malformed(COMPANIES)] * 2


@pytest.mark.parametrize(
    ("meta", "pointer"),
    [
        *((value, "/data/0/meta") for value in NO_OBJECTS),
        *(({"match": value}, "/data/0/meta/match") for value in NO_OBJECTS),
        ({"match": {}}, "/data/0"),
        ({"match": {"domains": "a.example", "name": "A"}}, "/data/0"),
    ],
)
def test_a_reference_by_no_value(
    api: Api, ada: str, meta: object, pointer: str
) -> None:
    linkage = [{"type": "company", "meta": meta}]
    sent = TYPE | {"relationships": {"companies": {"data": linkage}}}

    found = outcomes(api, ada, sent)

    at = f"{COMPANIES}{pointer}"
    assert {status for status, _ in found} == {400}
    assert all(("malformed_document", at) in errors for _, errors in found)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"domains": None}, (422, "invalid_value", "/domains")),
        ({"domains": 5}, (422, "invalid_value", "/domains")),
        ({"domains": ["a.example"]}, (422, "invalid_value", "/domains")),
        ({"domains": {"items": []}}, (422, "invalid_value", "/domains")),
        ({"domains": ""}, (422, "invalid_value", "/domains")),
        ({"domains": "\x00"}, (422, "invalid_value", "/domains")),
        ({"domains": "\ud800.example"}, (422, "invalid_value", "/domains")),
        ({"name": "Acme"}, (422, "unknown_field", "")),
        ({"\ud800": "Acme"}, (422, "unknown_field", "")),
        ({"": ""}, (422, "unknown_field", "")),
    ],
)
def test_a_reference_by_a_value_that_is_none(
    api: Api, ada: str, match: object, expected: tuple[int, str, str]
) -> None:
    linkage = [{"type": "company", "meta": {"match": match}}]
    sent = TYPE | {"relationships": {"companies": {"data": linkage}}}

    found = outcomes(api, ada, sent)

    status, code, place = expected
    pointer = f"{COMPANIES}/data/0/meta/match{place}"
    assert found == [(status, [(code, pointer)])] * 4


@pytest.mark.parametrize(
    ("linkage", "expected"),
    [
        ([], malformed("/relationships/owner/data")),
        ([{"type": "agent", "id": "1"}], malformed("/relationships/owner/data")),
        ({"type": "agent"}, malformed("/relationships/owner/data")),
        (
            {"type": "person", "id": "1"},
            (409, [("type_mismatch", "/relationships/owner/data/type")]),
        ),
        *(
            (
                {"type": "agent", "id": record_id},
                (404, [("not_found", "/relationships/owner/data")]),
            )
            for record_id in ("", "1", "nobody", "\x00", "\ud800")
        ),
        *(
            (
                {"type": "agent", "meta": {"match": {"handle": handle}}},
                (404, [("not_found", "/relationships/owner/data")]),
            )
            for handle in ("", "nobody", "\x00", "\ud800")
        ),
    ],
)
def test_an_agent_that_is_none(
    api: Api, ada: str, linkage: object, expected: Outcome
) -> None:
    sent = TYPE | {"relationships": {"owner": {"data": linkage}}}

    found = outcomes(api, ada, sent)

    assert found == [expected] * 4

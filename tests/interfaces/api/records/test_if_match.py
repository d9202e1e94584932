"""``If-Match`` names the versions that a record may have to be changed or deleted."""

from __future__ import annotations

import pytest

from tests.api_client import Answer, Api, resource

DEALS = "objects/deal/records"
NOTHING = "deal_01J2SC8Z8YFGX9Y0014D2PF2DB"

FITTING = ['"2"', '"1", "2"', '"2","3"', 'W/"1", "2"', '"x" , "2"', "*", " * "]
UNFITTING = [
    '"1"',
    '"3"',
    '"1", "3"',
    'W/"2"',
    "2",
    '"02"',
    '"2.0"',
    '" 2"',
    '""',
    "",
    '"\u00b2"',
    f'"{"9" * 5000}"',
    '"-2"',
    "deal",
]


@pytest.fixture
def deal(api: Api) -> str:
    """A deal at its second version."""
    deal = api.post(DEALS, resource("deal", name="Big")).id
    api.patch(f"{DEALS}/{deal}", resource("deal", name="Bigger"))
    return deal


def change(api: Api, deal: str, version: str) -> Answer:
    body = resource("deal", name="Biggest")
    return api.patch(f"{DEALS}/{deal}", body, if_match=version)


@pytest.mark.parametrize("version", FITTING)
def test_a_version_that_fits_is_changed(api: Api, deal: str, version: str) -> None:
    answer = change(api, deal, version)

    assert (answer.status, answer.headers["ETag"]) == (200, '"3"')


@pytest.mark.parametrize("version", FITTING)
def test_a_version_that_fits_is_deleted(api: Api, deal: str, version: str) -> None:
    answer = api.delete(f"{DEALS}/{deal}", if_match=version)

    assert answer.status == 204


@pytest.mark.parametrize("version", UNFITTING)
def test_another_version_is_not_changed(api: Api, deal: str, version: str) -> None:
    before = api.get(f"{DEALS}/{deal}").data

    answer = change(api, deal, version)

    assert answer.status == 412
    assert answer.errors == [("version_mismatch", "If-Match")]
    assert api.get(f"{DEALS}/{deal}").data == before


@pytest.mark.parametrize("version", UNFITTING)
def test_another_version_is_not_deleted(api: Api, deal: str, version: str) -> None:
    answer = api.delete(f"{DEALS}/{deal}", if_match=version)

    assert answer.status == 412
    assert answer.errors == [("version_mismatch", "If-Match")]
    assert api.get(f"{DEALS}/{deal}").status == 200


def test_the_etag_of_a_read_fits_until_the_next_write(api: Api, deal: str) -> None:
    version = api.get(f"{DEALS}/{deal}").headers["ETag"]

    assert change(api, deal, version).status == 200
    assert change(api, deal, version).status == 412


def test_a_version_that_fits_still_fits_after_a_write_that_changed_nothing(
    api: Api, deal: str
) -> None:
    body = resource("deal", name="Bigger")
    api.patch(f"{DEALS}/{deal}", body)

    assert change(api, deal, '"2"').status == 200


@pytest.mark.parametrize("version", ["*", '"1"', '"2"'])
def test_what_is_not_there_is_not_found(api: Api, version: str) -> None:
    answer = change(api, NOTHING, version)

    assert answer.status == 404
    assert answer.errors == [("not_found", "")]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_is_for_one_record_at_a_time(api: Api, deal: str, method: str) -> None:
    answer = api.call(method, DEALS, {"items": [deal]}, if_match='"2"')

    assert answer.status == 400
    assert answer.errors == [("invalid_header", "If-Match")]
    assert api.get(f"{DEALS}/{deal}").status == 200

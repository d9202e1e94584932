"""``/records/{id}/history`` tells what happened to one record, the last first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api_client import Api, make_record, resource
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE, changes, told


@pytest.fixture
def ada(api: Api) -> str:
    """A person with a history, among others."""
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada", companies=[acme])["id"]
    for title in "abcd":
        api.patch(f"{PEOPLE}/{ada}", resource("person", title=title))
        make_record(api, "person", title)
    return ada


@pytest.mark.parametrize("base", [PEOPLE, "objects/person/resources"])
def test_it_is_the_feed_of_one_record_backwards(api: Api, ada: str, base: str) -> None:
    answer = api.get(f"{base}/{ada}/history")

    assert answer.data == changes(api, f"filter[record]={ada}")[::-1]
    assert answer.json["meta"] == {"cursor": answer.data[-1]["id"], "has_more": False}


def test_pages_go_back_to_the_first(api: Api, ada: str) -> None:
    every = api.get(f"{PEOPLE}/{ada}/history").data

    pages = [api.get(f"{PEOPLE}/{ada}/history?page[size]=2")]
    while pages[-1].json["links"]["next"]:
        path = pages[-1].json["links"]["next"].partition("/acme/")[2]
        pages.append(api.get(path))

    assert [len(page.data) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page.data] == every


def test_filters_are_those_of_the_feed(api: Api, ada: str) -> None:
    asked = "filter[fields]=companies&filter[kind]=record.created&include=record"

    answer = api.get(f"{PEOPLE}/{ada}/history?{asked}")

    assert [told(one) for one in answer.data] == [("record.created", ada)]
    assert [one["id"] for one in answer.json["included"]] == [ada]


@pytest.mark.parametrize("name", ["object", "record"])
def test_it_is_of_one_record_whatever_is_filtered(
    api: Api, ada: str, name: str
) -> None:
    answer = api.get(f"{PEOPLE}/{ada}/history?filter[{name}]=person")

    assert answer.errors == [("unknown_parameter", f"filter[{name}]")]


def test_a_record_that_is_gone_keeps_its_history(
    api: Api, scout: Api, ada: str
) -> None:
    api.delete(f"{PEOPLE}/{ada}")

    for reader in (api, scout):
        first, *_ = reader.get(f"{PEOPLE}/{ada}/history").data

        assert told(first) == ("record.deleted", ada)


def test_who_does_not_see_the_record_finds_no_history(
    api: Api, scout: Api, stranger: Api, ada: str
) -> None:
    agent = scout.get("agents").data[0]["id"]
    api.delete(f"{PEOPLE}/{ada}/access/{agent}")

    assert scout.get(f"{PEOPLE}/{ada}/history").status == 404
    api.delete(f"{PEOPLE}/{ada}")
    assert scout.get(f"{PEOPLE}/{ada}/history").status == 404
    assert stranger.get(f"{PEOPLE}/{ada}/history").status == 404
    assert api.get(f"{PEOPLE}/{ada}/history").status == 200


def test_there_is_none_of_what_never_was(api: Api, ada: str) -> None:
    acme = api.get(COMPANIES).data[0]["id"]

    for wrong in ("x", acme, "per_01M8DBT2RSERC8WXD7MGPFB533"):
        assert api.get(f"{PEOPLE}/{wrong}/history").status == 404


def test_a_filter_that_finds_nothing_is_no_missing_record(api: Api, ada: str) -> None:
    answer = api.get(f"{PEOPLE}/{ada}/history?filter[kind]=record.deleted")

    assert (answer.status, answer.data) == (200, [])


@pytest.mark.parametrize("many", [1, 30])
def test_a_page_takes_few_statements(api: Api, scout: Api, ada: str, many: int) -> None:
    for number in range(many):
        api.patch(f"{PEOPLE}/{ada}", resource("person", title=str(number)))

    for reader, most in ((api, 3), (scout, 4)):
        reader.get("me")
        with CaptureQueriesContext(connection) as statements:
            assert reader.get(f"{PEOPLE}/{ada}/history").data
        assert len(statements) <= most

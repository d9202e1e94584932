"""A filter that takes too long is ended, and answered with advice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from crm.json_types import JSONObject
from crm.models import Workspace
from crm.sql import query
from tests.api_client import Api
from tests.benchmarks.load import load

PEOPLE = "objects/person/records"
HARD = "&".join(["filter[notes][contains]=z"] * 99) + "&filter[notes][endswith]=y"
"""A hundred looks at the end of a long text, the last of them in vain. A thousand
people take seconds."""

ADVICE = (
    "This takes too long without an index. Mark the field as indexed, or as searchable "
    "for parts of words, or ask for something rarer."
)

pytestmark = pytest.mark.django_db(transaction=True)


def person(number: int) -> JSONObject:
    return {"name": f"Person {number}", "notes": "ab" * 10_000 + "z"}


@pytest.fixture(autouse=True)
def _impatience(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A thousand people with long notes, and statements that may take 250 ms."""
    load(workspace, "person", person, 1000)
    connection.close()
    with monkeypatch.context() as patch:
        options = {"options": "-c statement_timeout=250"}
        patch.setitem(
            connection.settings_dict,
            "OPTIONS",
            connection.settings_dict["OPTIONS"] | options,
        )
        yield
        connection.close()


@pytest.mark.parametrize("page", ["page[limit]=5", "page[size]=5&page[total]=false"])
def test_a_slow_filter_is_refused_with_advice(api: Api, page: str) -> None:
    answer = api.get(f"{PEOPLE}?{HARD}&{page}")

    assert answer.status == 400
    assert answer.errors == [("invalid_parameter", "filter[notes][contains]")]
    assert answer.json["errors"][0]["detail"] == ADVICE


def test_a_slow_query_document_is_refused_with_advice(api: Api) -> None:
    hard = [{"notes": {"contains": f"z{number}"}} for number in range(99)]

    answer = api.post(f"{PEOPLE}/query", {"filter": {"or": hard}})

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "/filter")]
    assert answer.json["errors"][0]["detail"] == ADVICE


def test_the_connection_is_good_for_the_next_request(api: Api) -> None:
    before = query("SELECT pg_backend_pid()")

    refused = api.get(f"{PEOPLE}?{HARD}")
    found = api.get(f"{PEOPLE}?filter[name]=person 7")

    assert (refused.status, found.status) == (400, 200)
    assert [row["attributes"]["name"] for row in found.data] == ["Person 7"]
    assert query("SELECT pg_backend_pid()") == before

"""Refusals point at what was sent, and not at what might have been."""

from __future__ import annotations

import pytest

from crm.json_types import JSONObject
from crm.jsonapi.queries import Place, Query
from interfaces.api.records.view import hardest_place
from records.reading import includes
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


@pytest.mark.parametrize("path", ["schemas", "objects", "{person}/relationships/deals"])
@pytest.mark.parametrize("name", ["page[before]", "page[after]", "page[total]"])
def test_a_page_by_cursor_where_there_is_none(api: Api, path: str, name: str) -> None:
    person = f"{PEOPLE}/{api.post(PEOPLE, resource('person', name='Ada')).id}"
    value = "true" if name == "page[total]" else "x"

    answer = api.get(f"{path.format(person=person)}?page[size]=5&{name}={value}")

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", name)])


def test_too_many_included_records(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "MOST", 0)
    acme = api.post("objects/company/records", resource("company", name="Acme")).id
    body = resource("person", name="Ada")
    link = {"type": "company", "id": acme}
    body["data"]["relationships"] = {"companies": {"data": [link]}}
    api.post(PEOPLE, body)

    listed = api.get(f"{PEOPLE}?include=companies")
    asked = api.post(f"{PEOPLE}/query", {"include": "companies"})

    assert listed.errors == [("invalid_parameter", "include")]
    assert asked.errors == [("malformed_document", "/include")]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"page": {"offset": 5}, "sort": "name"}, "/sort"),
        ({"page": {"offset": 5}}, "/page/offset"),
        ({"sortOrder": {"column": "name"}}, "/sortOrder/column"),
        ({"include": "deals"}, ""),
        ({}, ""),
    ],
)
def test_what_takes_long_in_a_document(document: JSONObject, name: str) -> None:
    place = hardest_place(Query.of_document(document))

    assert place == Place(name, is_parameter=False)

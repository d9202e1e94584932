"""A query is UTF-8, whatever its request says of the body, and nothing else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from crm.query_strings import UnreadableQuery, read_parameters
from tests.api_client import Answer, Api, resource
from tests.interfaces.compat.door_client import BASES

PEOPLE = "objects/person/records"


def read(query: str, content_type: str = "") -> list[tuple[str, str]]:
    request = RequestFactory().generic("GET", "/", content_type=content_type)
    request.META["QUERY_STRING"] = query
    return read_parameters(request)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-8", "nonsense"])
def test_reads_utf8_whatever_the_body_is(charset: str) -> None:
    assert read("a=%C3%A9", f"application/json;charset={charset}") == [("a", "é")]


def test_keeps_the_order_and_what_is_there_twice() -> None:
    assert read("b=1&a&b=&c=x+y") == [("b", "1"), ("a", ""), ("b", ""), ("c", "x y")]


@pytest.mark.parametrize("query", ["a=%FF", "%FF=a", "a=%C3", "a=%ED%A0%80", "a=\xff"])
def test_refuses_what_is_not_utf8(query: str) -> None:
    with pytest.raises(UnreadableQuery):
        read(query)


def test_refuses_too_many(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    assert len(read("a&b&c")) == 3
    with pytest.raises(UnreadableQuery):
        read("a&b&c&d")


def ask(api: Api, path: str, method: str = "GET") -> Answer:
    """Ask with a query that is written as it is to be sent."""
    address = f"/v1/workspaces/{api.workspace.slug}/{path}"
    response = api.client.generic(method, address, content_type="")
    return Answer(response.status_code, dict(response.headers), response.content)


@pytest.mark.parametrize(
    "path", ["me", "users", "agents", "api-keys", "schemas", "objects", PEOPLE]
)
def test_every_resource_refuses_it(api: Api, path: str) -> None:
    answer = ask(api, f"{path}?filter[name]=%FF")

    assert answer.status == 400
    assert answer.errors == [("invalid_parameter", "filter[name]")]


def test_writes_refuse_it_too(api: Api) -> None:
    person = api.post(PEOPLE, resource("person", name="Ada")).id

    answer = ask(api, f"{PEOPLE}/{person}?x=%FF", "DELETE")

    assert answer.errors == [("invalid_parameter", "x")]


@pytest.mark.parametrize("door", BASES)
@pytest.mark.parametrize("query", ["page=%FF", "q=%C3", "limit=%FF"])
def test_every_door_refuses_it(api: Api, door: str, query: str) -> None:
    key = {"X-API-Key": api.secret}
    if door != "inkbox":
        key = {"Authorization": f"Bearer {api.secret}"}

    response = api.client.get(f"{BASES[door]}/contacts?{query}", headers=key)

    assert response.status_code == 400


def test_links_keep_what_was_asked_for(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?filter[name]=é&page[limit]=5")

    assert "filter%5Bname%5D=%C3%A9" in answer.json["links"]["first"]

"""Query parameters are read into families, and none is ignored."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from crm.errors import InvalidParameter, Refused
from crm.jsonapi.queries import Parameter, Query
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")


def read(query: str) -> Query:
    return Query.of(RequestFactory().get(f"/?{query}"))


@pytest.mark.parametrize(
    ("query", "family", "steps", "value"),
    [
        ("sort=name", "sort", (), "name"),
        ("page[size]=2", "page", ("size",), "2"),
        ("page%5Bsize%5D=2", "page", ("size",), "2"),
        ("filter[stage][One of]=a,b", "filter", ("stage", "One of"), "a,b"),
        ("filter[stage][One+of]=a%2Cb", "filter", ("stage", "One of"), "a,b"),
        ("filter[companies.domains]=x", "filter", ("companies.domains",), "x"),
        ("filter[name]=%C3%89", "filter", ("name",), "É"),
        ("filter[name]=a%26b%3Dc", "filter", ("name",), "a&b=c"),
        ("filter[name]=", "filter", ("name",), ""),
        ("filter[name]", "filter", ("name",), ""),
        ("filter[]=x", "filter", ("",), "x"),
        ("filter[a]b=x", "filter[a]b", (), "x"),
        ("filter[a=x", "filter[a", (), "x"),
        ("filter]a[=x", "filter]a[", (), "x"),
        ("filter[a[b]]=x", "filter[a[b]]", (), "x"),
        ("[a]=x", "[a]", (), "x"),
        ("=x", "", (), "x"),
    ],
)
def test_takes_a_name_apart(
    query: str, family: str, steps: tuple[str, ...], value: str
) -> None:
    (parameter,) = read(query).parameters

    assert parameter[1:] == (family, steps, value)


def test_keeps_every_parameter_with_the_name_that_was_sent() -> None:
    query = read("page[size]=1&sort=a&page[size]=2&sort=b")

    assert query.family("page") == [
        Parameter("page[size]", "page", ("size",), "1"),
        Parameter("page[size]", "page", ("size",), "2"),
    ]
    assert [parameter.value for parameter in query.family("sort")] == ["a", "b"]


def test_returns_a_parameter_that_was_sent_once() -> None:
    query = read("page[size]=1&sort=a")

    values = [query.single("page", "size"), query.single("page"), query.single("sort")]

    assert values == ["1", None, "a"]


def test_refuses_a_parameter_that_was_sent_twice() -> None:
    with pytest.raises(InvalidParameter) as refused:
        read("page[size]=1&page[size]=1").single("page", "size")

    assert refused.value.problems == {"page[size]": "Send it once."}


def test_names_every_parameter_that_is_not_known() -> None:
    with pytest.raises(Refused) as refused:
        read("page[size]=1&foo=1&sort=a&fields[x]=y").only("page", "sort")

    assert [list(refusal.problems) for _, refusal in refused.value.refusals] == [
        ["foo"],
        ["fields[x]"],
    ]


@pytest.mark.parametrize(
    "name",
    ["foo", "format", "Page[limit]", "page [limit]", "pages", "search", "a%00b", "é"],
)
def test_refuses_a_parameter_that_is_not_known(api: Api, name: str) -> None:
    answer = api.get(f"{PEOPLE}?{name}=json")

    assert answer.status == 400
    assert answer.errors == [("unknown_parameter", name.replace("%00", "\x00"))]


def test_points_at_each_of_them(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?foo=1&bar=2")

    assert answer.status == 400
    assert answer.errors == [
        ("unknown_parameter", "foo"),
        ("unknown_parameter", "bar"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{PEOPLE}?foo=1", ADA),
        ("POST", f"{PEOPLE}/bulk?foo=1", {"data": [ADA["data"]]}),
        ("PATCH", f"{PEOPLE}/{{id}}?foo=1", resource("person", name="Eve")),
        ("PATCH", f"{PEOPLE}?foo=1", {"data": [{"type": "person", "id": "{id}"}]}),
        ("DELETE", f"{PEOPLE}/{{id}}?foo=1", None),
        ("DELETE", f"{PEOPLE}?foo=1", {"items": ["{id}"]}),
        ("GET", f"{PEOPLE}/{{id}}?foo=1", None),
        ("GET", f"{PEOPLE}/{{id}}?page[limit]=1", None),
    ],
)
def test_a_request_with_an_unknown_parameter_changes_nothing(
    api: Api, method: str, path: str, body: object
) -> None:
    created = api.post(PEOPLE, ADA)
    document = body and json_with_id(body, created.id)

    answer = api.call(method, path.format(id=created.id), document)

    assert answer.status == 400
    assert api.get(PEOPLE).data == [created.data]


def json_with_id(body: object, record_id: str) -> bytes:
    """Return a document with an id in its place."""
    return json.dumps(body).replace("{id}", record_id).encode()


def test_brackets_may_be_encoded(api: Api) -> None:
    for _ in range(2):
        api.post(PEOPLE, ADA)

    plain, encoded = (
        api.get(f"{PEOPLE}?{name}=1") for name in ("page[limit]", "page%5Blimit%5D")
    )

    assert plain.data == encoded.data
    assert len(plain.data) == 1


def test_too_many_parameters_are_a_bad_request(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?{'&'.join(f'a{i}=1' for i in range(1001))}")

    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/vnd.api+json"

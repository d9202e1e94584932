"""Conditions, methods, caching and compression, wherever records are read."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.api_client import Answer, Api, make_record, resource

PEOPLE = "objects/person/records"
TOO_LONG = "x" * 2000


@pytest.fixture
def ada(api: Api) -> str:
    """The address of a person."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person', name='Ada')).id}"


BELOW = ["", "?fields[person]=name", "/companies", "/relationships/companies"]
LISTS = [PEOPLE, "objects/person/resources", f"{PEOPLE}?page[total]=true"]


def outline(answer: Answer) -> dict[str, str]:
    """Return the headers of an answer but for those that every answer has anew."""
    changing = {
        "X-Request-Id",
        "RateLimit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    }
    return {n: v for n, v in answer.headers.items() if n not in changing}


@pytest.mark.parametrize("path", [*BELOW, *LISTS])
def test_head_is_get_without_a_body(api: Api, ada: str, path: str) -> None:
    address = path if path in LISTS else f"{ada}{path}"

    head, get = api.call("HEAD", address), api.get(address)

    assert (head.status, head.content) == (200, b"")
    assert outline(head) == outline(get) | {"Content-Length": str(len(get.content))}


@pytest.mark.parametrize(("path", "status"), [("/bogus", 404), ("?bogus=1", 400)])
def test_head_refuses_what_get_refuses(
    api: Api, ada: str, path: str, status: int
) -> None:
    head = api.call("HEAD", f"{ada}{path}")

    assert (head.status, head.content) == (status, b"")


ALLOWED = {
    "": {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"},
    "/companies": {"GET", "HEAD", "OPTIONS"},
    "/owner": {"GET", "HEAD", "OPTIONS"},
    "/relationships/companies": {"GET", "HEAD", "PATCH", "POST", "DELETE", "OPTIONS"},
    "/relationships/owner": {"GET", "HEAD", "PATCH", "POST", "DELETE", "OPTIONS"},
}


@pytest.mark.parametrize("path", ALLOWED)
def test_says_which_methods_are_allowed(api: Api, ada: str, path: str) -> None:
    options, put = (api.call(m, f"{ada}{path}") for m in ("OPTIONS", "PUT"))

    assert (options.status, put.status) == (204, 405)
    assert set(options.headers["Allow"].split(", ")) == ALLOWED[path]
    assert set(put.headers["Allow"].split(", ")) == ALLOWED[path]


def test_a_record_is_read_again_only_when_it_changed(api: Api, ada: str) -> None:
    known = api.get(ada).headers["ETag"]

    same = api.get(ada, if_none_match=known)
    api.patch(ada, resource("person", name="Eve"))
    other = api.get(ada, if_none_match=known)

    assert (same.status, same.content, same.headers["ETag"]) == (304, b"", known)
    assert (other.status, other.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(("type_", "status"), [("company", 304), ("conversation", 200)])
def test_what_is_linked_has_changed_where_it_shows_the_link(
    api: Api, ada: str, type_: str, status: int
) -> None:
    other = make_record(api, type_)
    path = f"objects/{type_}/records/{other['id']}"
    known = api.get(path).headers["ETag"]

    relationship = {"company": "companies", "conversation": "conversations"}[type_]
    added = api.post(f"{ada}/relationships/{relationship}", {"data": [other]})

    assert added.status == 204
    assert api.get(path, if_none_match=known).status == status


def test_an_answer_that_shows_more_than_the_record_has_no_tag(
    api: Api, ada: str
) -> None:
    whole = api.get(f"{ada}?include=companies", if_none_match='"1"')
    others = [
        api.get(path, if_none_match='"1"')
        for path in (PEOPLE, f"{ada}/companies", f"{ada}/relationships/companies")
    ]

    assert [answer.status for answer in (whole, *others)] == [200] * 4
    assert ["ETag" in answer.headers for answer in (whole, *others)] == [False] * 4


@pytest.mark.parametrize("query", ["fields[person]=name", "include="])
def test_a_part_of_a_record_is_read_again_only_when_it_changed(
    api: Api, ada: str, query: str
) -> None:
    answer = api.get(f"{ada}?{query}", if_none_match='"1"')

    assert (answer.status, answer.content) == (304, b"")


def test_a_bad_parameter_goes_before_a_known_version(api: Api, ada: str) -> None:
    assert api.get(f"{ada}?fields[person]=bogus", if_none_match='"1"').status == 400


@pytest.mark.parametrize("path", [*BELOW, *LISTS, "/bogus", "?bogus=1"])
def test_answers_vary_with_accept(api: Api, ada: str, path: str) -> None:
    address = path if path in LISTS else f"{ada}{path}"

    assert "Accept" in api.get(address).headers["Vary"].split(", ")


def test_a_long_answer_is_compressed_for_those_who_ask(api: Api) -> None:
    api.post(PEOPLE, resource("person", notes=TOO_LONG))

    plain = api.get(PEOPLE)
    small = api.get(PEOPLE, accept_encoding="gzip")

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert set(small.headers["Vary"].split(", ")) == {"Accept", "Accept-Encoding"}
    assert int(small.headers["Content-Length"]) == len(small.content)
    assert json.loads(gzip.decompress(small.content)) == plain.json


def test_related_and_included_records_and_answers_to_batches_are_compressed(
    api: Api,
) -> None:
    row = resource("company", description=TOO_LONG)
    made = api.post("objects/company/records/bulk", {"data": [row["data"]]})
    linkage = {"companies": {"data": [{"type": "company", "id": made.data[0]["id"]}]}}
    body = {"data": {"type": "person", "relationships": linkage}}
    ada = api.post(PEOPLE, body).id

    answers = [
        api.get(f"{PEOPLE}/{ada}/companies", accept_encoding="gzip"),
        api.get(f"{PEOPLE}/{ada}?include=companies", accept_encoding="gzip"),
        api.post(f"{PEOPLE}/query", {"include": "companies"}, accept_encoding="gzip"),
    ]

    encodings = [answer.headers.get("Content-Encoding") for answer in answers]
    assert encodings == ["gzip"] * 3


def test_a_short_answer_is_not_compressed(api: Api, ada: str) -> None:
    answer = api.get(f"{ada}/companies", accept_encoding="gzip")

    assert "Content-Encoding" not in answer.headers


def test_an_answer_with_a_tag_is_not_compressed(api: Api) -> None:
    person = api.post(PEOPLE, resource("person", notes=TOO_LONG)).id

    answer = api.get(f"{PEOPLE}/{person}", accept_encoding="gzip")

    assert (answer.headers["ETag"], answer.data["id"]) == ('"1"', person)
    assert "Content-Encoding" not in answer.headers

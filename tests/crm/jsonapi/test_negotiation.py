"""Media types: what may be sent, and what is answered (JSON:API 1.1, section 5)."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.jsonapi.negotiation import MediaType, read_accept
from tests.api_client import Answer, Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")

JSONAPI = "application/vnd.api+json"
PLAIN = "application/json"
FOREIGN = f"{JSONAPI};foo=1"
EXTENSION = f'{JSONAPI};ext="https://example.com/ext"'
PROFILE = f'{JSONAPI};profile="https://example.com/profile"'


def outcome(answer: Answer) -> tuple[int, str | None]:
    """Return the status of an answer and its media type."""
    return answer.status, answer.headers.get("Content-Type")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        # Rows 1, 2, 5 and 12: our media type, without a parameter.
        (JSONAPI, (200, JSONAPI)),
        ("Application/VND.API+JSON", (200, JSONAPI)),
        (PROFILE, (200, JSONAPI)),
        (
            f'{JSONAPI}; profile="https://a.example/x,y;z b"',
            (200, JSONAPI),
        ),
        (f'{JSONAPI};profile="a";q=0.5', (200, JSONAPI)),
        # Row 9: foreign instances are ignored as long as there is another.
        (f"{FOREIGN}, {JSONAPI}", (200, JSONAPI)),
        (f"{EXTENSION}, {JSONAPI}", (200, JSONAPI)),
        (f"{FOREIGN},{PROFILE}", (200, JSONAPI)),
        # Rows 10 and 11: 406 if there is none, whatever else is accepted.
        (FOREIGN, (406, JSONAPI)),
        (f"{JSONAPI};charset=utf-8", (406, JSONAPI)),
        (f"{JSONAPI};q=0.5;foo=1", (406, JSONAPI)),
        (f"{FOREIGN}, */*", (406, JSONAPI)),
        (f"{FOREIGN}, {PLAIN}", (406, JSONAPI)),
        (EXTENSION, (406, JSONAPI)),
        (f"{EXTENSION}, */*", (406, JSONAPI)),
        (f'{JSONAPI};ext="https://jsonapi.org/ext/atomic"', (406, JSONAPI)),
        (f"{FOREIGN}, {EXTENSION}", (406, JSONAPI)),
        # Row 14: weights.
        (f"{JSONAPI};q=0", (406, JSONAPI)),
        ("*/*;q=0", (406, JSONAPI)),
        (f"{JSONAPI};q=0, {PLAIN};q=0.000", (406, JSONAPI)),
        (f"{JSONAPI};q=0, */*", (200, PLAIN)),
        (f"{PLAIN};q=0, */*;q=0.1", (200, JSONAPI)),
        (f"{PLAIN};q=0.4, {JSONAPI};q=0.5", (200, JSONAPI)),
        (f"{PLAIN};q=0.5, {JSONAPI};q=0.4", (200, PLAIN)),
        (f"{PLAIN}; q=0.5 , {JSONAPI} ; q=0.4", (200, PLAIN)),
        (f"{JSONAPI};q=0.1, application/*;q=0.5", (200, PLAIN)),
        # Row 17: plain JSON, when it is preferred.
        (PLAIN, (200, PLAIN)),
        (f"{PLAIN};charset=utf-8", (200, PLAIN)),
        (f"{PLAIN}, text/plain, */*", (200, PLAIN)),
        (f"{PLAIN}, */*;q=0.1", (200, PLAIN)),
        (f"{PLAIN}, {JSONAPI}", (200, JSONAPI)),
        (f"{JSONAPI}, {PLAIN}", (200, JSONAPI)),
        # Ranges, and what we do not have.
        ("", (200, JSONAPI)),
        ("*/*", (200, JSONAPI)),
        ("application/*", (200, JSONAPI)),
        ("text/html,application/xhtml+xml,*/*;q=0.8", (200, JSONAPI)),
        ("text/html", (406, JSONAPI)),
        ("text/*", (406, JSONAPI)),
        ("application/vnd.api+jsonp", (406, JSONAPI)),
        ("json", (406, JSONAPI)),
    ],
)
def test_answers_with_a_media_type_that_is_accepted(
    api: Api, accept: str, expected: tuple[int, str]
) -> None:
    answer = api.get(PEOPLE, accept=accept)

    assert outcome(answer) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        # Rows 6 to 8: no parameter but a profile.
        (JSONAPI, (201, JSONAPI)),
        ("APPLICATION/vnd.api+json", (201, JSONAPI)),
        (PROFILE, (201, JSONAPI)),
        (f'{JSONAPI} ; profile="https://example.com/profile"', (201, JSONAPI)),
        (f"{JSONAPI};charset=utf-8", (415, JSONAPI)),
        (FOREIGN, (415, JSONAPI)),
        (f"{JSONAPI};q=1", (415, JSONAPI)),
        (EXTENSION, (415, JSONAPI)),
        (f'{PROFILE};ext="https://example.com/ext"', (415, JSONAPI)),
        # Row 16: plain JSON is answered as such.
        (PLAIN, (201, PLAIN)),
        ("Application/JSON", (201, PLAIN)),
        (f"{PLAIN}; charset=utf-8", (201, PLAIN)),
        (f'{PLAIN};charset="UTF-8"', (201, PLAIN)),
        (f"{PLAIN};charset=latin-1", (415, PLAIN)),
        # Anything else.
        ("", (415, JSONAPI)),
        ("text/plain", (415, JSONAPI)),
        ("text/json", (415, JSONAPI)),
        ("application/x-www-form-urlencoded", (415, JSONAPI)),
        ("multipart/form-data; boundary=x", (415, JSONAPI)),
        (f"{JSONAPI}, {PLAIN}", (415, JSONAPI)),
        ("*/*", (415, JSONAPI)),
    ],
)
def test_reads_bodies_of_these_media_types(
    api: Api, content_type: str, expected: tuple[int, str]
) -> None:
    answer = api.post(PEOPLE, ADA, content_type=content_type)

    assert outcome(answer) == expected


@pytest.mark.parametrize(
    ("content_type", "accept", "expected"),
    [
        (PLAIN, "*/*", (201, PLAIN)),
        (PLAIN, JSONAPI, (201, JSONAPI)),
        (PLAIN, PLAIN, (201, PLAIN)),
        (JSONAPI, "*/*", (201, JSONAPI)),
        (JSONAPI, PLAIN, (201, PLAIN)),
        (JSONAPI, f"{PLAIN}, text/plain, */*", (201, PLAIN)),
        (PLAIN, f"{JSONAPI}, */*;q=0.5", (201, JSONAPI)),
        (PLAIN, "text/html", (406, JSONAPI)),
        (JSONAPI, FOREIGN, (406, JSONAPI)),
    ],
)
def test_accept_decides_and_the_body_only_when_it_does_not(
    api: Api, content_type: str, accept: str, expected: tuple[int, str]
) -> None:
    answer = api.post(PEOPLE, ADA, content_type=content_type, accept=accept)

    assert outcome(answer) == expected


def test_both_media_types_have_the_same_document(api: Api) -> None:
    api.post(PEOPLE, ADA)

    plain, jsonapi = (api.get(PEOPLE, accept=accept) for accept in (PLAIN, JSONAPI))

    assert plain.content == jsonapi.content


@pytest.mark.parametrize(
    ("headers", "errors"),
    [
        ({"accept": "text/html"}, [("not_acceptable", "Accept")]),
        ({"accept": FOREIGN}, [("not_acceptable", "Accept")]),
        (
            {"content_type": "text/plain"},
            [("unsupported_media_type", "Content-Type")],
        ),
    ],
)
def test_points_at_the_header_and_stores_nothing(
    api: Api, headers: dict[str, str], errors: list[tuple[str, str]]
) -> None:
    answer = api.post(PEOPLE, ADA, **headers)

    assert answer.errors == errors
    assert api.get(PEOPLE).data == []


def test_errors_have_the_media_type_that_is_accepted(api: Api) -> None:
    answers = [
        api.get(f"{PEOPLE}?nonsense=1", accept=PLAIN),
        api.get("objects/nothing/records", accept=PLAIN),
        api.get("nowhere", accept=PLAIN),
        api.get(PEOPLE, accept=PLAIN, authorization=""),
    ]

    assert [outcome(answer) for answer in answers] == [
        (400, PLAIN),
        (404, PLAIN),
        (404, PLAIN),
        (401, PLAIN),
    ]


def test_an_empty_body_needs_no_media_type(api: Api) -> None:
    person = api.post(PEOPLE, ADA).id

    answer = api.delete(f"{PEOPLE}/{person}")

    assert (answer.status, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_the_jsonapi_member_of_a_body_plays_no_part(api: Api) -> None:
    member = {"ext": ["https://example.com/ext"], "profile": ["x"], "version": "9.9"}

    answer = api.post(PEOPLE, {"jsonapi": member, **ADA})

    assert outcome(answer) == (201, JSONAPI)


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("a/b", [MediaType("a/b", {})]),
        ("A/B ; C = d ;q=0.5", [MediaType("a/b", {"c": "d", "q": "0.5"})]),
        (
            'a/b;c="d,e;f", g/h',
            [MediaType("a/b", {"c": "d,e;f"}), MediaType("g/h", {})],
        ),
        (r'a/b;c="d\"e\\f"', [MediaType("a/b", {"c": r'd"e\f'})]),
        (" , a/b,,", [MediaType("a/b", {})]),
        ("a/b;;c", [MediaType("a/b", {"c": ""})]),
        ("", []),
    ],
)
def test_reads_an_accept_header(header: str, ranges: list[MediaType]) -> None:
    assert read_accept(header) == ranges


@pytest.mark.parametrize(
    "header",
    [
        '"',
        '"a/b',
        'a/b;c="d',
        "a/b;c='d,e'",
        ";",
        "=",
        ";=;",
        "\x00",
        "\xff",
        "a" * 9999,
    ],
)
def test_does_not_stumble_over_an_accept_header(api: Api, header: str) -> None:
    assert api.get(PEOPLE, accept=header).status in {200, 406}


def test_does_not_stumble_over_a_media_type_without_a_key() -> None:
    response = Client().get("/v1/workspaces/acme/x", headers={"Accept": FOREIGN})

    assert (response.status_code, response["Content-Type"]) == (404, JSONAPI)

"""JSON:API 1.1, media types and content negotiation: rows 1 to 17 of the checklist.

Row 4 does not apply: there are no extensions, so that no answer can name one.
"""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.wire import (
    CURSORS,
    JSONAPI,
    NOBODY,
    PEOPLE,
    WITH_CURSORS,
    create,
    data,
    document,
    errors,
)

PLAIN = "application/json"
FOREIGN = f"{JSONAPI};foo=1"
EXTENSION = f'{JSONAPI};ext="https://example.com/ext"'
PROFILE = f'{JSONAPI};profile="https://example.com/profile"'


def accepting(client: httpx.Client, accept: str) -> tuple[int, str]:
    """Return the status and the media type of the answer to a range."""
    answer = client.get(PEOPLE, headers={"Accept": accept})
    return answer.status_code, answer.headers["Content-Type"]


def sending(client: httpx.Client, content_type: str) -> int:
    """Return the status of the answer to a document of a media type."""
    headers = {"Content-Type": content_type}
    return client.post(PEOPLE, json=document("person"), headers=headers).status_code


def test_2a_1_answers_have_the_media_type_without_parameters(
    client: httpx.Client,
) -> None:
    assert accepting(client, JSONAPI) == (200, JSONAPI)


def test_2a_2_profiles_are_named_in_quotes(client: httpx.Client) -> None:
    answer = client.get(f"{PEOPLE}?page[size]=1", headers=WITH_CURSORS)

    assert answer.headers["Content-Type"] == f'{JSONAPI}; profile="{CURSORS}"'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-route", 404),
        ("GET", "no-such-route", 404),
        ("GET", f"{PEOPLE}/{NOBODY}", 404),
        ("GET", f"{PEOPLE}?nonsense=1", 400),
        ("PUT", PEOPLE, 405),
        ("POST", PEOPLE, 400),
    ],
)
def test_2a_3_errors_have_the_media_type_too(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, client.base_url.join(path))

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == JSONAPI


def test_2a_5_answers_name_the_profile_only_where_it_is_applied(
    client: httpx.Client,
) -> None:
    walk = client.get(f"{PEOPLE}?page[size]=1", headers=WITH_CURSORS)
    page = client.get(f"{PEOPLE}?page[limit]=1", headers=WITH_CURSORS)

    assert CURSORS in walk.headers["Content-Type"]
    assert page.headers["Content-Type"] == JSONAPI


@pytest.mark.parametrize("foreign", [FOREIGN, f"{JSONAPI};charset=utf-8"])
def test_2a_6_refuses_a_body_with_a_foreign_parameter(
    client: httpx.Client, foreign: str
) -> None:
    assert sending(client, foreign) == 415
    assert data(client.get(PEOPLE)) == []


def test_2a_7_refuses_a_body_with_an_extension(client: httpx.Client) -> None:
    assert sending(client, EXTENSION) == 415
    assert data(client.get(PEOPLE)) == []


def test_2a_8_ignores_a_profile_of_a_body_that_it_does_not_know(
    client: httpx.Client,
) -> None:
    assert sending(client, PROFILE) == 201


def test_2a_9_ignores_ranges_with_a_foreign_parameter(client: httpx.Client) -> None:
    assert accepting(client, f"{FOREIGN}, {JSONAPI}") == (200, JSONAPI)


@pytest.mark.parametrize("accept", [FOREIGN, f"{FOREIGN}, */*", f"{FOREIGN},{PLAIN}"])
def test_2a_10_refuses_when_all_ranges_have_a_foreign_parameter(
    client: httpx.Client, accept: str
) -> None:
    assert accepting(client, accept) == (406, JSONAPI)


@pytest.mark.parametrize("uri", ["https://jsonapi.org/ext/atomic", "https://x/y"])
def test_2a_11_refuses_when_all_ranges_have_an_extension(
    client: httpx.Client, uri: str
) -> None:
    assert accepting(client, f'{JSONAPI};ext="{uri}"') == (406, JSONAPI)


def test_2a_12_ignores_profiles_that_it_does_not_know(client: httpx.Client) -> None:
    assert accepting(client, PROFILE) == (200, JSONAPI)


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [(PEOPLE, JSONAPI, 200), ("nothing", JSONAPI, 404), (PEOPLE, "text/html", 406)],
)
def test_2a_13_every_answer_varies_with_accept(
    client: httpx.Client, path: str, accept: str, status: int
) -> None:
    answer = client.get(path, headers={"Accept": accept})

    assert answer.status_code == status
    assert "Accept" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (f"{JSONAPI};q=0", (406, JSONAPI)),
        (f"{JSONAPI};q=0, */*;q=0", (406, JSONAPI)),
        (f"{JSONAPI};q=0.5, text/html", (200, JSONAPI)),
        (f'{JSONAPI};profile="https://example.com/a,b";q=0.1', (200, JSONAPI)),
    ],
)
def test_2a_14_honours_weights(
    client: httpx.Client, accept: str, expected: tuple[int, str]
) -> None:
    assert accepting(client, accept) == expected


def test_2a_15_the_jsonapi_member_plays_no_part(client: httpx.Client) -> None:
    member = {"ext": ["https://example.com/ext"], "profile": ["https://x/y"]}

    answer = client.post(PEOPLE, json={"jsonapi": member, **document("person")})

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == JSONAPI


def test_2a_16_takes_plain_json(client: httpx.Client) -> None:
    assert sending(client, PLAIN) == 201
    assert sending(client, f"{PLAIN}; charset=utf-8") == 201


def test_2a_17_answers_plain_json_with_the_same_document(client: httpx.Client) -> None:
    create(client, "person")

    plain = client.get(PEOPLE, headers={"Accept": PLAIN})

    assert plain.headers["Content-Type"] == PLAIN
    assert plain.content == client.get(PEOPLE).content


def test_2a_refusals_point_at_the_header(client: httpx.Client) -> None:
    body = client.post(PEOPLE, json={}, headers={"Content-Type": FOREIGN})
    asked = client.get(PEOPLE, headers={"Accept": FOREIGN})

    assert errors(body) == (
        415,
        [("unsupported_media_type", {"header": "Content-Type"})],
    )
    assert errors(asked) == (406, [("not_acceptable", {"header": "Accept"})])

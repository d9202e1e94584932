"""Caches are told that ``Accept`` decides about the answer."""

from __future__ import annotations

import pytest

from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", PEOPLE, {}, 200),
        ("GET", f"{PEOPLE}?nonsense=1", {}, 400),
        ("GET", PEOPLE, {"authorization": ""}, 401),
        ("GET", "objects/nothing/records", {}, 404),
        ("GET", "nowhere", {}, 404),
        ("PUT", PEOPLE, {}, 405),
        ("GET", PEOPLE, {"accept": "text/html"}, 406),
        ("POST", PEOPLE, {}, 400),
        ("GET", PEOPLE, {"host": "evil.example"}, 400),
    ],
)
def test_every_answer_varies_with_accept(
    api: Api, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = api.call(method, path, **headers)

    assert (answer.status, answer.headers["Vary"]) == (status, "Accept")


def test_answers_about_one_record_vary_with_accept(api: Api) -> None:
    created = api.post(PEOPLE, ADA)
    address = f"{PEOPLE}/{created.id}"

    answers = [
        created,
        api.get(address, if_none_match='"1"'),
        api.patch(address, ADA, if_match='"7"'),
        api.delete(address),
    ]

    assert [(answer.status, answer.headers["Vary"]) for answer in answers] == [
        (201, "Accept"),
        (304, "Accept"),
        (412, "Accept"),
        (204, "Accept"),
    ]

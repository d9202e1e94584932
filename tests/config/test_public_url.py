"""Absolute links begin with PUBLIC_URL, whatever name the server was asked by."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings

from tests.api_client import Api, resource

PUBLIC = "https://crm.example"
PEOPLE = "objects/person/records"


@pytest.fixture(autouse=True)
def _public(settings: Settings) -> None:
    settings.PUBLIC_URL = PUBLIC


def test_every_link_of_an_answer_does(api: Api) -> None:
    made = api.post(PEOPLE, resource("person", name="Ada"))
    answers = [
        made,
        *(
            api.get(path)
            for path in (
                "",
                PEOPLE,
                f"{PEOPLE}?page[limit]=1&filter[name]=Ada",
                f"{PEOPLE}/{made.id}?include=companies",
                f"{PEOPLE}/{made.id}/history",
                f"{PEOPLE}/{made.id}?as_of={made.headers['X-Change-Id']}",
                "changes?page[size]=1",
                "objects",
                "api-keys",
                "me",
            )
        ),
    ]

    for answer in answers:
        assert answer.status in {200, 201}, answer.json
        assert "testserver" not in json.dumps(answer.json)
        assert "testserver" not in json.dumps(answer.headers)
    assert made.headers["Location"].startswith(f"{PUBLIC}/v1/workspaces/acme/")


def test_the_address_of_the_request_is_kept_whole(api: Api) -> None:
    query = "filter[name]=Ad%C3%A9&page[limit]=1"

    answer = api.get(f"{PEOPLE}?{query}")

    path = f"/v1/workspaces/acme/{PEOPLE}"
    assert answer.json["links"]["self"].startswith(f"{PUBLIC}{path}?")


def test_the_document_at_the_root_does(api: Api) -> None:
    document = api.client.get("/", headers={"Accept": "application/json"}).json()

    assert document["links"]["self"] == f"{PUBLIC}/"
    assert document["meta"]["workspaces"] == f"{PUBLIC}/v1/workspaces/{{slug}}"

"""Messages of one person at the same time: the latest of them was the last contact."""

from __future__ import annotations

import httpx
import pytest

from tests.api_client import Api, resource
from tests.races.crowd import Crowd
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

TALKS = "objects/conversation/records"


def at(number: int) -> str:
    return f"2026-03-{number + 1:02}T08:00:00.000Z"


def test_the_latest_message_wins(crowd: Crowd, api: Api) -> None:
    ada = api.post("objects/person/records", resource("person")).id
    body = resource("conversation")
    body["data"]["relationships"] = {"person": {"data": {"type": "person", "id": ada}}}
    talks = [api.post(TALKS, body).id for _ in range(8)]

    def write(client: httpx.Client, number: int) -> int:
        message = resource("conversation", last_message_at=at(number))
        return client.patch(f"{TALKS}/{talks[number]}", json=message).status_code

    statuses = crowd.all(write, 8)

    seen = api.get(f"objects/person/records/{ada}").data["attributes"]
    assert statuses == [200] * 8
    assert seen["last_contacted_at"] == at(7)
    assert told_records() == stored_records()

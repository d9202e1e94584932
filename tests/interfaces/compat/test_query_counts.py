"""Requests at the doors make few statements, however many contacts there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Agent
from tests.api_client import Answer
from tests.interfaces.compat.door_client import DoorClient


def statements(request: Callable[[], Answer]) -> int:
    """Return how many statements a request makes, once the schemas are known."""
    request()
    with CaptureQueriesContext(connection) as queries:
        answer = request()
    assert answer.status == 200, answer.content
    return len(queries)


@pytest.fixture
def _people(clarky: DoorClient, agent: Agent) -> None:
    """Some contacts."""
    rows = [{"first_name": f"P{n}", "emails": [f"p{n}@example.com"]} for n in range(30)]
    body = {"bot_id": str(agent.id), "contacts": rows}
    assert clarky.post("contacts/upsert", body).status == 200


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("inkbox", "contacts?limit=30", 3),
        ("clarky", "contacts?page_size=30", 4),
        ("clara", "contacts?limit=30", 4),
        ("clara", "contacts/search?q=p", 3),
    ],
)
def test_lists_take_few_statements_however_many_contacts_there_are(
    secret: str, name: str, path: str, most: int
) -> None:
    door = DoorClient(name, secret)

    assert statements(lambda: door.get(path)) <= most


def test_an_upsert_takes_few_whatever_the_number_of_rows(
    clarky: DoorClient, agent: Agent
) -> None:
    def upsert(many: int) -> int:
        rows = [
            {"emails": [f"p{n}@example.com"], "phone_numbers": [f"+4366055{n:05}"]}
            for n in range(many)
        ]
        body = {"bot_id": str(agent.id), "contacts": rows}
        return statements(lambda: clarky.post("contacts/upsert", body))

    assert upsert(5) == upsert(100) <= 14

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
def people(clarky: DoorClient, agent: Agent) -> list[str]:
    """The ids of some contacts."""
    rows = [{"first_name": f"P{n}", "emails": [f"p{n}@example.com"]} for n in range(30)]
    body = {"bot_id": str(agent.id), "contacts": rows}
    answer = clarky.post("contacts/upsert", body)
    return [contact["id"] for contact in answer.data["created"]]


@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("inkbox", "contacts/lookup?email=p7@example.com", 3),
        ("inkbox", "contacts/{id}", 3),
        ("inkbox", "contacts?limit=30", 3),
        ("inkbox", "contacts/{id}.vcf", 3),
        ("clarky", "contacts/by-email?email=p7@example.com", 3),
        ("clarky", "contacts/{id}", 3),
        ("clarky", "contacts?page_size=30", 4),
        ("clara", "contacts/{id}", 3),
        ("clara", "contacts?limit=30", 4),
        ("clara", "contacts/search?q=p7@", 3),
    ],
)
def test_reads_take_few_statements(
    secret: str, people: list[str], name: str, path: str, most: int
) -> None:
    door = DoorClient(name, secret)

    assert statements(lambda: door.get(path.format(id=people[7]))) <= most


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

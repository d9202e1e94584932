"""The front doors under many clients at once: one contact each, one kind of rule."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest

from crm.models import Agent, Workspace
from records.models import Access, Record
from tests.api_client import Api
from tests.live_server import LiveServer
from tests.races.crowd import Crowd
from tests.races.tables import claimed_addresses, held_addresses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bearer(api: Api) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.secret}"}


@pytest.fixture
def agents(workspace: Workspace) -> list[Agent]:
    """Eight agents."""
    return [
        Agent.objects.create(workspace=workspace, handle=f"agent{n}") for n in range(8)
    ]


def rows() -> list[dict[str, Any]]:
    """Two hundred contacts: some known by address, some by phone, some by both."""
    phones = [[f"+4366055{number:05}"] for number in range(200)]
    addresses = [[f"p{number}@example.com"] for number in range(200)]
    return [
        *({"emails": address} for address in addresses[:40]),
        *({"phone_numbers": phone} for phone in phones[40:100]),
        *(
            {"emails": address, "phone_numbers": phone}
            for address, phone in zip(addresses[100:], phones[100:], strict=True)
        ),
    ]


def test_upserts_of_the_same_contacts_make_each_once(
    crowd: Crowd, server: LiveServer, bearer: dict[str, str], agents: list[Agent]
) -> None:
    body = {"bot_id": str(agents[0].id), "contacts": rows()}
    url = f"{server.url}/compat/clarky/api/v1/contacts/upsert"

    def upsert(client: httpx.Client, number: int) -> tuple[int, int, int]:
        answer = client.post(url, json=body, headers=bearer)
        data = answer.json()["data"]
        return len(data["created"]), len(data["updated"]), len(data["errors"])

    ends = Counter(crowd.all(upsert, 16))

    assert ends == {(200, 0, 0): 1, (0, 200, 0): 15}
    assert Record.objects.count() == 200
    assert held_addresses() == claimed_addresses()


def test_a_contact_is_seen_by_everyone_or_by_some(
    crowd: Crowd, server: LiveServer, api: Api, agents: list[Agent]
) -> None:
    key = {"X-API-Key": api.secret}
    contacts = f"{server.url}/compat/inkbox/api/v1/contacts"
    made = httpx.post(contacts, json={"given_name": "Noor"}, headers=key).json()
    path = f"{contacts}/{made['id']}/access"
    statuses = Counter[int]()

    def act(client: httpx.Client, number: int) -> list[int]:
        own = f"{path}/{agents[number].id}"
        grants = [{"identity_id": str(agents[number].id)}, {"identity_id": None}]
        return [
            call.status_code
            for turn in range(6)
            for call in (
                client.delete(own, headers=key),
                client.post(path, json=grants[turn % 2], headers=key),
            )
        ]

    for some in crowd.all(act, 8):
        statuses.update(some)

    rules = list(Access.objects.values_list("agent_id", flat=True))
    record = Record.objects.get()
    assert statuses.keys() <= {201, 204, 404, 409}
    assert None not in rules or rules == [None]
    assert record.visible_to == (None if rules == [None] else sorted(rules))


def test_each_of_many_revocations_takes_one_agent_its_sight(
    crowd: Crowd, server: LiveServer, api: Api, agents: list[Agent]
) -> None:
    key = {"X-API-Key": api.secret}
    contacts = f"{server.url}/compat/inkbox/api/v1/contacts"
    made = httpx.post(contacts, json={"given_name": "Noor"}, headers=key).json()
    path = f"{contacts}/{made['id']}/access"

    statuses = crowd.all(
        lambda client, n: (
            client.delete(f"{path}/{agents[n].id}", headers=key).status_code
        ),
        7,
    )

    assert statuses == [204] * 7
    assert Record.objects.get().visible_to == [agents[7].id]
    assert [rule.agent_id for rule in Access.objects.all()] == [agents[7].id]

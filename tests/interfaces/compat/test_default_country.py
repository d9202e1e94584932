"""At every door, a number without a country code is one of the workspace's country."""

from __future__ import annotations

import pytest

from crm.models import Agent, Workspace
from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_clarky_upsert import ids, upsert
from tests.interfaces.compat.test_inkbox_vcards import CARD, imported

WRITTEN, STORED = "0171 123 45 67", "+491711234567"


@pytest.fixture
def german(workspace: Workspace) -> Workspace:
    """The workspace, at home in Germany."""
    workspace.settings = {"default_country": "DE"}
    workspace.save(update_fields=["settings"])
    return workspace


def test_clarky_reads_it(german: Workspace, agent: Agent, clarky: DoorClient) -> None:
    row = {"first_name": "Ada", "phone_numbers": [WRITTEN]}

    first = upsert(clarky, agent, row)
    again = upsert(clarky, agent, row)

    assert ids(first["created"]) == ids(again["updated"])


def test_clara_reads_it(german: Workspace, clara: DoorClient) -> None:
    answer = clara.post("contacts", {"name": "Ada", "phone": WRITTEN})

    assert answer.status == 201, answer.json
    assert STORED in answer.content.decode()


def test_inkbox_reads_it(german: Workspace, inkbox: DoorClient) -> None:
    body = {"given_name": "Ada", "phones": [{"value_e164": WRITTEN}]}

    created = inkbox.post("contacts", body)
    found = inkbox.get("contacts/lookup?phone=0171%201234567")

    assert created.status == 201, created.json
    assert created.json["phones"][0]["value_e164"] == STORED
    assert [one["id"] for one in found.json] == [created.json["id"]]


def test_cards_are_read_by_it(german: Workspace, inkbox: DoorClient) -> None:
    lines = f"Ada\r\nTEL:{WRITTEN} ext. 5\r\nTEL;VALUE=uri:tel:+52-1-55-1234-5678"

    (result,) = imported(inkbox, CARD.format(lines))

    assert result["left_out"] == []
    assert [
        (one["value_e164"], one.get("extension")) for one in result["contact"]["phones"]
    ] == [(STORED, "5"), ("+525512345678", None)]


def test_without_one_a_card_leaves_it_out(inkbox: DoorClient) -> None:
    (result,) = imported(inkbox, CARD.format(f"Ada\r\nTEL:{WRITTEN}"))

    assert result["contact"]["phones"] == []
    assert len(result["left_out"]) == 1

"""What was undone and restored, as readers of the feed are told."""

from __future__ import annotations

import pytest

from crm.models import Agent
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")


@pytest.mark.parametrize("caller", ["api", "scout"])
def test_what_was_undone_and_done_again_is_told(
    request: pytest.FixtureRequest, agent: Agent, caller: str
) -> None:
    client: Api = request.getfixturevalue(caller)
    made = client.post(PEOPLE, ADA)

    undone = client.post(f"changes/{made.headers['X-Change-Id']}/undo")
    again = client.post(f"changes/{undone.headers['X-Change-Id']}/undo")

    assert [made.status, undone.status, again.status] == [201, 200, 200]
    told = [change["attributes"] for change in client.get("changes").data]
    assert [one["kind"] for one in told] == [
        "record.created",
        "record.deleted",
        "record.restored",
    ]
    assert [one["source"] for one in told] == ["api", "undo", "undo"]
    assert [one["batch"] for one in told] == [
        answer.headers["X-Change-Id"] for answer in (made, undone, again)
    ]
    assert told[1]["cause"] == {"undoes": told[0]["batch"]}
    assert told[2]["cause"] == {"undoes": told[1]["batch"]}
    assert told[2]["after"]["name"] == "Ada"


def test_what_was_deleted_and_restored_is_told_by_its_history(
    api: Api, scout: Api
) -> None:
    ada = api.post(PEOPLE, ADA).id
    api.delete(f"{PEOPLE}/{ada}")

    api.post(f"objects/person/deleted/{ada}/restore")

    for client in (api, scout):
        told = [c["attributes"] for c in client.get(f"{PEOPLE}/{ada}/history").data]
        assert [(one["kind"], one["version"]) for one in told] == [
            ("record.restored", 3),
            ("record.deleted", 2),
            ("record.created", 1),
        ]

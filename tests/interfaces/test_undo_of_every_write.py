"""What an address writes is named in its answer, and can be taken back by that name.

The pages of the admin name no change; each of their changes stands in the history of
the record, with its undo.
"""

from __future__ import annotations

from crm.models import Scope
from records.models import JournalEntry
from tests.api_client import Answer, Api
from tests.interfaces.api.calls import BY_THE_OTHER_NAME, BY_TYPE_AND_ID
from tests.interfaces.api.calls import CALLS as API_CALLS
from tests.interfaces.calls import Call
from tests.interfaces.cast import make_cast
from tests.interfaces.compat.calls import CALLS as DOOR_CALLS
from tests.interfaces.compat.calls import NOWHERE
from tests.stored import content

OF_NO_RECORD = ("/jobs/", "/duplicates/")
"""Parts of addresses that write, but no records."""

WRITES = [
    call
    for call in [*API_CALLS, *DOOR_CALLS]
    if call.scope == Scope.WRITE
    and call.method != "GET"
    and call not in [*BY_THE_OTHER_NAME, *BY_TYPE_AND_ID, *NOWHERE]
    and not any(part in call.path for part in OF_NO_RECORD)
]
SILENT = {"query", "lookup", "vcard-export"}
"""Ends of addresses that only read, whatever their method and scope."""


def written(call: Call, ids: dict[str, str], secret: str) -> Answer:
    """Make a call, again if it may be, and check that all answers name the same."""
    key = str(call)
    first = call.made(ids, secret, idempotency_key=key)
    assert first.status == call.status, (call, first.content)
    if call in API_CALLS:  # The doors do not know what is sent again.
        again = call.made(ids, secret, idempotency_key=key)
        assert again.headers["Idempotency-Replayed"] == "true", call
        assert again.headers.get("X-Change-Id") == first.headers.get("X-Change-Id")
        assert again.content == first.content, call
    return first


def test_every_write_of_records_is_undone_by_its_name(api: Api) -> None:
    ids = make_cast(api.workspace, api.secret)
    undone = set[str]()

    for call in WRITES:
        before, noted = content(), JournalEntry.objects.count()
        answer = written(call, ids, api.secret)
        if call.path.rpartition("/")[2] in SILENT:
            assert JournalEntry.objects.count() == noted, call
            continue
        assert content() != before, call

        undo = api.post(f"changes/{answer.headers['X-Change-Id']}/undo")

        assert undo.status == 200, (call, undo.json)
        assert content() == before, call
        undone.add(call.path.split("/")[2])
    assert undone == {"workspaces", "clarky", "clara", "inkbox"}

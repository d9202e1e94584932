"""Every address of `config.urls`, by every method: who may call it, and what it costs.

An address that is new fails here until the table of its interface has a row for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.keys import create_key, digest
from crm.known_keys import KNOWN
from crm.models import Agent, ApiKey, Scope, Workspace
from interfaces.compat.door import METHODS
from objects.models import Field, ObjectType
from records.models import Access, JournalEntry, Record
from tests.api_client import Answer, Api
from tests.interfaces.api.calls import BY_THE_OTHER_NAME, BY_TYPE_AND_ID
from tests.interfaces.api.calls import CALLS as API_CALLS
from tests.interfaces.calls import Address, Call, addresses
from tests.interfaces.cast import make_cast
from tests.interfaces.compat.calls import CALLS as DOOR_CALLS
from tests.interfaces.compat.calls import NOWHERE, UNKNOWN_PARAMETER

CALLS = [*API_CALLS, *DOOR_CALLS]
OPEN = {Address("GET", "")}
"""What anybody may ask. The pages of the admin are looked at in its own tests."""

FAMILIES = {
    "page": "page[limit]=1",
    "sort": "sort=name",
    "sortOrder": "sortOrder[column]=name",
    "filter": "filter[name]=a",
    "fields": "fields[person]=name",
    "include": "include=companies",
    "as_of": "as_of=2020-01-01T00:00:00Z",
    "bogus": "bogus=1",
    "Sort": "Sort=name",
}
WRITES = [
    call
    for call in CALLS
    if call.method != "GET"
    and call not in [*BY_THE_OTHER_NAME, *BY_TYPE_AND_ID, *NOWHERE]
]
NO_HTML = {"application/vnd.api+json", "application/json", "text/vcard", ""}
TOLD = re.compile(r"Use ([^.]*)\.")


@pytest.fixture
def cast(api: Api) -> dict[str, str]:
    """The ids of a workspace full of things."""
    return make_cast(api.workspace, api.secret)


def stored() -> list[int]:
    """Return how many rows there are of what calls could make or delete."""
    models = (Record, JournalEntry, Access, Agent, ApiKey, ObjectType, Field)
    return [model._default_manager.count() for model in models]


def secret_of(workspace: Workspace, scope: Scope) -> str:
    """Return a key that has a scope and none beyond it."""
    return create_key(workspace=workspace, scopes=[scope]).secret


def answers(
    calls: list[Call], ask: Callable[[Call], Answer]
) -> dict[str, tuple[int, Any]]:
    """Return the status of each answer, with the errors of those of the API."""
    return {str(call): seen(call, ask(call)) for call in calls}


def seen(call: Call, answer: Answer) -> tuple[int, Any]:
    """Return the status of an answer that is no page, with the API's errors."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    assert media_type in NO_HTML, call
    return answer.status, answer.errors if call in API_CALLS else None


def test_every_address_is_called_below_and_nothing_else() -> None:
    called = {call.address for call in CALLS}
    served = {one for one in addresses() if not one.route.startswith("admin/")}

    assert sorted(served - called) == sorted(OPEN)
    assert sorted(called - served) == []


def test_a_key_is_needed(workspace: Workspace) -> None:
    ids = {"workspace": workspace.slug}

    refused = answers(CALLS, lambda call: call.made(ids, secret=None))

    assert refused == {
        **{str(c): (401, [("not_authenticated", "Authorization")]) for c in API_CALLS},
        **{str(call): (401, None) for call in DOOR_CALLS},
    }


def test_a_key_that_was_revoked_is_refused_by_the_next_request(
    api: Api, cast: dict[str, str]
) -> None:
    new = create_key(workspace=api.workspace, scopes=list(Scope))
    used, row = Api(api.workspace, new.secret), ApiKey.objects.filter(pk=new.key.pk)
    before, refused = stored(), {}

    for call in CALLS:
        row.update(revoked_at=None)
        assert used.get("me").status == 200
        row.update(revoked_at=timezone.now())
        assert KNOWN.recall(digest(new.secret)) is not None
        refused[str(call)] = call.made(cast, new.secret).status

    assert refused == {str(call): 401 for call in CALLS}
    assert stored() == before


@pytest.mark.parametrize("slug", ["globex", "nowhere", "ACME"])
def test_another_workspace_is_not_found_before_a_scope_is_missed(
    workspace: Workspace, stranger: Api, slug: str
) -> None:
    secret = secret_of(workspace, Scope.READ)
    before = stored()

    refused = answers(API_CALLS, lambda call: call.made({"workspace": slug}, secret))

    assert refused == {str(call): (404, [("not_found", "")]) for call in API_CALLS}
    assert stored() == before


def test_what_another_workspace_has_is_not_found_at_the_doors(
    cast: dict[str, str], stranger: Api
) -> None:
    own = Record.objects.filter(workspace__slug=cast["workspace"])
    before = sorted(own.values_list("pk", "version"))
    found = {str(call): call.made(cast, stranger.secret) for call in DOOR_CALLS}

    statuses = {name: answer.status for name, answer in found.items()}
    assert statuses == {str(call): call.stranger for call in DOOR_CALLS}
    assert not [n for n, answer in found.items() if b"Lovelace" in answer.content]
    assert sorted(own.values_list("pk", "version")) == before


def test_a_key_needs_the_scope(workspace: Workspace) -> None:
    ids = {"workspace": workspace.slug}
    less = {Scope.WRITE: Scope.READ, Scope.ADMIN: Scope.WRITE}
    secrets = {scope: secret_of(workspace, less[scope]) for scope in less}
    calls = [call for call in CALLS if call.scope in less]
    before = stored()

    refused = answers(calls, lambda call: call.made(ids, secrets[call.scope]))

    of_api = (403, [("missing_scope", "")])
    assert refused == {str(c): of_api if c in API_CALLS else (403, None) for c in calls}
    assert stored() == before


def told(answer: Answer) -> set[str]:
    """Return the parameters that a refusal says can be used."""
    said = TOLD.search(answer.json["errors"][0]["detail"])
    return set() if said is None else set(said[1].split(", "))


def test_each_address_of_the_api_names_the_parameters_that_it_takes(
    api: Api, cast: dict[str, str]
) -> None:
    before = stored()
    of_other_shapes = [*BY_THE_OTHER_NAME, *BY_TYPE_AND_ID]

    for call in API_CALLS:
        families = {"bogus"} if call in of_other_shapes else FAMILIES.keys()
        for family in families - set(call.takes):
            answer = call.asking(FAMILIES[family]).made(cast, api.secret)

            name = FAMILIES[family].partition("=")[0]
            assert answer.status == 400, call
            assert seen(call, answer)[1] == [("unknown_parameter", name)], call
            assert told(answer) == set(call.takes or ["none here"]), call
    assert stored() == before


def test_each_address_of_the_doors_names_a_parameter_that_it_does_not_know(
    api: Api, cast: dict[str, str]
) -> None:
    calls = [call for call in DOOR_CALLS if call not in NOWHERE]
    before = stored()

    found = {str(c): c.asking("bogus=1").made(cast, api.secret) for c in calls}

    statuses = {str(c): UNKNOWN_PARAMETER[c.path.split("/")[2]] for c in calls}
    assert {name: answer.status for name, answer in found.items()} == statuses
    assert not [n for n, answer in found.items() if b"bogus" not in answer.content]
    assert stored() == before


def test_a_method_that_an_address_does_not_have_is_refused(
    api: Api, cast: dict[str, str]
) -> None:
    served = addresses()
    calls = [
        Call(method, call.path, 0)
        for call in CALLS
        for method in METHODS
        if method != "HEAD" and Address(method, call.address.route) not in served
    ]

    refused = {str(call): seen(call, call.made(cast, api.secret))[0] for call in calls}

    assert refused == {str(call): 405 for call in calls}


def cost(api: Api, cast: dict[str, str], call: Call) -> int:
    """Return how many statements a good call makes, with a key that has been used."""
    used = Api(api.workspace, secret_of(api.workspace, call.by or call.scope))
    used.get("me")  # When a key was last used is noted once a minute.
    with CaptureQueriesContext(connection) as statements:
        answer = call.made(cast, used.secret)
    assert answer.status == call.status, answer.content
    return len(statements)


def test_reads_take_few_statements(api: Api, cast: dict[str, str]) -> None:
    calls = [call for call in CALLS if call.method == "GET" or call in NOWHERE]

    costs = [(cost(api, cast, call), call) for call in calls]

    assert not [(made, str(call)) for made, call in costs if made > call.most]


@pytest.mark.parametrize("call", WRITES, ids=str)
def test_a_write_takes_few_statements(
    api: Api, cast: dict[str, str], call: Call
) -> None:
    assert cost(api, cast, call) <= call.most

"""What is remembered of a key counts only as long as the database says the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.keys import digest
from crm.known_keys import KnownKeys
from crm.models import Agent, ApiKey, RefusedRequest, Scope, Workspace
from tests.api_client import Answer, Api, resource
from tests.interfaces.api.schemas.schema_calls import create_object

PEOPLE = "objects/person/records"
Ask = Callable[[Api], Answer]


def person(api: Api) -> Answer:
    found = api.get(f"{PEOPLE}?filter[name]=Ada").json
    record = found["data"][0]["id"] if "data" in found else "per_nobody"
    return api.get(f"{PEOPLE}/{record}")


READS: dict[str, Ask] = {
    "one": person,
    "a page": lambda api: api.get(PEOPLE),
    "an empty page": lambda api: api.get(f"{PEOPLE}?filter[name]=Nobody"),
    "a walk": lambda api: api.get(f"{PEOPLE}?page[size]=1&page[total]=false"),
    "a page behind the last": lambda api: api.get(f"{PEOPLE}?page[offset]=9"),
    "a query": lambda api: api.post(f"{PEOPLE}/query", {}),
    "a lookup": lambda api: api.post(f"{PEOPLE}/lookup", {"items": ["a@b.example"]}),
    "schemas": lambda api: api.get("schemas"),
    "itself": lambda api: api.get("me"),
    "a mistake": lambda api: api.get(f"{PEOPLE}?filter[nothing]=1"),
    "nobody": lambda api: api.get(f"{PEOPLE}/per_00000000000000000000000000"),
    "no type": lambda api: api.get("objects/nothing/records"),
    "no method": lambda api: api.call("PUT", PEOPLE),
    "options": lambda api: api.call("OPTIONS", PEOPLE),
}

HOUR_AGO = timedelta(hours=-1)
ENDS: dict[str, Callable[[], object]] = {
    "expired": lambda: agents_key().update(expires_at=timezone.now() + HOUR_AGO),
    "rotated": lambda: agents_key().update(digest="0" * 64),
    "of an agent that rests": lambda: Agent.objects.update(is_active=False),
    "deleted": lambda: agents_key().delete(),
}


def agents_key() -> QuerySet[ApiKey]:
    return ApiKey.objects.exclude(agent=None)


@pytest.fixture
def known(scout: Api, api: Api) -> Api:
    """The API, with a key of an agent that has just been used to read."""
    api.post(PEOPLE, resource("person", name="Ada"))
    ApiKey.objects.exclude(agent=None).update(last_used_at=timezone.now())
    assert scout.get(PEOPLE).status == 200
    return scout


def is_refused(answer: Answer) -> bool:
    """Whether nothing was said but that the key is not good, and nothing counted."""
    unknown = [("not_authenticated", "Authorization")]
    is_counted = "X-RateLimit-Limit" in answer.headers
    return (answer.status, answer.errors, is_counted) == (401, unknown, False)


@pytest.mark.parametrize("read", READS)
def test_a_key_that_was_revoked_is_refused_by_the_next_request(
    known: Api, read: str
) -> None:
    agents_key().update(revoked_at=timezone.now())

    answer = READS[read](known)

    assert is_refused(answer)
    assert not RefusedRequest.objects.exists()


@pytest.mark.parametrize("end", ENDS)
def test_so_is_one_that_ended_otherwise(known: Api, end: str) -> None:
    ENDS[end]()

    assert is_refused(known.get(PEOPLE))


def test_an_old_secret_ends_in_time(known: Api) -> None:
    old, later = agents_key().get().digest, timezone.now() + timedelta(hours=1)
    agents_key().update(digest="0" * 64, previous_digest=old, previous_expires_at=later)
    assert known.get(PEOPLE).status == 200

    agents_key().update(previous_expires_at=timezone.now() + HOUR_AGO)

    assert is_refused(known.get(PEOPLE))


def test_what_a_key_may_do_counts_at_once(api: Api) -> None:
    path = f"{PEOPLE}/query"
    assert api.post(path, {}).status == 200

    ApiKey.objects.update(scopes=[Scope.READ])

    assert api.post(path, {}).status == 200
    assert api.post(PEOPLE, resource("person")).status == 403


@pytest.mark.parametrize("name", ["Ada", "Nobody"])
def test_settings_count_at_once(known: Api, workspace: Workspace, name: str) -> None:
    Workspace.objects.update(settings={"default_page_size": 7})

    answer = known.get(f"{PEOPLE}?filter[name]={name}")

    assert answer.json["meta"]["limit"] == 7


def test_a_new_object_type_is_found_at_once(known: Api, api: Api) -> None:
    create_object(api, "Thing")

    assert known.get("objects/c_thing/records").status == 200


def test_a_request_that_begins_anew_counts_once(known: Api) -> None:
    before = int(known.get(PEOPLE).headers["X-RateLimit-Remaining"])
    Workspace.objects.update(settings={"default_page_size": 7})

    after = int(known.get(PEOPLE).headers["X-RateLimit-Remaining"])

    assert after == before - 1


def test_whoever_is_renamed_is_not_found_by_the_old_name(known: Api) -> None:
    Workspace.objects.filter(slug="acme").update(slug="other")

    assert known.get(PEOPLE).status == 404


def finds(request: Callable[[], object]) -> int:
    """Return how often a key was looked for in a statement of its own."""
    with CaptureQueriesContext(connection) as statements:
        request()
    return sum("last_used_at IS NULL" in one["sql"] for one in statements)


def test_a_key_is_looked_for_once_a_minute(
    known: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finds(lambda: known.get(PEOPLE)) == 0

    monkeypatch.setattr("crm.known_keys.LONGEST", 0)

    assert finds(lambda: known.get(PEOPLE)) == 1


def test_writes_look_for_it_always(known: Api) -> None:
    write = partial(known.post, PEOPLE, resource("person"))

    assert finds(write) == 1


def test_remembers_so_many_keys_and_no_more(
    known: Api, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.known_keys.MOST", 1)
    keys, digests = KnownKeys(), [digest(one.secret) for one in (known, api)]

    for one in digests:
        keys.find(one)

    assert [keys.recall(one) is not None for one in digests] == [False, True]

"""Who waits for changes still is who they were, or is told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crm.keys import revoke_key
from crm.models import ApiKey, Workspace
from interfaces.api.waiting import LEFT_SEAT
from tests.api_client import Answer, Api, resource
from tests.interfaces.api.journal.reading import PEOPLE, now, told
from tests.interfaces.api.schemas.schema_calls import create_object


def wait(api: Api, act: Callable[[int], object], seconds: float = 20) -> Answer:
    """Wait for changes, and act in each pause between two looks, with its number."""
    cursor, pauses = now(api), iter(range(1, 100))

    @contextmanager
    def leave() -> Iterator[None]:
        act(next(pauses))
        yield

    api.client.defaults[LEFT_SEAT] = leave  # type: ignore[assignment]  # No text.
    return api.get(f"changes?page[after]={cursor}&max_wait={seconds}")


def test_a_wait_ends_with_the_key(scout: Api) -> None:
    pauses = []

    def act(pause: int) -> None:
        pauses.append(pause)
        revoke_key(key=ApiKey.objects.get())

    answer = wait(scout, act)

    refusal = [("not_authenticated", "Authorization")]
    assert (answer.status, answer.errors, pauses) == (401, refusal, [1])


def test_so_does_one_that_has_begun_anew(scout: Api) -> None:
    def act(pause: int) -> None:
        if pause == 1:
            Workspace.objects.update(settings={"default_page_size": 7})
        else:
            revoke_key(key=ApiKey.objects.get())

    assert wait(scout, act).status == 401


def test_nothing_is_told_that_was_noted_when_the_key_had_ended(
    scout: Api, api: Api
) -> None:
    def act(pause: int) -> None:
        api.post(PEOPLE, resource("person", name="Ada"))
        revoke_key(key=ApiKey.objects.exclude(agent=None).get())

    answer = wait(scout, act)

    assert (answer.status, b"Ada" in answer.content) == (401, False)


def test_a_change_of_the_schemas_is_told_to_who_waits(scout: Api, api: Api) -> None:
    answer = wait(scout, lambda pause: create_object(api, "Thing"))

    (change,) = answer.data
    assert told(change) == ("schema.changed", None)


def test_who_begins_anew_does_not_wait_anew(scout: Api) -> None:
    pauses = []

    def act(pause: int) -> None:
        pauses.append(pause)
        Workspace.objects.update(settings={"default_page_size": pause})

    answer = wait(scout, act, seconds=0.6)

    assert (answer.status, answer.data) == (200, [])
    assert len(pauses) <= 3

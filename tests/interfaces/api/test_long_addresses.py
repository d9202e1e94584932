"""Addresses that are longer than what proxies let through are refused in our words."""

from __future__ import annotations

import pytest

from interfaces.api.view import LONGEST_ADDRESS
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


def filled(api: Api, length: int) -> str:
    """Return a list's address with so many characters, its path and query."""
    path = f"{PEOPLE}?filter[title]="
    whole = f"/v1/workspaces/{api.workspace.slug}/{path}"
    return path + "a" * (length - len(whole) + len("?"))


def test_the_longest_is_answered_and_a_longer_one_refused(api: Api) -> None:
    longest = api.get(filled(api, LONGEST_ADDRESS))
    longer = api.get(filled(api, LONGEST_ADDRESS + 1))

    assert longest.status == 200
    assert (longer.status, longer.errors) == (414, [("uri_too_long", "")])
    assert "/records/query" in longer.json["errors"][0]["detail"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_nothing_is_written(api: Api, method: str) -> None:
    path = filled(api, LONGEST_ADDRESS + 1)

    answer = api.call(method, path, resource("person", name="Ada"))

    assert answer.status == 414
    assert api.get(PEOPLE).data == []


def test_whoever_has_no_key_is_told_that_first(api: Api) -> None:
    api.client.defaults.pop("HTTP_AUTHORIZATION")

    assert api.get(filled(api, LONGEST_ADDRESS + 1)).status == 401

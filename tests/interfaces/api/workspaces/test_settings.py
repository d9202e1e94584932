"""``/settings``: what a workspace may set counts from the next request on."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from crm.models import Workspace
from tests.api_client import Api, items, resource, resources

SETTINGS = "settings"
PEOPLE = "objects/person/records"
ADA = resource("person", email_addresses=items("ada@acme.example"), name="Ada")
DEFAULTS = {
    "bulk_limit": 25,
    "default_country": None,
    "default_page_size": 25,
    "strict_upsert": False,
    "time_zone": "UTC",
    "default_access": "everyone",
    "history_days": None,
    "deleted_days": None,
}


def test_shows_all_settings_as_plain_json(reader: Api) -> None:
    answer = reader.get(SETTINGS)

    assert (answer.status, answer.json) == (200, DEFAULTS)
    assert answer.headers["Content-Type"] == "application/json"


def test_changes_some_settings_and_keeps_the_others(api: Api) -> None:
    api.patch(SETTINGS, {"bulk_limit": 100})

    answer = api.patch(SETTINGS, {"strict_upsert": True})

    changed = {**DEFAULTS, "bulk_limit": 100, "strict_upsert": True}
    assert (answer.status, answer.json) == (200, changed)
    assert api.get(SETTINGS).json == changed


def test_keeps_where_the_workspace_is_at_home(api: Api) -> None:
    changes = {"default_country": "DE", "time_zone": "Europe/Berlin"}

    answer = api.patch(SETTINGS, changes)

    assert (answer.status, answer.json) == (200, DEFAULTS | changes)


def test_null_puts_the_default_in_place(api: Api) -> None:
    api.patch(SETTINGS, {"bulk_limit": 100, "strict_upsert": True})

    api.patch(SETTINGS, dict.fromkeys(DEFAULTS))

    assert api.get(SETTINGS).json == DEFAULTS
    assert Workspace.objects.get().settings == {}


def test_keeps_what_else_is_stored(api: Api) -> None:
    Workspace.objects.update(settings={"colour": "red"})

    api.patch(SETTINGS, {"bulk_limit": 100})

    assert Workspace.objects.get().settings == {"colour": "red", "bulk_limit": 100}


@pytest.mark.parametrize(
    ("changes", "status", "errors"),
    [
        ({"bulk_limit": 0}, 422, [("invalid_value", "/bulk_limit")]),
        ({"bulk_limit": 1001}, 422, [("invalid_value", "/bulk_limit")]),
        ({"bulk_limit": "5"}, 422, [("invalid_value", "/bulk_limit")]),
        ({"bulk_limit": True}, 422, [("invalid_value", "/bulk_limit")]),
        ({"bulk_limit": 5.0}, 422, [("invalid_value", "/bulk_limit")]),
        ({"default_page_size": 0}, 422, [("invalid_value", "/default_page_size")]),
        ({"default_country": "de"}, 422, [("invalid_value", "/default_country")]),
        ({"default_country": "XX"}, 422, [("invalid_value", "/default_country")]),
        ({"default_country": 49}, 422, [("invalid_value", "/default_country")]),
        ({"time_zone": "Berlin"}, 422, [("invalid_value", "/time_zone")]),
        ({"time_zone": "../UTC"}, 422, [("invalid_value", "/time_zone")]),
        ({"time_zone": "localtime"}, 422, [("invalid_value", "/time_zone")]),
        ({"time_zone": ["UTC"]}, 422, [("invalid_value", "/time_zone")]),
        ({"strict_upsert": 1}, 422, [("invalid_value", "/strict_upsert")]),
        ({"default_access": "all"}, 422, [("invalid_value", "/default_access")]),
        ({"history_days": 6}, 422, [("invalid_value", "/history_days")]),
        ({"history_days": True}, 422, [("invalid_value", "/history_days")]),
        ({"history_days": 36_501}, 422, [("invalid_value", "/history_days")]),
        ({"deleted_days": -1}, 422, [("invalid_value", "/deleted_days")]),
        ({"default_access": ["nobody"]}, 422, [("invalid_value", "/default_access")]),
        (
            {"strict_upsert": "yes", "a/b": 1, "bulk_limit": 5},
            422,
            [("invalid_value", "/strict_upsert"), ("unknown_field", "/a~1b")],
        ),
        ([], 400, [("malformed_document", "")]),
        (b"{", 400, [("malformed_document", "")]),
    ],
)
def test_refuses_bad_settings_and_changes_none(
    api: Api, changes: object, status: int, errors: list[tuple[str, str]]
) -> None:
    answer = api.patch(SETTINGS, changes)

    assert (answer.status, answer.errors) == (status, errors)
    assert api.get(SETTINGS).json == DEFAULTS


def test_workspaces_do_not_share_settings(api: Api, stranger: Api) -> None:
    api.patch(SETTINGS, {"bulk_limit": 1})

    assert stranger.get(SETTINGS).json == DEFAULTS


def test_the_bulk_limit_counts_at_once(api: Api) -> None:
    api.patch(SETTINGS, {"bulk_limit": 1})

    body = resources("person", {"name": "Ada"}, {"name": "Grace"})
    answer = api.post(f"{PEOPLE}/bulk", body)

    assert (answer.status, answer.errors) == (422, [("too_many_rows", "/data")])


@pytest.mark.parametrize("collection", [PEOPLE, "api-keys"])
def test_the_page_size_counts_at_once(api: Api, reader: Api, collection: str) -> None:
    api.post(f"{PEOPLE}/bulk", resources("person", {"name": "A"}, {"name": "B"}))

    api.patch(SETTINGS, {"default_page_size": 1})
    answers = [api.get(collection), api.get(f"{collection}?page[limit]=2")]

    assert [len(answer.data) for answer in answers] == [1, 2]
    assert answers[0].json["meta"]["limit"] == 1


def test_no_page_is_longer_than_the_server_allows(api: Api, settings: Settings) -> None:
    api.patch(SETTINGS, {"default_page_size": 1000})

    settings.PAGE_LIMIT = 10

    assert api.get(PEOPLE).json["meta"]["limit"] == 10


@pytest.mark.parametrize("is_bulk", [False, True])
@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({}, 409),
        ({"meta": {"mode": "atomic"}}, 409),
        ({"match_on": "email_addresses"}, 200),
        ({"meta": {"on_match": "update"}}, 200),
        ({"meta": {"on_match": "skip"}}, 200),
    ],
)
def test_strict_upserts_match_only_if_told_to(
    api: Api, extra: dict[str, Any], status: int, is_bulk: bool
) -> None:
    api.post(PEOPLE, ADA)
    api.patch(SETTINGS, {"strict_upsert": True})

    data = [ADA["data"]] if is_bulk else ADA["data"]
    answer = api.post(f"{PEOPLE}/bulk" if is_bulk else PEOPLE, {"data": data, **extra})

    assert answer.status == status
    assert status == 200 or answer.errors[0][0] == "value_taken"


def test_strict_upserts_create_what_is_new(api: Api) -> None:
    api.patch(SETTINGS, {"strict_upsert": True})

    assert api.post(PEOPLE, ADA).status == 201

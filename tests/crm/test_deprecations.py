"""What will be switched off is announced in the answers of its address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.deprecations import Deprecation
from interfaces.api import web_links
from tests.api_client import Api

ROUTE = "v1/workspaces/<str:workspace>/objects/<str:object>/records"
OLD = Deprecation(
    since=datetime(2027, 1, 1, tzinfo=UTC),
    until=datetime(2028, 1, 1, tzinfo=UTC),
    documentation="https://example.com/instead",
)


@pytest.fixture(autouse=True)
def _deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_links, "DEPRECATIONS", {ROUTE: OLD})


def test_answers_say_since_when_and_until_when(api: Api) -> None:
    headers = api.get("objects/person/records").headers

    assert headers["Deprecation"] == "@1798761600"
    assert headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    *_, link = headers["Link"].split(", ")
    assert link == '<https://example.com/instead>; rel="deprecation"; type="text/html"'


def test_so_do_refusals(api: Api) -> None:
    assert "Sunset" in api.get("objects/person/records?nonsense=1").headers


def test_other_addresses_say_nothing(api: Api) -> None:
    headers = api.get("api-keys").headers

    assert {"Deprecation", "Sunset"} & {*headers} == set()

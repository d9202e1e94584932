"""While the database is away every request is answered, and costs one line of log."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = "/v1/workspaces/acme/objects/person/records"
KEY = {"Authorization": "api-key kith_0", "X-API-Key": "kith_0"}


@pytest.fixture(autouse=True)
def _without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")


@pytest.mark.parametrize("path", [PERSON, "/admin/", "/compat/inkbox/contacts/"])
def test_a_request_costs_one_line(path: str, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False, headers=KEY)
    client.cookies["sessionid"] = "a" * 32

    response = client.get(path)

    assert response.status_code == 503
    (record,) = caplog.records
    assert record.getMessage().startswith("The database failed: ")
    assert "\n" not in record.getMessage()
    assert record.exc_info is None


def test_people_see_a_page() -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32

    assert "<h1>Not now</h1>" in client.get("/admin/").content.decode()

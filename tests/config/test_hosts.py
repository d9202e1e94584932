"""A host name that is not ours is refused in words that say what to set."""

from __future__ import annotations

import pytest
from django.test import Client

WORDS = "This host name is not configured"


@pytest.fixture
def stray() -> Client:
    """Somebody who came by a name that ALLOWED_HOSTS does not have."""
    return Client(headers={"Host": "crm.example"})


@pytest.mark.parametrize("path", ["/", "/admin/", "/nothing"])
def test_people_are_told_on_a_page(stray: Client, path: str) -> None:
    response = stray.get(path, headers={"Accept": "text/html"})

    assert response.status_code == 400
    assert f"<h1>{WORDS}</h1>" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/v1/workspaces/acme/objects/person/records"])
def test_programs_are_told_in_a_document(stray: Client, path: str) -> None:
    response = stray.get(path, headers={"Accept": "application/json"})

    ((error),) = response.json()["errors"]
    assert (response.status_code, error["detail"]) == (400, f"{WORDS}.")


def test_the_log_has_one_line_that_names_the_setting(
    stray: Client, caplog: pytest.LogCaptureFixture
) -> None:
    stray.get("/admin/")

    assert caplog.messages == [
        "The host name 'crm.example' is not one of ALLOWED_HOSTS."
    ]
    assert caplog.records[0].exc_info is None

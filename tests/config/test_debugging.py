"""With ``DEBUG=1`` programs get the same documents as without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from tests.browsing import superuser


@pytest.fixture
def client() -> Iterator[Client]:
    with override_settings(DEBUG=True):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["/v1/nothing", "/compat/nothing", "/nothing"])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html"])
def test_what_is_not_there_is_a_document(
    client: Client, path: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})

    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_a_crash_is_a_document(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("interfaces.api.view.WorkspaceViewSet.initial", crash)

    response = client.get("/v1/workspaces/acme/objects/person/records")

    assert response.status_code == 500
    assert response.json()["errors"][0]["code"] == "internal_error"


@pytest.mark.django_db
@pytest.mark.usefixtures("client")
def test_people_see_what_broke() -> None:
    page = superuser().page("/admin/nothing/", status=404)

    assert "DEBUG = True" in page

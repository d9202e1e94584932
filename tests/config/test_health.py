"""``/healthz`` and ``/readyz`` tell a process manager and a load balancer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def ask(path: str) -> tuple[int, dict[str, str]]:
    """Return the status and the body of an answer."""
    response = Client().get(path)
    return response.status_code, response.json()


def test_a_process_that_answers_lives() -> None:
    assert ask("/healthz") == (200, {"status": "ok"})


@pytest.mark.django_db
def test_is_ready_when_the_database_is_up_to_date() -> None:
    assert ask("/readyz") == (200, {"status": "ok"})


@pytest.mark.django_db
def test_is_not_ready_before_migrations() -> None:
    MigrationRecorder.Migration.objects.filter(app="records").delete()

    assert ask("/readyz") == (503, {"status": "migrations not applied"})


@pytest.mark.django_db(transaction=True)
def test_lives_but_is_not_ready_without_a_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    assert ask("/healthz") == (200, {"status": "ok"})
    assert ask("/readyz") == (503, {"status": "database unreachable"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_shows_no_page_for_people_whatever_the_method(path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path)

    assert b"<html" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "kith-web-1", "", "not a host"])
def test_answers_probes_whatever_they_call_the_host(path: str, host: str) -> None:
    response = Client().get(path, headers={"Host": host})

    assert response.status_code == 200

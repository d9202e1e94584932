"""Pages tell browsers to load and run nothing from elsewhere."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_page_has_a_policy(client: Client) -> None:
    policy = client.get("/admin/login/")["Content-Security-Policy"]

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"]


def test_a_document_has_none(client: Client) -> None:
    assert "Content-Security-Policy" not in client.get("/v1/nothing")

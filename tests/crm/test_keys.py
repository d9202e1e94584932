"""A key's secret is shown once, and only a digest of it is kept."""

from __future__ import annotations

import re
from hashlib import sha256

from django.db import connection

from crm.keys import create_key
from crm.models import ApiKey, Scope, Workspace
from crm.sql import query
from tests.api_client import Api

READ = [Scope.READ]


def tables_holding(text: str) -> list[str]:
    """Return the tables of the database in which a row contains a text."""
    return [
        table
        for table in connection.introspection.table_names()
        if query(
            f'SELECT 1 FROM "{table}" row WHERE strpos(row::text, %(text)s) > 0',
            text=text,
        )
    ]


def test_keeps_the_secret_nowhere(workspace: Workspace) -> None:
    secret = create_key(workspace=workspace, scopes=READ, label="Zapier").secret

    Api(workspace, secret).get("objects/person/records")

    assert tables_holding("Zapier") == ["crm_apikey"]
    assert tables_holding(secret) == []
    assert tables_holding(secret.removeprefix("kith_")) == []


def test_keeps_a_digest_and_the_beginning_of_the_secret(workspace: Workspace) -> None:
    key, secret = create_key(workspace=workspace, scopes=READ)

    assert key.digest == sha256(secret.encode()).hexdigest()
    assert key.prefix == secret[:13]


def test_makes_long_secrets_that_differ(workspace: Workspace) -> None:
    secrets = {create_key(workspace=workspace, scopes=READ).secret for _ in range(3)}

    assert len(secrets) == 3
    assert all(re.fullmatch("kith_[0-9a-f]{40}", secret) for secret in secrets)


def test_keeps_each_scope_once_from_least_to_most(workspace: Workspace) -> None:
    scopes = [Scope.ADMIN, Scope.READ, Scope.ADMIN]

    create_key(workspace=workspace, scopes=scopes)

    assert ApiKey.objects.get().scopes == ["read", "admin"]

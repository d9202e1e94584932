"""A key's secret is shown once; what becomes of keys counts at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.utils import timezone

from crm.keys import (
    InvalidOverlap,
    InvalidScopes,
    KeyEnded,
    NewKey,
    create_key,
    expire_key,
    relabel_key,
    revoke_key,
    rotate_key,
)
from crm.models import ApiKey, Scope, Workspace
from crm.sql import query
from tests.api_client import Api

READ = [Scope.READ]
HOUR = timedelta(hours=1)


@pytest.fixture
def new(workspace: Workspace) -> NewKey:
    """A key that may read."""
    return create_key(workspace=workspace, scopes=READ, label="Zapier")


def status(key: ApiKey, secret: str) -> int:
    """Return what a request with a secret is answered."""
    return Api(key.workspace, secret).get("objects/person/records").status


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


def test_has_at_least_one_scope(workspace: Workspace) -> None:
    with pytest.raises(InvalidScopes) as refused:
        create_key(workspace=workspace, scopes=[])

    assert list(refused.value.problems) == ["/attributes/scopes"]


def test_gives_a_key_another_label(new: NewKey) -> None:
    relabel_key(key=new.key, label="Make")

    assert str(ApiKey.objects.get()) == "Make"


def test_takes_the_old_secret_and_the_new_one_while_they_overlap(new: NewKey) -> None:
    rotated = rotate_key(key=new.key)

    assert rotated.key.pk == new.key.pk
    assert rotated.secret != new.secret
    assert [status(*new), status(*rotated)] == [200, 200]


def test_the_overlap_lasts_an_hour_unless_said_otherwise(new: NewKey) -> None:
    before = timezone.now()

    key = rotate_key(key=new.key).key

    assert key.previous_expires_at is not None
    assert before + HOUR <= key.previous_expires_at <= timezone.now() + HOUR


def test_refuses_the_old_secret_once_the_overlap_is_over(new: NewKey) -> None:
    rotated = rotate_key(key=new.key, overlap=HOUR)

    ApiKey.objects.update(previous_expires_at=timezone.now() - HOUR)

    assert [status(*new), status(*rotated)] == [401, 200]


def test_refuses_the_old_secret_at_once_without_overlap(new: NewKey) -> None:
    rotated = rotate_key(key=new.key, overlap=timedelta(0))

    assert [status(*new), status(*rotated)] == [401, 200]


def test_rotating_again_ends_the_oldest_secret(new: NewKey) -> None:
    second = rotate_key(key=new.key)
    third = rotate_key(key=new.key)

    assert [status(*new), status(*second), status(*third)] == [401, 200, 200]


def test_shows_and_keeps_of_a_new_secret_as_little_as_of_the_first(new: NewKey) -> None:
    key, secret = rotate_key(key=new.key)

    assert (key.prefix, key.digest) == (
        secret[:13],
        sha256(secret.encode()).hexdigest(),
    )
    assert tables_holding(secret.removeprefix("kith_")) == []


@pytest.mark.parametrize(
    "overlap", [timedelta(seconds=-1), timedelta(days=30, seconds=1)]
)
def test_secrets_overlap_from_not_at_all_to_thirty_days(
    new: NewKey, overlap: timedelta
) -> None:
    with pytest.raises(InvalidOverlap):
        rotate_key(key=new.key, overlap=overlap)

    assert status(*new) == 200


@pytest.mark.parametrize("moment", ["expires_at", "revoked_at"])
def test_does_not_rotate_a_key_that_has_ended(new: NewKey, moment: str) -> None:
    ApiKey.objects.update(**{moment: timezone.now() - HOUR})

    with pytest.raises(KeyEnded):
        rotate_key(key=new.key)


def test_refuses_a_key_that_was_made_to_expire(new: NewKey) -> None:
    rotated = rotate_key(key=new.key)

    expire_key(key=new.key, expires_at=timezone.now() - HOUR)

    assert [status(*new), status(*rotated)] == [401, 401]


@pytest.mark.parametrize("later", [timezone.now() + HOUR, None])
def test_a_later_time_makes_an_expired_key_good_again(
    new: NewKey, later: datetime | None
) -> None:
    expire_key(key=new.key, expires_at=timezone.now() - HOUR)

    expire_key(key=new.key, expires_at=later)

    assert status(*new) == 200


def test_refuses_all_secrets_of_a_revoked_key(new: NewKey) -> None:
    rotated = rotate_key(key=new.key)

    revoke_key(key=new.key)

    assert [status(*new), status(*rotated)] == [401, 401]


def test_a_key_keeps_the_time_when_it_was_revoked_first(new: NewKey) -> None:
    first = revoke_key(key=new.key).revoked_at

    assert revoke_key(key=new.key).revoked_at == first


def test_no_time_makes_a_revoked_key_good_again(new: NewKey) -> None:
    revoke_key(key=new.key)

    with pytest.raises(KeyEnded):
        expire_key(key=new.key, expires_at=None)

    assert status(*new) == 401

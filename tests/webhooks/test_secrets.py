"""Secrets are kept encrypted, overlap as they change, and sign as the standard says."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from webhooks.secrets import (
    MOST_AT_ONCE,
    first_secret,
    new_secret,
    readable_secrets,
    replaced_by,
)
from webhooks.signatures import Message, signed_headers

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_secret_has_256_bits_and_is_not_kept_as_it_is() -> None:
    secret = new_secret()

    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret[6:] not in str(first_secret(secret))
    assert readable_secrets(first_secret(secret), NOW) == [secret]


def test_former_secret_keys_still_read(settings: Settings) -> None:
    kept = first_secret("whsec_AAAA")

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert readable_secrets(kept, NOW) == ["whsec_AAAA"]


def test_nobody_else_reads_them(settings: Settings) -> None:
    kept = first_secret("whsec_AAAA")

    settings.SECRET_KEY = "another"

    with pytest.raises(InvalidToken):
        readable_secrets(kept, NOW)


def test_a_secret_that_is_replaced_signs_until_the_overlap_is_over() -> None:
    kept = replaced_by("whsec_BBBB", first_secret("whsec_AAAA"), HOUR, NOW)

    assert readable_secrets(kept, NOW + HOUR) == ["whsec_BBBB", "whsec_AAAA"]
    assert readable_secrets(kept, NOW + 2 * HOUR) == ["whsec_BBBB"]


def test_an_overlap_ends_no_later_for_another_change() -> None:
    once = replaced_by("whsec_BBBB", first_secret("whsec_AAAA"), HOUR, NOW)
    twice = replaced_by("whsec_CCCC", once, 5 * HOUR, NOW)

    later = readable_secrets(twice, NOW + 2 * HOUR)

    assert later == ["whsec_CCCC", "whsec_BBBB"]


def test_without_an_overlap_the_former_ones_end_at_once() -> None:
    kept = replaced_by("whsec_BBBB", first_secret("whsec_AAAA"), timedelta(0), NOW)

    assert readable_secrets(kept, NOW) == ["whsec_BBBB"]


def test_so_many_sign_at_once_and_no_more() -> None:
    kept = first_secret(new_secret())
    for _ in range(10):
        kept = replaced_by(new_secret(), kept, HOUR, NOW)

    assert len(readable_secrets(kept, NOW)) == MOST_AT_ONCE


def test_the_official_verifier_accepts_each_secret_and_no_other() -> None:
    secrets = [new_secret() for _ in range(3)]
    message = Message("chg_1", '{"text":"é"}'.encode())

    headers = signed_headers(message, secrets, datetime.now(UTC))

    for secret in secrets:
        assert Webhook(secret).verify(message.body, headers) == {"text": "é"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(message.body, headers)

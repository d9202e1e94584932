"""One attempt to send a delivery: its body is made, signed and sent."""

from __future__ import annotations

import logging
from datetime import datetime

from cryptography.fernet import InvalidToken

from jobs.running import OUTAGES
from webhooks.messages import message_of
from webhooks.models import Delivery
from webhooks.queue.settling import Attempt
from webhooks.secrets import readable_secrets
from webhooks.sending.client import Client, Outcome
from webhooks.sending.urls import fault_of
from webhooks.signatures import Message, signed_headers

logger = logging.getLogger(__name__)

AGENT = "Kith-Webhooks/1.0"


def attempt(delivery: Delivery, client: Client, now: datetime) -> Attempt:
    """Send a delivery, if there is still something to tell, and return what came of it.

    Takes as long as the receiver does, so no transaction should be open. A message that
    cannot be made is one that failed: else it would be tried for ever, without a pause.
    """
    try:
        message = message_of(delivery.endpoint, delivery)
    except OUTAGES:
        raise
    except Exception:
        logger.exception("A message could not be made: %s", delivery.id)
        return Attempt(delivery, Outcome(error="the message cannot be made"), now)
    outcome = None if message is None else send(delivery, message, client, now)
    return Attempt(delivery, outcome, now)


def send(
    delivery: Delivery, message: Message, client: Client, now: datetime
) -> Outcome:
    """Return what came of sending a message of an endpoint."""
    endpoint = delivery.endpoint
    if fault_of(endpoint.url):
        return Outcome(error="address not allowed")  # The settings have changed.
    try:
        secrets = readable_secrets(endpoint.secrets, now)
    except InvalidToken:
        return Outcome(error="the secret cannot be read; rotate it")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "kith-attempt": str(delivery.attempts + 1),
        **({"kith-replay": "1"} if delivery.is_replay else {}),
        **signed_headers(message, secrets, now),
    }
    return client.send(endpoint.url, headers, message.body)

"""Messages that somebody asks for: a test, or one that is sent again."""

from __future__ import annotations

from contextlib import closing

from django.db import transaction
from django.utils import timezone

from crm.locks import lock_row
from webhooks.messages import TEST
from webhooks.models import Delivery, Endpoint
from webhooks.queue.locking import lock_endpoint
from webhooks.queue.outages import HEALTH, note_success
from webhooks.queue.settling import finish, logged
from webhooks.sending.attempts import attempt
from webhooks.sending.client import Client


def send_test(*, endpoint: Endpoint) -> Delivery:
    """Send an endpoint a message without content now, and return what came of it.

    It is not tried again. If it arrives, an endpoint that struggles does no more.
    """
    now = timezone.now()
    delivery = Delivery(
        workspace_id=endpoint.workspace_id, endpoint=endpoint, kind=TEST, created_at=now
    )
    with closing(Client.of()) as client:
        outcome = attempt(delivery, client, now).outcome
    assert outcome is not None
    delivery.attempts, delivery.tried_at = 1, now
    delivery.log = [logged(outcome, now)]
    arrived = outcome.is_success
    finish(delivery, Delivery.State.DELIVERED if arrived else Delivery.State.DEAD)
    with transaction.atomic():
        held = lock_endpoint(endpoint.workspace_id, endpoint.id)
        if held is not None and held.state == Endpoint.State.STRUGGLING and arrived:
            note_success(held, now)
            held.save(update_fields=HEALTH)
        delivery.save(force_insert=True)
    return delivery


@transaction.atomic
def resend(*, delivery: Delivery) -> Delivery:
    """Send a delivery again, in its line, with attempts that count anew.

    An endpoint that struggles is tried at once.
    """
    now = timezone.now()
    endpoint = lock_row(delivery.endpoint)
    delivery = lock_row(delivery)
    if delivery.state != Delivery.State.WAITING:
        delivery.state = Delivery.State.WAITING
        delivery.due = None if is_line_busy(delivery) else now
        delivery.failures, delivery.tried_at = 0, None
        delivery.save(update_fields=["state", "due", "failures", "tried_at"])
    if endpoint.state == Endpoint.State.STRUGGLING:
        endpoint.retry_at = now
        endpoint.save(update_fields=["retry_at"])
    return delivery


def is_line_busy(delivery: Delivery) -> bool:
    """Whether another message of the line waits."""
    waiting = Delivery.objects.filter(
        workspace=delivery.workspace_id,
        endpoint=delivery.endpoint_id,
        line=delivery.line,
        state=Delivery.State.WAITING,
    )
    return delivery.line is not None and waiting.exists()

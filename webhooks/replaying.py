"""Replays: a part of the journal is sent again, by a job that keeps the queue short."""

from __future__ import annotations

import time
from uuid import UUID

from django.utils import timezone

from crm.authentication import Actor
from crm.errors import Refusal
from crm.json_types import JSONObject
from jobs.models import Job
from jobs.queue import enqueue
from webhooks.eyes import view_of
from webhooks.models import Endpoint
from webhooks.queue.fan_out import AGAIN, MOST_READ, room_of, told_between
from webhooks.queue.locking import lock_endpoint

KIND = "replay"
PAUSE = 0.3
"""Seconds in which others go on when the queue is full."""


class NotSending(Refusal):
    """The endpoint is sent nothing: it is disabled, or gone."""

    status = 409
    code = "disabled"
    title = "Webhook disabled"
    source = None


def begin_replay(actor: Actor, endpoint: Endpoint, after: int, until: int) -> Job:
    """Leave it to a job to send again what was noted behind a place, until another.

    Raises:
        NotSending: if the endpoint is disabled.
    """
    if endpoint.state == Endpoint.State.DISABLED:
        raise NotSending("Enable the webhook first.")
    until = min(until, endpoint.cursor)
    places: JSONObject = {"webhook": str(endpoint.id), "from": after, "to": until}
    return enqueue(actor, KIND, places, total=max(until - after, 0))


def replay_more(job: Job) -> bool:
    """Send again the next thousand changes. Return whether there are more.

    Raises:
        NotSending: if the endpoint was disabled meanwhile.
    """
    endpoint_id = UUID(str(job.arguments["webhook"]))
    room = room_of(job.workspace_id, endpoint_id)
    if not room:
        time.sleep(PAUSE)  # Before the lock, which those need who empty the queue.
        return True
    endpoint = lock_endpoint(job.workspace_id, endpoint_id)
    if endpoint is None or endpoint.state == Endpoint.State.DISABLED:
        raise NotSending("The webhook is disabled.")
    until = int(str(job.arguments["to"]))
    start = int(job.cursor.get("reached", job.arguments["from"]))
    end = min(until, start + min(MOST_READ, room))
    if end > start:
        told = told_between(endpoint, view_of(endpoint), start, end)
        sent = told.made(timezone.now(), AGAIN, is_replay=True)
        job.result = {"sent": int((job.result or {}).get("sent", 0)) + sent}
        job.done += end - start
    job.cursor = {"reached": end}
    return end < until

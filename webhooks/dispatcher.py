"""The dispatcher: looks what there is to do, makes deliveries, and has them sent."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from threading import Event
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from jobs.worker import Process
from webhooks.models import Delivery
from webhooks.queue.claims import begin_dispatching, claim, release_orphans
from webhooks.queue.fan_out import fan_out
from webhooks.queue.forgetting import forget_old
from webhooks.queue.looking import Todo, look
from webhooks.queue.settling import settle
from webhooks.sending.attempts import attempt
from webhooks.sending.client import Client

logger = logging.getLogger(__name__)

HOUSEKEEPING = 10
"""Seconds between two looks for what others left behind."""

BREATH = 0.005
"""Seconds between two looks while there is something to do."""

GLANCE = 0.25
"""Seconds after which who rests sees at the latest that the process leaves."""


class Dispatcher:
    """Sends what is due, several messages at a time, until it is told to stop.

    There may be several of them, in processes of their own. Messages that one took and
    did not settle are sent by another: at once if its connection has ended.
    """

    def __init__(
        self,
        client: Client,
        senders: Executor,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.client = client
        self.senders = senders
        self.clock = clock
        self.sent: list[tuple[UUID, Future[None]]] = []
        """The messages that were on their way at the last look, and to whom."""
        self.freed = Event()
        """Set when one is no more, so that there is a sender for another."""
        self.turns: dict[UUID, int] = {}
        """When each endpoint had its last turn, counted in turns."""
        self.number = 0

    def begin(self) -> None:
        """Begin to live, as others see it, and take over what the dead have left."""
        self.number = begin_dispatching()
        release_orphans(self.clock())

    def keep_house(self) -> None:
        """Take over what others have left since, and forget what is long over."""
        release_orphans(self.clock())
        forget_old(self.clock())

    def step(self) -> int:
        """Do what there is to do now, and return how much that was.

        Messages are on their way when it returns.
        """
        return sum(self.try_work_on(todo) for todo in self.in_turn(look(self.clock())))

    def in_turn(self, todos: list[Todo]) -> list[Todo]:
        """Return endpoints in the order in which they take the senders that are free.

        Else those that always have something to send would leave none to the others.
        """
        self.turns = {one: self.turns.get(one, 0) for _, one, *_ in todos}

        busy = self.on_their_way()
        return sorted(
            todos,
            key=lambda todo: (busy[todo.endpoint_id], self.turns[todo.endpoint_id]),
        )

    def try_work_on(self, todo: Todo) -> int:
        """Do what there is to do for an endpoint, or say why that cannot be done.

        What is wrong with one is no reason to leave the others alone.
        """
        try:
            return self.work_on(todo)
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("Nothing was done for the webhook %s.", todo.endpoint_id)
            return 0

    def work_on(self, todo: Todo) -> int:
        """Do what there is to do for an endpoint, and return how much that was."""
        done = 0
        if todo.is_behind:
            done += fan_out(todo.workspace_id, todo.endpoint_id, self.clock())
        room = self.room_for(todo)
        if room <= 0:
            return done
        claimed = claim(todo, self.number, room, self.clock())
        if claimed:
            self.turns[todo.endpoint_id] = 1 + max(self.turns.values())
        for delivery in claimed:
            sent = self.senders.submit(self.deliver, delivery)
            self.sent.append((todo.endpoint_id, sent))
            sent.add_done_callback(lambda _: self.freed.set())
        return done + len(claimed)

    def room_for(self, todo: Todo) -> int:
        """Return how many more messages may be on their way to an endpoint.

        One that hangs leaves half of the senders to the others.
        """
        busy = self.on_their_way()
        free = settings.WEBHOOK_SENDERS - busy.total()
        share = max(settings.WEBHOOK_SENDERS // 2, 1)
        most = min(share, todo.pace) if todo.pace else share
        return min(free, most - busy[todo.endpoint_id])

    def on_their_way(self) -> Counter[UUID]:
        """Return how many messages are on their way to each endpoint."""
        self.sent = [(one, sent) for one, sent in self.sent if not sent.done()]
        return Counter(one for one, _ in self.sent)

    def deliver(self, delivery: Delivery) -> None:
        """Send a delivery and note what came of it.

        If that cannot be noted, it is sent again when the lease is over.
        """
        try:
            made = attempt(delivery, self.client, self.clock())
            settle(made, self.clock())
        except Exception:
            logger.exception("A delivery was not settled: %s", delivery.id)
        finally:
            if not connection.in_atomic_block:
                close_old_connections()


def dispatch_webhooks(process: Process) -> None:
    """Dispatch until the process leaves. What is on its way then is let arrive."""
    senders = ThreadPoolExecutor(settings.WEBHOOK_SENDERS, "webhooks")
    with closing(Client.of()) as client, senders:
        run(Dispatcher(client, senders), process.leaving)


def run(dispatcher: Dispatcher, leaving: Event) -> None:
    """Look again and again, almost without a pause while there is something to do."""
    dispatcher.begin()
    kept_at = monotonic()
    while not leaving.is_set():
        done = dispatcher.step()
        if monotonic() - kept_at > HOUSEKEEPING:
            kept_at = monotonic()
            dispatcher.keep_house()
        rest(dispatcher, leaving, BREATH if done else settings.WEBHOOK_POLL_MS / 1000)


def rest(dispatcher: Dispatcher, leaving: Event, seconds: float) -> None:
    """Wait for some seconds, or until a sender is free or the process leaves."""
    until = monotonic() + seconds
    while not leaving.is_set() and (left := until - monotonic()) > 0:
        if dispatcher.freed.wait(min(left, GLANCE)):
            break
    dispatcher.freed.clear()

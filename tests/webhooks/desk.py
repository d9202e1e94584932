"""A dispatcher whose clock tests move, and which sends while they wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from crm.models import Workspace
from tests.webhooks.receiver import Receiver
from webhooks.dispatcher import Dispatcher
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.sending.client import Client


class AtOnce(Executor):
    """Does what it is given before it returns."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass
class Desk:
    """An endpoint at a receiver, and who sends it messages."""

    receiver: Receiver
    endpoint_id: Any
    secret: str
    now: datetime = field(default_factory=timezone.now)
    seconds: float = 5

    def __post_init__(self) -> None:
        self.client = Client.of(seconds=self.seconds)
        self.dispatcher = Dispatcher(self.client, AtOnce(), lambda: self.now)
        self.dispatcher.begin()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint.objects.get(id=self.endpoint_id)

    @property
    def deliveries(self) -> list[Delivery]:
        """All deliveries in the order of the journal."""
        return list(Delivery.objects.order_by("seq", "created_at"))

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.deliveries]

    def work(self, **later: float) -> None:
        """Send what is due now, or is by and by as time goes by."""
        until = self.now + timedelta(**later)
        while True:
            while self.dispatcher.step():
                pass
            if self.now >= until:
                return
            self.now = min(until, self.next_due())

    def next_due(self) -> datetime:
        """Return when there is something to do again."""
        waiting = Delivery.objects.filter(state="waiting", due__gt=self.now)
        times = [*waiting.values_list("due", flat=True), self.endpoint.retry_at]
        later = [one for one in times if one is not None and one > self.now]
        return min(later, default=self.now + timedelta(days=365))


def make_desk(
    workspace: Workspace, receiver: Receiver, *, seconds: float = 5, **values: Any
) -> Desk:
    """Make an endpoint, and a dispatcher for it."""
    values = {"url": receiver.url, **values}
    cursor = values.pop("cursor", None)
    new = create_endpoint(workspace=workspace, values=values, cursor=cursor)
    return Desk(receiver, new.endpoint.id, new.secret, seconds=seconds)

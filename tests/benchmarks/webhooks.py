"""Webhooks: what writers pay for them, how late messages are, and how fast they go."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_network
from statistics import quantiles
from typing import Any

from django.db import connection
from django.test import override_settings
from django.utils import timezone

from tests.benchmarks.journal import RATE, SECONDS, WRITERS, create, send, write_evenly
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import say
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire
from tests.benchmarks.workspaces import Place, fresh_workspace
from tests.live_server import MANAGE
from tests.webhooks.receiver import Received, Receiver, reply, start_receiver
from webhooks.endpoints import create_endpoint, disable_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.queue.fan_out import fan_out

MANY = 10
"""How many endpoints are told of each write."""

TIMES = 20
CHANGES = 5_000
SENT = 1_000
OWN = {"WEBHOOK_HTTP": "1", "WEBHOOK_NETWORKS": "127.0.0.0/8"}


def bench_webhooks() -> None:
    """Measure writes with webhooks and without, lag, and fan-out against sending."""
    own = {"WEBHOOK_HTTP": True, "WEBHOOK_NETWORKS": [ip_network("127.0.0.0/8")]}
    with override_settings(**own), start_receiver() as receiver:
        bench_writers(receiver)
        bench_lag(receiver)
        bench_fan_out(receiver)
    connection.close()


@contextmanager
def working() -> Iterator[None]:
    """Run a worker, once it has come to its first look."""
    worker = subprocess.Popen([sys.executable, MANAGE, "work"], env=os.environ | OWN)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def hook(place: Place, receiver: Receiver) -> Endpoint:
    """Make an endpoint that is told of all that happens from now on."""
    values = {"url": receiver.url}
    return create_endpoint(workspace=place.workspace, values=values).endpoint


def bench_writers(receiver: Receiver) -> None:
    """Compare writes of which ten endpoints are told with writes of which none is."""
    told, untold = fresh_workspace("told"), fresh_workspace("untold")
    endpoints = [hook(told, receiver) for _ in range(MANY)]
    with serve(KITH) as port, Wire(port) as wire:
        asked = {
            "told": partial(create, partial(send, wire, told)),
            "untold": partial(create, partial(send, wire, untold)),
        }
        alone = measure(asked, times=TIMES)
        with working():
            beside = measure(asked, times=TIMES)
    for endpoint in endpoints:
        disable_endpoint(endpoint=endpoint)
    for when, taken in (("before they are sent", alone), ("while they are", beside)):
        rate = taken["untold"] / taken["told"]
        say(f"writes told to {MANY} endpoints, {when}: {rate:.2f}x  (>= 0.95x)")


def bench_lag(receiver: Receiver) -> None:
    """Measure how long after its answer a write has arrived at an endpoint."""
    place = fresh_workspace("lag")
    hook(place, receiver)
    heard: dict[object, float] = {}
    receiver.answer = partial(note, heard)
    with serve(KITH, threads=WRITERS) as port, working():
        warm_up(port, place, heard)
        with ThreadPoolExecutor(WRITERS) as pool:
            until = time.perf_counter() + SECONDS
            writing = [
                pool.submit(write_evenly, port, place, until) for _ in range(WRITERS)
            ]
            answered = {k: v for one in writing for k, v in one.result().items()}
        wait_until_heard(answered, heard)
    late = quantiles([max(0.0, heard[c] - at) for c, at in answered.items()], n=20)
    say(
        f"{len(answered) / SECONDS:.0f} of {RATE} changes/s, arrived after "
        f"{late[9] * 1000:.0f} ms in the median, p95 {late[-1] * 1000:.0f} ms  "
        "(<= 1000 ms)"
    )


def note(heard: dict[object, float], received: Received, handler: Any) -> None:
    """Take a message, and note when its change was first heard of."""
    heard.setdefault(received.change["batch"], time.perf_counter())
    reply(handler)


def warm_up(port: int, place: Place, heard: dict[object, float]) -> None:
    """Write something, and wait until the worker has told of it."""
    with Wire(port) as wire:
        change = create(partial(send, wire, place))
    wait_until_heard([change], heard)


def wait_until_heard(changes: Any, heard: dict[object, float]) -> None:
    """Wait until changes have arrived."""
    while not heard.keys() >= set(changes):
        time.sleep(0.05)


def bench_fan_out(receiver: Receiver) -> None:
    """Compare how fast deliveries are made with how fast they are sent."""
    place = fresh_workspace("fan-out")
    endpoint = hook(place, receiver)
    receiver.answer = lambda received, handler: reply(handler)
    with serve(KITH, BULK_LIMIT="1000") as port, Wire(port) as wire:
        for _ in range(CHANGES // 1000):
            send(wire, place, "POST", "/bulk", [{"type": "person"}] * 1000)
    begun = time.perf_counter()
    made = 0
    while read := fan_out(place.workspace.id, endpoint.id, timezone.now()):
        made += read
    fanned = made / (time.perf_counter() - begun)
    sent = rate_of_sending(endpoint)
    say(
        f"fan-out {fanned:,.0f}/s, sending {sent:,.0f}/s, {fanned / sent:.1f}x  (>= 5x)"
    )


def rate_of_sending(endpoint: Endpoint) -> float:
    """Return how many messages a second a worker sends that is well under way."""
    with working():
        wait_until_sent(endpoint, SENT // 10)
        begun, early = time.perf_counter(), sent_to(endpoint)
        late = wait_until_sent(endpoint, early + SENT)
        return (late - early) / (time.perf_counter() - begun)


def wait_until_sent(endpoint: Endpoint, many: int) -> int:
    """Wait until so many messages have arrived, and return how many have."""
    while (sent := sent_to(endpoint)) < many:
        time.sleep(0.1)
    return sent


def sent_to(endpoint: Endpoint) -> int:
    """Return how many messages have arrived."""
    return Delivery.objects.filter(endpoint=endpoint, state="delivered").count()

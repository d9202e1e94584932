"""What a server process keeps in memory after many mixed requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import count, islice

import psutil

from tests.benchmarks.reads import KITH
from tests.benchmarks.report import say
from tests.benchmarks.servers import serve
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place

WARM, ALL = 1_000, 10_000


def mixed(place: Place) -> Iterator[bytes]:
    """Yield requests of every sort: reads, searches, writes and mistakes."""
    ask = partial(request, secret=place.secret)
    workspace, people = f"/v1/workspaces/{place.workspace.slug}", place.path
    batch = json.dumps({"data": [{"type": "person"}] * 2}).encode()
    for number in count(1):
        address = {"email_addresses": {"items": [f"memory{number % 500}@example.com"]}}
        person = {"type": "person", "attributes": address | {"title": f"No{number}"}}
        yield ask("POST", people, body=json.dumps({"data": person}).encode())
        yield ask("GET", f"{people}?page[limit]=25")
        yield ask("GET", f"{people}?filter[title]=No{number}")
        yield ask("GET", f"{people}?filter[search]=memory{number % 500}")
        yield ask("GET", f"{people}?sort=name&page[size]=5&page[total]=true")
        yield ask("GET", f"{people}?include=companies&fields[person]=name,companies")
        yield ask("POST", f"{people}/bulk", body=batch)
        yield ask("GET", f"{people}/per_{number}")
        yield ask("POST", people, body=b"{")
        yield ask("GET", f"{workspace}/schemas/person")


def bench_memory(place: Place) -> None:
    """Print how much memory a process has after the first requests, and after all."""
    with serve(KITH) as port, Wire(port) as wire:
        requests = mixed(place)
        send_all(wire, islice(requests, WARM))
        early = memory_of_servers()
        send_all(wire, islice(requests, ALL - WARM))
        late = memory_of_servers()
    say(
        f"memory after {WARM:,} and {ALL:,} mixed requests {early:8.1f} MB "
        f"{late:8.1f} MB {late / early:6.2f}x  (no growth)"
    )


def send_all(wire: Wire, requests: Iterator[bytes]) -> None:
    """Send requests one after the other."""
    for one in requests:
        status, body = wire.send(one)
        assert status < 500, body


def memory_of_servers() -> float:
    """Return the megabytes that the processes which were started here have."""
    processes = psutil.Process().children(recursive=True)
    return float(sum(process.memory_info().rss for process in processes)) / 1_000_000

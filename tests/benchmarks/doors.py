"""The front doors, against the JSON:API doing the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import count

from crm.models import Agent
from tests.benchmarks.reads import KITH
from tests.benchmarks.report import ratio
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import ROUNDS, measure
from tests.benchmarks.wire import Wire
from tests.benchmarks.workspaces import Place

TIMES = 4
ROWS = 200
numbers = count(90_000_000)


def bench_doors(places: list[Place]) -> None:
    """Measure a lookup against reading one, and an upsert against a bulk upsert."""
    with serve(KITH, BULK_LIMIT=str(ROWS)) as port, Wire(port) as wire:
        for place in places:
            bench_lookup(wire, place)
            bench_upsert(wire, place)


def bench_lookup(wire: Wire, place: Place) -> None:
    """Measure a lookup by address against reading one record."""
    address = f"bench{next(numbers)}@example.com"
    body = resources([{"email_addresses": {"items": [address]}}])
    _, made = wire.send(request("POST", f"{place.path}/bulk", jsonapi(place), body))
    path = f"{place.path}/{json.loads(made)['data'][0]['id']}"
    lookup = f"/compat/inkbox/api/v1/contacts/lookup?email={address}"
    taken = measure(
        {
            "lookup": partial(ask, wire, request("GET", lookup, inkbox(place))),
            "get": partial(ask, wire, request("GET", path, jsonapi(place))),
        },
        times=TIMES * 10,
    )
    what = f"lookup by address, {place.workspace}, against reading one"
    ratio(what, taken["lookup"], taken["get"], "<= 1.5x")


def bench_upsert(wire: Wire, place: Place) -> None:
    """Measure an upsert of 200 contacts against the same rows over the JSON:API."""
    agent, _ = Agent.objects.get_or_create(workspace=place.workspace, handle="bench")
    taken = measure(
        {
            "clarky": partial(send, wire, clarky_rows(place, agent)),
            "kith": partial(send, wire, kith_rows(place)),
        },
        times=TIMES,
    )
    what = f"upsert {ROWS}, {place.workspace}, against the JSON:API"
    ratio(what, taken["clarky"], taken["kith"], "<= 2.5x")


def clarky_rows(place: Place, agent: Agent) -> Iterator[bytes]:
    """Return one request after the other, half of whose contacts are new."""
    path = "/compat/clarky/api/v1/contacts/upsert"
    for addresses, phones in batches():
        rows = [
            {"first_name": "Ada", "emails": [one], "phone_numbers": [other]}
            for one, other in zip(addresses, phones, strict=True)
        ]
        body = {"bot_id": str(agent.id), "contacts": rows}
        yield request("POST", path, bearer(place), json.dumps(body).encode())


def kith_rows(place: Place) -> Iterator[bytes]:
    """Return the same requests for the JSON:API."""
    for addresses, phones in batches():
        rows: list[dict[str, object]] = [
            {
                "first_name": "Ada",
                "email_addresses": {"items": [one]},
                "phone_numbers": {"items": [other]},
            }
            for one, other in zip(addresses, phones, strict=True)
        ]
        yield request("POST", f"{place.path}/bulk", jsonapi(place), resources(rows))


def batches() -> Iterator[tuple[list[str], list[str]]]:
    """Return addresses and phones, half of which were in the batch before."""
    old = [next(numbers) for _ in range(ROWS // 2)]
    for _ in range(TIMES * ROUNDS + 1):
        new = [next(numbers) for _ in range(ROWS // 2)]
        both = [*old, *new]
        yield [f"b{n}@example.com" for n in both], [f"+4366{n}" for n in both]
        old = new


def resources(rows: list[dict[str, object]]) -> bytes:
    """Return a document with people."""
    data = [{"type": "person", "attributes": row} for row in rows]
    return json.dumps({"data": data}).encode()


def send(wire: Wire, requests: Iterator[bytes]) -> None:
    """Send the next request and make sure that it did what it should."""
    ask(wire, next(requests))


def ask(wire: Wire, asked: bytes) -> None:
    """Send a request and make sure that it succeeds."""
    status, body = wire.send(asked)
    if status not in {200, 201}:
        raise RuntimeError(body[:500])


def jsonapi(place: Place) -> str:
    """Return the header with the key, as the JSON:API wants it."""
    return f"Authorization: api-key {place.secret}"


def bearer(place: Place) -> str:
    """Return the header with the key, as Clarky wants it."""
    return f"Authorization: Bearer {place.secret}"


def inkbox(place: Place) -> str:
    """Return the header with the key, as Inkbox wants it."""
    return f"X-API-Key: {place.secret}"


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """Return a request as it is on the wire."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body

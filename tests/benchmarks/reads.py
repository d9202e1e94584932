"""Reads over HTTP, against the least that could answer them and against small data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg import ClientCursor

from crm.authentication import find_actor
from crm.jsonapi.listings import Slice
from crm.jsonapi.queries import Place as RequestPlace
from objects.catalog import Catalog
from records.reading.reader import RecordReader
from tests.benchmarks.report import ratio, say
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place

KITH = "config.wsgi:application"
BARE = "tests.benchmarks.bare:application"
WALK = "page[size]=25&page[total]=false"

LISTS = {
    "list 25": "",
    "equality, rare": "filter[name]=person 0000500 müller",
    "equality, unique": "filter[email_addresses]=person500@example500.com",
    "equality, common": f"filter[title]=buyer&{WALK}",
    "equality, common, total": "filter[title]=buyer",
    "membership, rare": "filter[tags]=batch 50",
    "membership, common": f"filter[tags]=customer&{WALK}",
    "range, indexed": f"filter[last_contacted_at][gte]=2025-12-01&{WALK}",
    "sort, indexed": "sort=name",
    "sort, indexed, downward": "sort=-last_contacted_at",
    "search, rare": "filter[search]=quetzalcoatl",
    "search, common": f"filter[search]=müller&{WALK}",
    "relation hop, rare": "filter[companies.domains]=company5.example",
}
"""What is asked for. What is common is walked, and only once counted."""


class Case(NamedTuple):
    """The same question, to a small workspace and to a large one."""

    name: str
    paths: tuple[str, str]


def cases(places: list[Place]) -> Iterator[Case]:
    """Return all that is measured."""
    for name, asked in LISTS.items():
        encoded = quote(asked, safe="=&")
        small, large = (f"{place.path}?{encoded}".rstrip("?") for place in places)
        yield Case(name, (small, large))
    small, large = (newest(place) for place in places)
    yield Case("get one", (small, large))
    small, large = (middle_page(place) for place in places)
    yield Case("middle offset, total", (small, large))
    small, large = (deep_page(place) for place in places)
    yield Case("page 30 and 5,000 by cursor", (small, large))


def newest(place: Place) -> str:
    """Return the address of the newest person."""
    client = Client(headers={"Authorization": f"api-key {place.secret}"})
    record_id = client.get(f"{place.path}?page[limit]=1").json()["data"][0]["id"]
    return f"{place.path}/{record_id}"


def middle_page(place: Place) -> str:
    """Return the address of a page by offset, with as many people before as behind."""
    client = Client(headers={"Authorization": f"api-key {place.secret}"})
    many = client.get(f"{place.path}?page[limit]=1").json()["meta"]["total_records"]
    return f"{place.path}?page[offset]={many // 2}"


def deep_page(place: Place) -> str:
    """Return the address of a page by cursor, as deep as the workspace allows."""
    actor = find_actor(place.secret, "")
    catalog = Catalog.of(actor.workspace)
    people = RecordReader(actor, catalog, catalog.schema("person"))
    listing = people.listing(RequestPlace("page"))
    depth = 125_000 if listing.total() > 125_000 else 750
    _, (position,) = listing.read(Slice(1, depth))
    return f"{place.path}?page[size]=25&page[after]={listing.cursor(position)}"


class Notes:
    """Notes the statements that run, with their values."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(
        self,
        execute: Callable[..., object],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> object:
        """Note a statement and run it."""
        self.statements.append(ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)


def statements(place: Place, path: str) -> list[str]:
    """Return the statements with which the API answers."""
    client = Client(headers={"Authorization": f"api-key {place.secret}"})
    client.get(path)
    notes = Notes()
    with connection.execute_wrapper(notes):
        response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(response.content[:500])
    return notes.statements


def ask(wire: Wire, asked: bytes) -> None:
    """Send a request and make sure that it is answered."""
    status, body = wire.send(asked)
    if status != 200:
        raise RuntimeError(body[:500])


def run(plan: list[str]) -> None:
    """Run statements and read what they return."""
    with connection.cursor() as cursor:
        for statement in plan:
            cursor.execute(statement.replace("%", "%%"), [])
            cursor.fetchall()


def bench_reads(places: list[Place]) -> None:
    """Measure each case: against bare WSGI, against little data, and in SQL alone."""
    settings.RATE_LIMIT = 0
    settings.ALLOWED_HOSTS = ["*"]
    asked = list(cases(places))
    plans = {
        path: statements(place, path)
        for case in asked
        for place, path in zip(places, case.paths, strict=True)
    }
    bare = serve(BARE, BARE_PLANS=json.dumps(plans))
    with serve(KITH) as ours, bare as theirs, Wire(ours) as kith, Wire(theirs) as least:
        for case in asked:
            small, large = (
                request("GET", path, place.secret)
                for place, path in zip(places, case.paths, strict=True)
            )
            taken = measure(
                {
                    "small": partial(ask, kith, small),
                    "large": partial(ask, kith, large),
                    "bare small": partial(ask, least, small),
                    "bare large": partial(ask, least, large),
                    "sql": partial(run, plans[case.paths[1]]),
                },
                times=40,
            )
            report(case, taken)


def report(case: Case, taken: dict[str, float]) -> None:
    """Print how a case compares."""
    is_basic = case.name in {"list 25", "get one"}
    budget = "<= 3x" if is_basic else ""
    for size in ("small", "large"):
        what = f"{case.name}, {size}, against bare WSGI"
        ratio(what, taken[size], taken[f"bare {size}"], budget)
    budget = {"list 25": "<= 1.2x"}.get(case.name, "")
    budget = "<= 2x of list 25" if "cursor" in case.name else budget
    ratio(f"{case.name}, large against small", taken["large"], taken["small"], budget)
    is_rare = "rare" in case.name or "unique" in case.name
    say(f"{'':48} {taken['sql']:9.3f} ms in SQL{'  (<= 5 ms)' if is_rare else ''}")

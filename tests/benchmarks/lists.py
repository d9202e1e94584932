"""Lists and single reads over HTTP, against the least that could answer them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg import ClientCursor

from tests.benchmarks.report import ratio
from tests.benchmarks.servers import serve
from tests.benchmarks.timing import measure
from tests.benchmarks.wire import Wire, request
from tests.benchmarks.workspaces import Place

KITH = "config.wsgi:application"
BARE = "tests.benchmarks.bare:application"


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
        client.get(path)
    return notes.statements


def newest(place: Place) -> str:
    """Return the address of the newest person."""
    client = Client(headers={"Authorization": f"api-key {place.secret}"})
    identity = client.get(f"{place.path}?page[limit]=1").json()["data"][0]["id"]
    return f"{place.path}/{identity}"


def bench_lists(places: list[Place]) -> None:
    """Measure list 25 and get one, and compare the sizes."""
    settings.RATE_LIMIT = 0
    settings.ALLOWED_HOSTS = ["*"]
    paths = {
        "list 25": [p.path for p in places],
        "get one": [newest(p) for p in places],
    }
    plans = {
        path: statements(place, path)
        for kind in paths.values()
        for place, path in zip(places, kind, strict=True)
    }
    bare = serve(BARE, BARE_PLANS=json.dumps(plans))
    with serve(KITH) as ours, bare as theirs, Wire(ours) as kith, Wire(theirs) as least:
        for what, kind in paths.items():
            calls: dict[str, Callable[[], object]] = {}
            for place, path in zip(places, kind, strict=True):
                asked = request("GET", path, place.secret)
                calls[f"kith {place.workspace}"] = partial(kith.send, asked)
                calls[f"bare {place.workspace}"] = partial(least.send, asked)
            taken = measure(calls, times=60)
            for place in places:
                name = place.workspace.slug
                ours_ms, theirs_ms = taken[f"kith {name}"], taken[f"bare {name}"]
                ratio(f"{what}, {name}, against bare WSGI", ours_ms, theirs_ms, "<= 3x")
            small, large = (taken[f"kith {place.workspace}"] for place in places)
            ratio(f"{what}, large against small", large, small, "<= 1.2x")

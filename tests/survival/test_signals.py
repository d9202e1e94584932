"""One signal ends everything, and what was asked for before is answered."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import httpx
import pytest
from django.db import transaction

from tests.api_client import Api, resource
from tests.live_server import (
    BACKGROUND,
    FOREGROUND,
    NO_CERTIFICATES,
    Kith,
    begin,
    database_url,
    free_port,
    new_database,
    start,
)
from tests.races.crowd import until_waiting
from tests.survival.rounds import moment, rounds

PEOPLE = "/v1/workspaces/acme/objects/person/records"

WAYS: dict[str, Callable[[Kith], int]] = {
    "Ctrl-C": Kith.press_control_c,
    "INT": lambda kith: kith.end(signal.SIGINT),
    "TERM": lambda kith: kith.end(signal.SIGTERM),
}


@contextmanager
def load(url: str) -> Iterator[None]:
    """Let clients ask one thing after the other."""
    over = Event()

    def ask() -> None:
        with httpx.Client(base_url=url, verify=NO_CERTIFICATES) as client:
            while not over.is_set():
                with suppress(httpx.TransportError):
                    client.get("/admin/login/")

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask)
        try:
            yield
        finally:
            over.set()


@pytest.mark.django_db
@pytest.mark.parametrize("shell", [FOREGROUND, BACKGROUND])
@pytest.mark.parametrize("way", WAYS)
def test_one_signal_ends_everything(tmp_path: Path, way: str, shell: str) -> None:
    data, port = tmp_path / "data", free_port()
    with new_database() as url:
        for _ in rounds(short=1, long=9):
            with begin(data, port, shell=shell, DATABASE_URL=url, WORKERS="2") as kith:
                until_it_speaks(kith)
                with load(kith.url):
                    time.sleep(moment(6))
                    assert WAYS[way](kith) in {0, 128 + 2, 128 + 15}, kith.printed


def until_it_speaks(kith: Kith) -> None:
    """Wait until it has begun to work. Before that Python itself ends it."""
    while not kith.printed and kith.process.poll() is None:
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_what_was_asked_for_before_is_answered(
    tmp_path: Path, api: Api, way: str
) -> None:
    ada = api.post("objects/person/records", resource("person")).id
    with (
        start(tmp_path / "data", free_port(), DATABASE_URL=database_url()) as kith,
        kith.client(api.secret) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        with transaction.atomic():
            api.patch(f"objects/person/records/{ada}", resource("person", name="Ada"))
            asked = pool.submit(
                client.patch, f"{PEOPLE}/{ada}", json=resource("person", title="Dr")
            )
            until_waiting(asked)
            ended = pool.submit(WAYS[way], kith)
            time.sleep(1)  # It has time to forget what it was asked for.

        assert asked.result().status_code == 200
        assert ended.result() == 0

"""A page of another origin reads and writes records, if its origin is one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests.live_server import Kith, free_port, new_database, start

WRITES_AND_READS = """
async ({ address, key }) => {
  const headers = {
    Authorization: `api-key ${key}`,
    "Content-Type": "application/vnd.api+json",
    "Idempotency-Key": "one",
  };
  const body = { data: { type: "person", attributes: { name: "Ada" } } };
  const made = await fetch(address, {
    method: "POST", headers, body: JSON.stringify(body),
  });
  const { data } = await made.json();
  const read = await fetch(`${address}/${data.id}`, { headers });
  const changed = await fetch(`${address}/${data.id}`, {
    method: "PATCH",
    headers: {
      ...headers, "Idempotency-Key": "two", "If-Match": read.headers.get("ETag"),
    },
    body: JSON.stringify({
      data: { type: "person", id: data.id, attributes: { title: "Countess" } },
    }),
  });
  const list = await fetch(`${address}?page[limit]=1`, { headers });
  return [
    made.status, made.headers.get("X-Change-Id") !== null,
    changed.status, (await changed.json()).data.attributes.title,
    list.headers.get("Link").includes('rel="first"'),
  ];
}
"""
TRIES = """
async ({ address, key }) => {
  try {
    await fetch(address, { headers: { Authorization: `api-key ${key}` } });
    return "answered";
  } catch {
    return "refused";
  }
}
"""


class Blank(BaseHTTPRequestHandler):
    """Serves a page without anything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def page_server() -> Iterator[str]:
    """Serve a page from an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def app() -> Iterator[str]:
    """The origin in CORS_ORIGINS."""
    with page_server() as origin:
        yield origin


@pytest.fixture(scope="module")
def open_kith(
    app: str,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Kith]:
    """A server that lets pages of that origin call it."""
    data = tmp_path_factory.mktemp("open") / "data"
    with (
        new_database() as url,
        start(data, free_port(), DATABASE_URL=url, CORS_ORIGINS=app) as running,
    ):
        yield running


def run(browser: Browser, origin: str, kith: Kith, script: str) -> object:
    """Return what a script gives on a page of an origin."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(origin)
        address = f"{kith.url}/v1/workspaces/demo/objects/person/records"
        return page.evaluate(
            script, {"address": address, "key": kith.secret("API key")}
        )


def test_its_own_page_reads_and_writes(
    browser: Browser, app: str, open_kith: Kith
) -> None:
    assert run(browser, app, open_kith, WRITES_AND_READS) == [
        *(201, True),
        *(200, "Countess"),
        True,
    ]


def test_another_page_does_not(browser: Browser, open_kith: Kith) -> None:
    with page_server() as stranger:
        assert run(browser, stranger, open_kith, TRIES) == "refused"


def test_without_origins_no_page_does(browser: Browser, app: str, kith: Kith) -> None:
    assert run(browser, app, kith, TRIES) == "refused"

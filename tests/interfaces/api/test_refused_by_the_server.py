"""What the server refuses before we see it, as docs/operating.md says."""

from __future__ import annotations

import socket

import pytest
from httpx import URL

from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = b"/v1/workspaces/acme/me"


def ask(server: LiveServer, address: bytes, headers: bytes = b"") -> bytes:
    """Send a request as it is written, and return the answer."""
    url = URL(server.url)
    head = b"GET " + address + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall(head + headers + b"\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (ADDRESS + b"?a=<", b"", b"400"),
        (ADDRESS + b"?a=>", b"", b"400"),
        (ADDRESS + b'?a="', b"", b"400"),
        (ADDRESS + b"?a=\xff", b"", b"400"),
        (ADDRESS + b"?" + b"a" * 66_000, b"", b"414"),
        (ADDRESS, b"X-A: a\r\n" * 101, b"431"),
    ],
)
def test_is_answered_without_a_document(
    server: LiveServer, address: bytes, headers: bytes, status: bytes
) -> None:
    answer = ask(server, address, headers)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == status
    assert body == b""
    assert b"x-request-id" not in head.lower()


@pytest.mark.parametrize(
    "address", [ADDRESS + b"?a={}", ADDRESS + b"?" + b"a" * 60_000]
)
def test_braces_and_long_addresses_reach_us(server: LiveServer, address: bytes) -> None:
    head = ask(server, address).partition(b"\r\n\r\n")[0]

    assert b"401" in head.split(b"\r\n")[0]
    assert b"x-request-id" in head.lower()

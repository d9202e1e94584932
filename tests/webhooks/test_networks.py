"""No spelling of an address leads a message to where it may not go."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_network
from select import select
from typing import Any

import pytest
from pytest_django import Settings

from webhooks.sending.client import Client
from webhooks.sending.guard import resolve_by_system
from webhooks.sending.networks import is_allowed, read_address
from webhooks.sending.urls import fault_of

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.000.000.001",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001::7f00:1]",
    "[2001:db8::1]",
    "[5f00::1]",
    "[3fff::1]",
    "[::ffff:0:7f00:1]",
    "[4000::1]",
]


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Who listens at each address of this machine."""
    six = {"family": socket.AF_INET6, "dualstack_ipv6": True}
    place: Any = six if socket.has_dualstack_ipv6() else {}
    with socket.create_server(("", 0), **place) as made:
        made.setblocking(False)
        yield made


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0", "localhost"])
def test_who_connects_is_noticed(host: str, listener: socket.socket) -> None:
    socket.create_connection((host, listener.getsockname()[1])).close()

    assert select([listener], [], [], 5)[0]
    listener.accept()[0].close()


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_an_inner_address_is_sent_to(
    host: str, listener: socket.socket
) -> None:
    url = f"https://{host}:{listener.getsockname()[1]}/hooks"

    with closing(Client.of(seconds=2)) as client:
        outcome = client.send(url, {}, b"{}")

    assert outcome.error in {"address not allowed", "no connection"}
    with pytest.raises(BlockingIOError):
        listener.accept()
    if "localhost" not in host.lower():
        assert fault_of(url)


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_an_inner_address_is_judged_as_an_outer_one(host: str) -> None:
    try:
        found = resolve_by_system(host.strip("[]").replace("%25", "%"), 9)
    except OSError:
        found = []  # No resolver takes it for an address.

    assert not [one for one in found if is_allowed(read_address(one))]


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_addresses_of_the_internet_are_allowed(address: str) -> None:
    assert is_allowed(read_address(address))


def test_the_owner_of_the_machine_may_allow_a_network_and_no_other() -> None:
    own = [ip_network("10.1.0.0/16")]

    assert is_allowed(read_address("10.1.2.3"), own)
    assert is_allowed(read_address("::ffff:10.1.2.3"), own)
    assert not is_allowed(read_address("10.2.0.1"), own)


TAKEN = [
    "https://example.com",
    "https://example.com/hooks?a=b",
    "https://example.com:8443/",
    "https://xn--mnchen-3ya.example/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://a_b.example.com/",
]
REFUSED = [
    "http://example.com/",
    "ftp://example.com/",
    "https://",
    "https:///hooks",
    "example.com/hooks",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://example.com/#part",
    "https://example.com/#",
    "https://exa mple.com/",
    "https://example.com/a b",
    "https://example.com\\@127.0.0.1/",
    "https://münchen.example/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://-example.com/",
    "https://exam%70le.com/",
    "https://[::1/",
    "https://[v1.a]/",
    "https://1.2.3/",
    "https://example.0x1/",
    "https://example.com/\r\nHost:",
    "https://example.com/" + "a" * 2048,
    "https://" + "a" * 64 + ".example/",
    "",
]


@pytest.mark.parametrize("url", TAKEN)
def test_takes(url: str) -> None:
    assert fault_of(url) == ""


@pytest.mark.parametrize("url", REFUSED)
def test_refuses(url: str) -> None:
    assert fault_of(url)


def test_takes_plain_http_only_if_the_settings_do(settings: Settings) -> None:
    settings.WEBHOOK_HTTP = True

    assert fault_of("http://example.com/") == ""

"""The one client: nothing leads it elsewhere, and nothing holds it for long."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest

from tests.webhooks.receiver import Received, Receiver, always, reply, start_receiver
from webhooks.sending.client import MOST_KEPT, Client, Outcome


def send(receiver: Receiver, *, seconds: float = 5) -> Outcome:
    """Send something to a receiver."""
    with closing(Client.of(seconds=seconds)) as client:
        return client.send(receiver.url, {"a": "b"}, b"{}")


def test_an_answer_of_200_to_299_is_a_success(receiver: Receiver) -> None:
    outcomes = []
    for status in (200, 204, 299, 300, 404, 500):
        receiver.answer = always(status)
        outcomes.append(send(receiver).is_success)

    assert outcomes == [True, True, True, False, False, False]


def test_a_redirect_is_a_failure_and_never_followed(receiver: Receiver) -> None:
    with start_receiver() as other:
        receiver.answer = always(307, Location=other.url)
        outcome = send(receiver)

    assert (outcome.status, outcome.error) == (307, "refused")
    assert other.received == []


def test_a_resolver_that_changes_its_mind_leads_nowhere(receiver: Receiver) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["8.8.8.8", "10.0.0.1"]])
    url = receiver.url.replace("127.0.0.1", "rebinding.example")
    receiver.answer = always(200, Connection="close")

    with closing(Client.of(lambda host, port: next(answers), seconds=1)) as client:
        allowed, inner, mixed = (client.send(url, {}, b"") for _ in range(3))

    assert allowed.status == 200  # This network is our own here.
    assert inner.error == mixed.error == "address not allowed"
    assert len(receiver.received) == 1


def test_a_connection_goes_to_the_address_that_was_judged(receiver: Receiver) -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    url = receiver.url.replace("127.0.0.1", "once.example")
    with closing(Client.of(resolve, seconds=5)) as client:
        outcome = client.send(url, {}, b"")

    assert outcome.status == 200
    assert asked == ["once.example"]
    assert receiver.received[0].headers["host"].startswith("once.example:")


def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_receiver() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        outcome = send(receiver)

    assert outcome.status == 200
    assert proxy.received == []


def drip(received: Received, handler: Any) -> None:
    """Answer so slowly that no single step takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b".")
        time.sleep(0.02)


def drip_headers(received: Received, handler: Any) -> None:
    """Answer with a header that does not end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(1000):
        handler.wfile.write(b".")
        time.sleep(0.02)


def hang(received: Received, handler: Any) -> None:
    """Answer nothing."""
    time.sleep(3)


@pytest.mark.parametrize("answer", [drip, drip_headers, hang])
def test_the_deadline_is_for_all_of_it(receiver: Receiver, answer: Any) -> None:
    receiver.answer = answer

    started = time.monotonic()
    outcome = send(receiver, seconds=0.3)

    assert outcome.error == "no answer in time"
    assert time.monotonic() - started < 2


def test_a_resolver_that_hangs_is_not_waited_for(receiver: Receiver) -> None:
    def resolve(host: str, port: int) -> list[str]:
        time.sleep(3)
        return []

    client = Client.of(resolve, seconds=0.2)

    outcome = client.send("https://example.com/", {}, b"")

    assert outcome.error == "no answer in time"


def test_the_beginning_of_an_answer_is_kept(receiver: Receiver) -> None:
    receiver.answer = lambda received, handler: reply(handler, 500, b"\x00\xff" * 2**20)

    outcome = send(receiver)

    assert outcome.excerpt == "\N{REPLACEMENT CHARACTER}" * MOST_KEPT


def test_nobody_there_is_a_failure(receiver: Receiver) -> None:
    outcome = send(Receiver("http://127.0.0.1:9/"))

    assert (outcome.status, outcome.error) == (None, "no connection")


def test_what_does_not_speak_http_is_a_failure(receiver: Receiver) -> None:
    receiver.answer = lambda received, handler: handler.wfile.write(
        b"SSH-2.0-x\r\n\r\n"
    )

    assert send(receiver).error == "no answer in HTTP"

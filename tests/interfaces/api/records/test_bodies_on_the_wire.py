"""Bodies as they arrive at a real server: in chunks, too long, or not whole."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from httpx import URL, Client, Response

from records.models import Record
from tests.api_client import Api, resource
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
JSONAPI = "application/vnd.api+json"
ADA = json.dumps(resource("person", name="Ada")).encode()
LARGE = b'{"data": "' + b"x" * 20_000_000 + b'"}'


@pytest.fixture
def client(api: Api, server: LiveServer) -> Iterator[Client]:
    with server.client(api.workspace, api.secret) as client:
        client.headers["Content-Type"] = JSONAPI
        yield client


def in_chunks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def codes(response: Response) -> tuple[int, list[str]]:
    """Return the status of an answer and the codes of its errors."""
    assert response.headers["Content-Type"] == JSONAPI
    return response.status_code, [e["code"] for e in response.json()["errors"]]


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_reads_a_body_that_comes_in_chunks(client: Client, size: int) -> None:
    response = client.post(PEOPLE, content=in_chunks(ADA, size))

    assert response.status_code == 201
    assert response.json()["data"]["attributes"]["name"] == "Ada"


def test_reads_a_bulk_delete_that_comes_in_chunks(client: Client) -> None:
    person = client.post(PEOPLE, content=ADA).json()["data"]["id"]
    body = json.dumps({"items": [person]}).encode()

    response = client.request("DELETE", PEOPLE, content=in_chunks(body, 5))

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", ADA[:-1]])
def test_refuses_chunks_that_are_no_document(client: Client, body: bytes) -> None:
    response = client.post(PEOPLE, content=in_chunks(body, 3))

    assert codes(response) == (400, ["malformed_document"])
    assert not Record.objects.exists()


def test_refuses_a_body_that_is_too_large(client: Client) -> None:
    response = client.post(PEOPLE, content=LARGE)

    assert codes(response) == (413, ["too_large"])
    assert response.headers["Connection"] == "close"
    assert not Record.objects.exists()


def test_refuses_chunks_that_are_too_large(client: Client) -> None:
    response = client.post(PEOPLE, content=in_chunks(LARGE, 1_000_000))

    assert codes(response) == (413, ["too_large"])
    assert response.headers["Connection"] == "close"
    assert not Record.objects.exists()


def test_refuses_a_body_that_ends_too_early(client: Client) -> None:
    url = URL(str(client.base_url))
    head = (
        f"POST {url.path}{PEOPLE} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {client.headers['Authorization']}\r\n"
        f"Content-Type: {JSONAPI}\r\nContent-Length: {len(ADA) + 1}\r\n\r\n"
    )

    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode() + ADA)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1000)

    assert not Record.objects.exists()


def test_answers_head_like_get_without_a_body(client: Client) -> None:
    head, get = client.head(PEOPLE), client.get(PEOPLE)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]

"""Clients that send slowly, or never end, keep nobody else waiting."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from time import sleep

import pytest

from crm.keys import create_key
from crm.models import Scope, Workspace
from crm.sql import query
from tests.live_server import LiveServer, start_server

pytestmark = pytest.mark.django_db(transaction=True)

SEATS = 4
SECONDS = 2
"""How long a body may take."""

ANNOUNCED = "Content-Length: 1000\r\n\r\n{"
IN_CHUNKS = "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
WAYS = pytest.mark.parametrize("way", [ANNOUNCED, IN_CHUNKS])


@pytest.fixture(scope="module")
def impatient(django_db_setup: None) -> Iterator[LiveServer]:
    """A server that waits for bodies only for a moment."""
    with start_server(
        threads=SEATS, BODY_TIMEOUT=str(SECONDS), PGAPPNAME="impatient"
    ) as server:
        yield server


@pytest.fixture
def secret(workspace: Workspace) -> str:
    return create_key(workspace=workspace, scopes=list(Scope)).secret


def begin(server: LiveServer, path: str, way: str, *headers: str) -> socket.socket:
    """Begin to send a body, and stop."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", *headers]
    sent = "\r\n".join([*lines, "Content-Type: application/json", way])
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    connection.sendall(sent.encode())
    return connection


def received(connection: socket.socket) -> bytes:
    """Return all that comes until the connection ends."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def read_answer(connection: socket.socket) -> tuple[int, str, bytes]:
    """Return the status, the media type and the content of what comes."""
    head, _, content = received(connection).partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    named = dict(line.lower().split(": ", 1) for line in headers)
    return int(status.split()[1]), named["content-type"], content


def hold(
    server: LiveServer, path: str, *headers: str, many: int
) -> Sequence[socket.socket]:
    """Let many clients begin to send, in either way."""
    ways = [ANNOUNCED, IN_CHUNKS] * (many // 2)
    return [begin(server, path, way, *headers) for way in ways]


def test_others_are_answered_while_many_send_nothing(
    impatient: LiveServer, workspace: Workspace, secret: str
) -> None:
    path = f"/v1/workspaces/{workspace.slug}/objects/person/records"
    with ExitStack() as stack:
        for connection in hold(impatient, path, many=60):
            stack.enter_context(connection)

        client = stack.enter_context(impatient.client(workspace, secret))
        answers = [client.get("objects/person/records") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


@WAYS
def test_a_body_that_never_ends_is_given_up(
    impatient: LiveServer, workspace: Workspace, secret: str, way: str
) -> None:
    path = f"/v1/workspaces/{workspace.slug}/objects/person/records"

    with begin(impatient, path, way, f"Authorization: api-key {secret}") as connection:
        status, media_type, content = read_answer(connection)

    assert (status, media_type) == (408, "application/json")
    (error,) = json.loads(content)["errors"]
    assert (error["code"], error["status"]) == ("timeout", "408")


@WAYS
def test_a_body_that_drips_is_given_up(
    impatient: LiveServer, workspace: Workspace, secret: str, way: str
) -> None:
    path = f"/v1/workspaces/{workspace.slug}/objects/person/records"
    drop = b" " if way == ANNOUNCED else b"1\r\n \r\n"

    with begin(impatient, path, way, f"Authorization: api-key {secret}") as connection:
        connection.settimeout(0.2)
        answer = b""
        while not answer:
            connection.sendall(drop)
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                continue

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/compat/clarky/api/v1/contacts", "Authorization: Bearer"),
        ("/compat/clara/contacts", "Authorization: Bearer"),
        ("/compat/inkbox/api/v1/contacts", "X-API-Key:"),
    ],
)
def test_each_door_says_so_in_its_own_words(
    impatient: LiveServer, secret: str, path: str, key: str
) -> None:
    with begin(impatient, path, ANNOUNCED, f"{key} {secret}") as connection:
        status, media_type, content = read_answer(connection)

    assert (status, media_type) == (408, "application/json")
    assert "took too long" in content.decode()


EXPECTING = "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n"


def test_giving_bodies_up_ends_no_connection_that_others_keep(
    impatient: LiveServer, workspace: Workspace, secret: str
) -> None:
    path = f"/v1/workspaces/{workspace.slug}/objects/person/records"
    key = f"Authorization: api-key {secret}"
    answers: list[int] = []

    def ask(connection: HTTPConnection) -> None:
        connection.request("GET", path, headers=dict([key.split(": ")]))
        with connection.getresponse() as response:
            response.read()
            answers.append(response.status)

    with ExitStack() as stack:
        idle, busy = (stack.enter_context(kept(impatient, ask)) for _ in range(2))
        sleep(SECONDS)  # A connection that is idle for as long as a body may take.
        ways = [ANNOUNCED, EXPECTING]
        slow = [stack.enter_context(begin(impatient, path, w, key)) for w in ways]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        ends = [pool.submit(received, connection) for connection in slow]
        while not all(end.done() for end in ends):
            ask(busy)
        ask(idle)

    assert all(b"HTTP/1.1 408 " in end.result() for end in ends)
    assert set(answers) == {200}


@contextmanager
def kept(
    server: LiveServer, ask: Callable[[HTTPConnection], None]
) -> Iterator[HTTPConnection]:
    """Make a connection on which something was asked, and that is not made anew."""
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    ask(connection)
    connection.auto_open = 0
    yield connection
    connection.close()


def test_an_answer_that_nobody_reads_keeps_no_seat(
    impatient: LiveServer, workspace: Workspace, secret: str
) -> None:
    path = f"/v1/workspaces/{workspace.slug}/schemas?page[limit]=100"
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: api-key {secret}"
    host, port = impatient.url.removeprefix("http://").split(":")
    with ExitStack() as stack:
        for _ in range(SEATS * 4):
            deaf = socket.socket()
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            deaf.connect((host, int(port)))
            stack.enter_context(deaf)
            deaf.sendall(f"{asked}\r\n\r\n".encode())

        client = stack.enter_context(impatient.client(workspace, secret))
        answers = [client.get("objects/person/records") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


def test_there_are_no_more_connections_to_the_database_than_seats(
    impatient: LiveServer, workspace: Workspace, secret: str
) -> None:
    with (
        impatient.client(workspace, secret) as client,
        ThreadPoolExecutor(SEATS * 4) as pool,
    ):
        list(pool.map(lambda _: client.get("objects/person/records"), range(200)))

        (counted,) = query(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'impatient'"
        )

    assert 1 <= counted[0] <= SEATS

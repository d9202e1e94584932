"""QUERY asks in a body, as POST to ``/query`` does, and is safe (RFC 10008)."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from crm.models import Workspace
from tests.api_client import Api, resource
from tests.live_server import LiveServer

PEOPLE = "objects/person/records"
ADAS = {"filter": {"name": {"contains": "Ada"}}, "sort": "name", "page": {"limit": 2}}
ADDRESSES = [PEOPLE, f"{PEOPLE}/query"]


@pytest.fixture
def adas(api: Api) -> list[str]:
    """Two of the name, and somebody else."""
    names = ("Ada Byron", "Ada Lovelace", "Bea")
    made = [api.post(PEOPLE, resource("person", name=name)).id for name in names]
    return made[:2]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_answers_what_a_post_does(api: Api, adas: list[str], address: str) -> None:
    posted, asked = api.post(f"{PEOPLE}/query", ADAS), api.call("QUERY", address, ADAS)

    assert [row["id"] for row in asked.data] == adas
    assert asked.content == posted.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_that_only_reads_may(reader: Api, adas: list[str], address: str) -> None:
    assert len(reader.call("QUERY", address, ADAS).data) == 2


def test_it_may_be_repeated_and_is_not_kept(api: Api, adas: list[str]) -> None:
    first = api.call("QUERY", PEOPLE, ADAS, idempotency_key="one")
    api.delete(f"{PEOPLE}/{adas[0]}")
    second = api.call("QUERY", PEOPLE, ADAS, idempotency_key="one")

    assert (len(first.data), len(second.data)) == (2, 1)
    assert "Idempotency-Replayed" not in second.headers


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["OPTIONS", "QUERY"])
def test_the_answer_says_what_may_be_asked_with(
    api: Api, address: str, method: str
) -> None:
    headers = api.call(method, address, {}).headers

    assert headers["Accept-Query"] == "application/vnd.api+json, application/json"


def test_it_is_among_what_can_be_done_there(api: Api) -> None:
    allowed = api.call("OPTIONS", PEOPLE).headers["Allow"]
    elsewhere = api.call("QUERY", "api-keys", {})

    assert "QUERY" in allowed.split(", ")
    assert elsewhere.status == 405
    assert "Accept-Query" not in elsewhere.headers


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (PEOPLE, {"nonsense": 1}, "/nonsense"),
        (PEOPLE, {"filter": {"nonsense": 1}}, "/filter/nonsense"),
        (f"{PEOPLE}?sort=name", {}, "sort"),
    ],
)
def test_what_is_wrong_is_named(
    api: Api, path: str, body: object, pointer: str
) -> None:
    answer = api.call("QUERY", path, body)

    assert answer.status == 400
    assert [where for _, where in answer.errors] == [pointer]


@pytest.mark.django_db(transaction=True)
def test_it_comes_through_the_server(
    api: Api, workspace: Workspace, server: LiveServer
) -> None:
    made = api.post(PEOPLE, resource("person", name="Ada")).id
    path = f"/v1/workspaces/{workspace.slug}/{PEOPLE}"
    headers = {
        "Authorization": f"api-key {api.secret}",
        "Content-Type": "application/json",
    }

    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    connection.request("QUERY", path, json.dumps(ADAS), headers)
    plain = json.load(connection.getresponse())
    connection.close()
    with server.client(workspace, api.secret) as client:
        other = client.request("QUERY", PEOPLE, json=ADAS).json()

    assert [row["id"] for row in plain["data"]] == [made]
    assert other["data"] == plain["data"]

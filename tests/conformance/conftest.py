"""A client of a real server, which checks every answer that it gets."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api_client import Api
from tests.conformance.checks import check
from tests.conformance.wire import JSONAPI, Resource, create, ref
from tests.live_server import LiveServer


@pytest.fixture
def client(
    transactional_db: None, server: LiveServer, api: Api
) -> Iterator[httpx.Client]:
    """A client with a key that may do everything, and which speaks only JSON:API."""
    with server.client(api.workspace, api.secret) as client:
        client.headers.update({"Accept": JSONAPI, "Content-Type": JSONAPI})
        client.event_hooks["response"] = [check]
        yield client


@pytest.fixture
def acme(client: httpx.Client) -> Resource:
    """A company."""
    return create(client, "company", {"name": "Acme"})


@pytest.fixture
def ada(client: httpx.Client, acme: Resource) -> Resource:
    """A person of the company."""
    attributes = {"name": "Ada", "title": "Ms"}
    return create(client, "person", attributes, companies=[ref(acme)])

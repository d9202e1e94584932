"""The crowd."""

from collections.abc import Iterator

import pytest

from tests.api_client import Api
from tests.live_server import LiveServer
from tests.races.crowd import Crowd, gather


@pytest.fixture
def crowd(server: LiveServer, api: Api) -> Iterator[Crowd]:
    """Clients with a key that may do everything."""
    with gather(server, api.workspace, api.secret) as crowd:
        yield crowd

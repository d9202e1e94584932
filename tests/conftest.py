"""The database, the cast, and how they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.postgres.cluster import Cluster
from crm.counters import shared_counters
from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from objects.workspaces import create_workspace
from tests.api_client import Api
from tests.live_server import LiveServer, start_server

CLUSTER = Cluster(
    Path(__file__).parent.parent / ".data" / "tests",
    fsync="off",
    synchronous_commit="off",
    full_page_writes="off",
)


def pytest_configure(config: pytest.Config) -> None:
    """Use an embedded PostgreSQL of the tests' own, unless DATABASE_URL is set."""
    if settings.DATABASE_URL:
        return
    if not hasattr(config, "workerinput"):
        CLUSTER.start()
    settings.DATABASES["default"]["HOST"] = CLUSTER.address["host"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it, after the last worker."""
    if not settings.DATABASE_URL and not hasattr(config, "workerinput"):
        CLUSTER.stop()


@pytest.fixture(scope="session", autouse=True)
def _count_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.COUNTS_FILE = tmp_path_factory.getbasetemp() / "request_counts"


@pytest.fixture(autouse=True)
def _forget_counts() -> None:
    shared_counters(settings.COUNTS_FILE).clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The workspace of everybody but the stranger."""
    return create_workspace(slug="acme")


@pytest.fixture
def agent(workspace: Workspace) -> Agent:
    return Agent.objects.create(workspace=workspace, handle="scout")


@pytest.fixture
def api(workspace: Workspace) -> Api:
    """The API, with a key that may do everything."""
    return Api(workspace, create_key(workspace=workspace, scopes=list(Scope)).secret)


@pytest.fixture
def reader(workspace: Workspace) -> Api:
    """The API, with a key that may only read."""
    return Api(workspace, create_key(workspace=workspace, scopes=[Scope.READ]).secret)


@pytest.fixture
def scout(agent: Agent) -> Api:
    """The API, with a key of the agent."""
    scopes = [Scope.READ, Scope.WRITE]
    new = create_key(workspace=agent.workspace, scopes=scopes, agent=agent)
    return Api(agent.workspace, new.secret)


@pytest.fixture
def stranger(db: None) -> Api:
    """The API of another workspace."""
    workspace = create_workspace(slug="globex")
    return Api(workspace, create_key(workspace=workspace, scopes=list(Scope)).secret)


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """A real server on the test database."""
    with start_server() as running:
        yield running

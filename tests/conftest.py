"""The database, the cast, and how they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

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
SLUG = "acme"


def pytest_configure(config: pytest.Config) -> None:
    """Use an embedded PostgreSQL of the tests' own, unless DATABASE_URL is set.

    Files for browsers are looked for when they are asked for, not listed anew by the
    client of each test.
    """
    settings.WHITENOISE_AUTOREFRESH = True
    if settings.DATABASE_URL:
        return
    if not hasattr(config, "workerinput"):
        CLUSTER.start()
    settings.DATABASES["default"]["HOST"] = CLUSTER.address["host"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it, after the last worker."""
    if not settings.DATABASE_URL and not hasattr(config, "workerinput"):
        CLUSTER.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The workspace of most tests is made once, since making one takes long."""
    with django_db_blocker.unblock():
        create_workspace(slug=SLUG)


@pytest.fixture(autouse=True)
def _only_what_is_asked_for(request: pytest.FixtureRequest) -> None:
    asked = {"db", "transactional_db"}.intersection(request.fixturenames)
    is_marked = request.node.get_closest_marker("django_db") is not None
    if (asked or is_marked) and "workspace" not in request.fixturenames:
        request.getfixturevalue("db")
        Workspace.objects.filter(slug=SLUG).delete()


@pytest.fixture(scope="session", autouse=True)
def _count_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.COUNTS_FILE = tmp_path_factory.getbasetemp() / "request_counts"


@pytest.fixture(autouse=True)
def _forget_counts() -> None:
    shared_counters(settings.COUNTS_FILE).clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The workspace of everybody but the stranger."""
    return Workspace.objects.filter(slug=SLUG).first() or create_workspace(slug=SLUG)


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

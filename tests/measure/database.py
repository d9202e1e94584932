"""A database to measure in, beside those of `make run` and `make test`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

from config.postgres.cluster import Cluster
from tests.measure.sources import ROOT

CLUSTER = Cluster(
    ROOT / ".data" / "measure",
    fsync="off",
    synchronous_commit="off",
    full_page_writes="off",
)


@contextmanager
def database() -> Iterator[None]:
    """Use a fresh database, embedded unless DATABASE_URL is set, and remove it."""
    settings.DATABASES["default"]["TEST"] = {"NAME": "kith_measure"}
    with server():
        django.setup()
        setup_test_environment()
        before = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            teardown_databases(before, verbosity=0)
            teardown_test_environment()


@contextmanager
def server() -> Iterator[None]:
    """Run a PostgreSQL of our own, unless DATABASE_URL names one."""
    if settings.DATABASE_URL:
        yield
        return
    settings.DATABASES["default"]["HOST"] = CLUSTER.address["host"]
    try:
        CLUSTER.start()
        yield
    finally:
        CLUSTER.stop()

"""The world and the crowd, made once for all tests of a file and then removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.oracle.crowd import Crowd, make_crowd
from tests.oracle.world import World, make_world


@pytest.fixture(scope="module")
def committed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """What is made here stays in the database until the last test of the file."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def committed_world(committed: None) -> World:
    return make_world()


@pytest.fixture(scope="module")
def committed_crowd(committed: None) -> Crowd:
    return make_crowd()


@pytest.fixture
def world(committed_world: World, db: None) -> World:
    """A workspace with gadgets and makers."""
    return committed_world


@pytest.fixture
def crowd(committed_crowd: Crowd, db: None) -> Crowd:
    """A workspace with many people."""
    return committed_crowd

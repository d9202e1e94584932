"""The world, made once for all tests of a file and then removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.oracle.world import World, make_world


@pytest.fixture(scope="module")
def committed_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """The world, in the database until the last test of the file."""
    with django_db_blocker.unblock():
        yield make_world()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def world(committed_world: World, db: None) -> World:
    """A workspace with gadgets and makers."""
    return committed_world

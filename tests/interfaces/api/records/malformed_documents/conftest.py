"""A person who is there already, and a check that nothing else comes to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crm.models import IdempotentRequest
from records.models import JournalEntry, Link, Record, UniqueValue
from tests.api_client import Api, resource


@pytest.fixture
def ada(api: Api) -> str:
    """A person, by her id."""
    return api.post("objects/person/records", resource("person", name="Ada")).id


@pytest.fixture(autouse=True)
def _nothing_is_stored(ada: str) -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


def everything() -> list[list[Any]]:
    """Return all that a write might leave."""
    tables = (Record, UniqueValue, Link, JournalEntry, IdempotentRequest)
    return [list(table._default_manager.values()) for table in tables]

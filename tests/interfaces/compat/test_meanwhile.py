"""Contacts that are deleted between two statements of one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import create

RULES = "FROM records_access"
"""Stands in the statement that reads who may see contacts, which comes last."""


@contextmanager
def before(statement: str, act: Callable[[], object]) -> Iterator[None]:
    """Do something just before the first statement that has some text in it."""
    acts = [act]

    def interrupt(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if statement in sql and acts:
            acts.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(interrupt):
        yield


@pytest.mark.parametrize("path", ["contacts/{id}", "contacts/{id}.vcf"])
def test_a_contact_that_goes_while_it_is_read_is_not_found(
    inkbox: DoorClient, path: str
) -> None:
    one = create(inkbox, given_name="Ada")["id"]

    with before(RULES, lambda: inkbox.delete(f"contacts/{one}")):
        answer = inkbox.get(path.format(id=one))

    assert answer.status == 404
    assert inkbox.get("contacts").json == []


def test_a_contact_that_goes_while_it_is_shown_is_as_it_was_written(
    inkbox: DoorClient,
) -> None:
    one = create(inkbox, given_name="Ada")["id"]

    with before(RULES, lambda: inkbox.delete(f"contacts/{one}")):
        answer = inkbox.patch(f"contacts/{one}", {"given_name": "Grace"})

    assert answer.status == 200
    assert (answer.json["given_name"], answer.json["access"]) == ("Grace", [])

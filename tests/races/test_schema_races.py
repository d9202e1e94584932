"""Writes while the schema changes under them: each is right by the old or the new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import pytest
from django.db import transaction
from django.db.models import QuerySet

from crm.models import Workspace
from crm.sql import query
from objects.models import Field, ObjectType
from objects.schema_lock import lock_schemas
from tests.api_client import Api, items, resource
from tests.races.crowd import Crowd, until_waiting
from tests.races.tables import stored_records, told_records

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = "objects/person/records"
RENAME = """
UPDATE records_record
SET attributes = attributes - 'tags' || jsonb_build_object('labels', attributes->'tags')
"""


@contextmanager
def schema_change() -> Iterator[QuerySet[Field]]:
    """Change the fields of person, as every change of a schema does."""
    with transaction.atomic():
        workspace = Workspace.objects.get()
        lock_schemas(workspace.id)
        workspace.refresh_from_db()
        yield Field.objects.filter(object_type__slug="person")
        workspace.schema_version += 1
        workspace.save(update_fields=["schema_version"])


def add_field(slug: str) -> None:
    """Give people one more field."""
    with schema_change():
        person = ObjectType.objects.get(slug="person")
        Field.objects.create(object_type=person, slug=slug, label=slug, type="text")


def extra_fields(answer: httpx.Response) -> int:
    """Return how many of the added fields an answer shows."""
    return len(re.findall(r'"extra_\d+"', answer.text))


def test_every_write_fits_the_schema_of_its_time(crowd: Crowd) -> None:
    begun: list[str] = []
    done = ["name"]

    def write(client: httpx.Client) -> list[tuple[int, bool]]:
        seen = []
        for _ in range(8):
            least = len(done) - 1
            body = resource("person", **{done[-1]: "new"})
            answer = client.post(PEOPLE, json=body)
            shown = extra_fields(answer)
            seen.append((answer.status_code, least <= shown <= len(begun)))
        return seen

    writing = [crowd.start(write, number) for number in range(8)]
    while not all(future.done() for future in writing):
        begun.append(f"extra_{len(begun)}")
        add_field(begun[-1])
        done.append(begun[-1])

    assert [future.result() for future in writing] == [[(201, True)] * 8] * 8
    assert told_records() == stored_records()


def test_a_write_fits_the_schema_that_was_changed_before(crowd: Crowd) -> None:
    def require_title() -> None:
        with schema_change() as fields:
            fields.filter(slug="title").update(required=True)

    answer = crowd.behind(
        require_title, lambda client: client.post(PEOPLE, json=resource("person"))
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "required"


def test_a_write_gets_its_turn_while_the_schema_keeps_changing(crowd: Crowd) -> None:
    def change(left: int, client: httpx.Client) -> None:
        with schema_change():
            following = [crowd.start(partial(change, left - 1))] if left else []
            until_waiting(writing, *following)

    with schema_change():
        writing = crowd.start(lambda c: c.post(PEOPLE, json=resource("person")))
        changing = crowd.start(partial(change, 24))
        until_waiting(writing, changing)

    assert writing.result().status_code == 201


def test_a_strategy_is_kept_when_its_field_is_renamed(crowd: Crowd, api: Api) -> None:
    ada = f"{PEOPLE}/{api.post(PEOPLE, resource('person', tags=items('old'))).id}"
    body = resource("person", tags=items("new"))
    body["meta"] = {"tags": {"collection": "append"}}

    def rename() -> None:
        with schema_change() as fields:
            fields.filter(slug="tags").update(slug="labels", aliases=["tags"])
            query(RENAME)

    answer = crowd.behind(rename, lambda client: client.patch(ada, json=body))

    assert answer.json()["data"]["attributes"]["labels"] == items("old", "new")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"slug": "emails", "aliases": ["email_addresses"]}, 201),
        ({"unique": False}, 400),
    ],
)
def test_a_field_to_match_by_is_the_one_that_there_is_by_now(
    crowd: Crowd, change: dict[str, object], status: int
) -> None:
    body = resource("person", email_addresses=items("ada@example.com"))
    body["match_on"] = "email_addresses"

    def change_field() -> None:
        with schema_change() as fields:
            fields.filter(slug="email_addresses").update(**change)

    answer = crowd.behind(change_field, lambda client: client.post(PEOPLE, json=body))

    assert answer.status_code == status


def test_a_schema_change_gets_its_turn_while_writers_keep_coming(
    crowd: Crowd, api: Api
) -> None:
    with transaction.atomic():
        api.post(PEOPLE, resource("person"))
        changing = crowd.start(lambda _: add_field("extra_0"))
        until_waiting(changing)
        late = crowd.start(lambda c: c.post(PEOPLE, json=resource("person")), 1)
        until_waiting(changing, late)
    changing.result()

    assert extra_fields(late.result()) == 1


def test_schemas_that_change_while_they_are_read_can_be_read(
    crowd: Crowd, api: Api
) -> None:
    with crowd.between('FROM "objects_objecttype"', lambda _: add_pets()) as adding:
        answer = api.get(PEOPLE)

    assert [future.result() for future in adding] == [None]
    assert answer.status == 200


def add_pets() -> None:
    """Add an object type that people are related to."""
    with schema_change():
        person = ObjectType.objects.get(slug="person")
        pet = ObjectType(workspace=person.workspace, slug="pet", prefix="pet")
        both = {"type": "relationship", "kind": "many-to-many"}
        pets = Field(object_type=person, slug="pets", target=pet, **both)
        people = Field(object_type=pet, slug="people", target=person, **both)
        people.inverse_of = pets
        for new in (pet, pets, people):
            new.save()

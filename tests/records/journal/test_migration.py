"""A journal of the last release says of itself what new entries do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from crm.sql import query
from objects.catalog import Catalog, load_catalog
from objects.models import FormerType
from records.journal.telling import told_after
from records.models import JournalEntry, JournalHead, Tombstone
from tests.api_client import Api, make_record, resource, resources
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create_object,
    remove_field,
)

PEOPLE = "objects/person/records"

pytestmark = pytest.mark.django_db(transaction=True)

# By their slugs of then, as the last release named fields in its entries.
RENAME = """
UPDATE records_change SET after = after - %(member)s
    || jsonb_build_object(%(slug)s::text, after->%(member)s)
WHERE after ? %(member)s AND action <> 'reshaped' AND seq > %(since)s
"""
GO_BACK = """
UPDATE records_change SET at = at - interval '1 hour' WHERE seq = %(seq)s
"""


@pytest.fixture(autouse=True)
def _leave_the_tables_as_they_were() -> Iterator[None]:
    yield
    migrate()


def migrate(name: str = "") -> None:
    """Take the tables of the journal to a migration, or to the last."""
    call_command("migrate", "records", *([name] if name else []), verbosity=0)


def told(api: Api, entry: JournalEntry) -> dict[str, Any]:
    """Return the values that came with an entry, by today's slugs."""
    schema = Catalog.of(api.workspace).by_id[entry.object_type_id]
    values = told_after(schema, entry).values
    return {slug: value for slug, value in values.items() if slug.startswith("c_")}


def test_what_is_there_is_told_by_members(api: Api) -> None:
    add_fields(api, "person", c_gone={"type": "string"}, c_old={"type": "string"})
    api.post(PEOPLE, resource("person", c_gone="1", c_old="2"))
    remove_field(api, "person", "c_gone")
    change_field(api, "person", "c_old", slug="c_new")
    since = JournalEntry.objects.latest("seq").seq
    api.post(PEOPLE, resource("person", c_new="3"))
    migrate("0006")
    query(RENAME, member="c_old", slug="c_new", since=since)

    migrate()
    api.workspace.refresh_from_db()
    load_catalog(api.workspace)
    add_fields(api, "person", c_gone={"type": "string"})

    api.workspace.refresh_from_db()
    first, second = JournalEntry.objects.filter(action="created").order_by("seq")
    assert told(api, first) == {"c_new": "2"}
    assert told(api, second) == {"c_new": "3"}


def test_what_was_written_together_is_a_batch_with_a_time_of_its_own(api: Api) -> None:
    api.post(f"{PEOPLE}/bulk", resources("person", {}, {}))
    api.post(PEOPLE, resource("person"))
    api.post(PEOPLE, resource("person"))
    migrate("0006")
    query(GO_BACK, seq=3)

    migrate()

    entries = list(JournalEntry.objects.order_by("seq"))
    first, _, third, fourth = (entry.noted_at for entry in entries)
    assert [entry.batch for entry in entries] == [1, 1, 3, 4]
    assert third == first + timedelta(milliseconds=1)
    assert entries[2].at < first < fourth
    assert JournalHead.objects.get().noted_at == fourth


def test_what_is_gone_is_for_keys_without_an_agent(api: Api) -> None:
    ada = make_record(api, "person")["id"]
    api.delete(f"{PEOPLE}/{ada}")
    create_object(api, "Pet")
    api.delete("schemas/objects/c_pet")
    make_record(api, "person")
    migrate("0006")

    migrate()

    own = JournalEntry.objects.filter(record_id__isnull=False).order_by("seq")
    left = Tombstone.objects.get()
    assert [entry.viewers for entry in own] == [[], [], None]
    assert (left.seq, left.version, left.viewers) == (own[1].seq, 2, [])
    assert (left.created_at, left.deleted_at) == (own[0].at, own[1].noted_at)
    assert "_updated_at" in own[1].before
    assert FormerType.objects.get().slug == "c_pet"


def test_ids_of_changes_are_made_with_a_key_of_the_journal(api: Api) -> None:
    make_record(api, "person")
    migrate("0006")

    migrate()

    head = JournalHead.objects.get()
    assert (head.first_seq, len(head.key)) == (1, 16)
    assert isinstance(head.noted_at, datetime)
    assert make_record(api, "person")

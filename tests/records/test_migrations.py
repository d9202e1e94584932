"""Stored text that is not composed becomes what would be written today."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from crm.sql import query
from objects.models import Field, ObjectType
from tests.api_client import Api, items, resource
from tests.interfaces.api.schemas.schema_calls import add_fields, create

BEFORE = {"records": "0005_functions_without_accents", "objects": "0004_type_choices"}

MADE_OF_RECORDS = (
    "SELECT id, attributes, folded, details, search, version FROM records_record",
    "SELECT field_id, key, record_id FROM records_uniquevalue",
    "SELECT field_id, record_id, key FROM records_indexedvalue",
    "SELECT id, label, options FROM objects_field",
    "SELECT id, label, plural, description FROM objects_objecttype",
)

# What stood there when text was kept as it was sent.
TAKE_APART = """
UPDATE records_record SET
    attributes = normalize(attributes::text, NFD)::jsonb,
    folded = normalize(folded::text, NFD)::jsonb,
    details = normalize(details::text, NFD)::jsonb,
    search = lower(normalize(attributes::text, NFD) COLLATE "pg_c_utf8");
UPDATE records_uniquevalue SET key = normalize(key, NFD);
UPDATE records_indexedvalue value SET key = lower(normalize(
    coalesce(attributes->>coalesce(nullif(storage_name, ''), slug), key), NFD
) COLLATE "pg_c_utf8")
FROM records_record record, objects_field field
WHERE record.id = record_id AND field.id = field_id AND field.type = 'text';
UPDATE objects_field
SET label = normalize(label, NFD), options = normalize(options::text, NFD)::jsonb;
UPDATE objects_objecttype
SET label = normalize(label, NFD), plural = normalize(plural, NFD)
"""


def everything() -> list[list[Any]]:
    """Return the rows of all tables that have text of clients."""
    return [sorted(query(statement), key=repr) for statement in MADE_OF_RECORDS]


def migrate(*target: str) -> None:
    """Migrate to the newest state, or to one of an app.

    What is left to be checked at the end of the transaction would lock its tables.
    """
    query("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("migrate", *target, verbosity=0)


def take_apart() -> None:
    """Make the database such as the version before would have left it."""
    for target in BEFORE.items():
        migrate(*target)
    query(TAKE_APART)


@pytest.fixture
def api(api: Api) -> Api:
    """The API, with records whose text has accents wherever there can be text."""
    options = ["Élan", "Plain"]
    add_fields(api, "deal", mood={"x-type": "select", "options": options, "title": "É"})
    add_fields(api, "deal", moods={"x-type": "multi_select", "options": options})
    add_fields(api, "deal", extra={"x-type": "json"}, total={"x-type": "integer"})
    extra = {"clé": ["Zoë", 1.5, 2**63 - 1]}
    more = {"mood": "Élan", "moods": items("Plain", "Élan"), "extra": extra}
    create(api, "deal", name="Zoë", **more)
    create(api, "deal", name="Plain", total=7)
    person = {"email_addresses": items("zoë@münchen.example"), "tags": items("émigré")}
    create(
        api, "person", first_name="Zoë", **person, addresses=items({"city": "Malmö"})
    )
    create(api, "company", name="Łódź Å", domains=items("münchen.example"))
    return api


def test_stored_text_becomes_what_would_be_written_today(api: Api) -> None:
    written = everything()
    take_apart()
    assert everything() != written

    migrate()

    assert everything() == written


def test_an_upsert_finds_what_was_stored_before(api: Api) -> None:
    take_apart()

    migrate()
    answer = api.post("objects/deal/records", resource("deal", name="ZOË"))

    assert answer.status == 200


def test_of_two_records_that_become_the_same_none_is_lost(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    other = create(api, "deal", name="Zoe")
    take_apart()
    query(
        "UPDATE records_uniquevalue SET key = normalize('zoë', NFC) WHERE key = 'zoe'"
    )
    query(
        'UPDATE records_record SET attributes = attributes || \'{"name": "ZOË"}\' '
        "WHERE attributes->>'name' = 'Zoe'"
    )

    migrate()

    shown = api.get(f"objects/deal/records/{other}").data["attributes"]
    found = api.get("objects/deal/records?filter[search]=zoe&sort=name").data
    known = api.get("objects/deal/records?filter[name]=zoë").data
    assert shown["name"] == "ZOË"
    assert len(found) == 2
    assert [row["id"] for row in known] == [other]
    assert "share a unique value" in caplog.text


def test_domains_become_what_people_read(api: Api) -> None:
    take_apart()
    encoded = '{"domains": {"items": ["xn--mnchen-3ya.example", "münchen.example"]}}'
    query(
        "UPDATE records_record SET attributes = attributes || %(encoded)s::jsonb "
        "WHERE attributes ? 'domains'",
        encoded=encoded,
    )

    migrate()

    (company,) = api.get("objects/company/records?filter[search]=münchen").data
    assert company["attributes"]["domains"] == items("münchen.example")


def test_options_that_become_the_same_become_one(api: Api) -> None:
    take_apart()
    query(
        "UPDATE objects_field SET options = jsonb_set("
        "options, '{options}', options->'options' || %(twin)s::jsonb"
        ") WHERE slug = 'mood'",
        twin='{"id": "twin", "label": "Élan", "color": "red"}',
    )

    migrate()

    field = Field.objects.get(slug="mood")
    labels = [option["label"] for option in field.options["options"]]
    assert labels == ["Élan", "Plain"]


def test_tags_that_become_the_same_become_one(api: Api) -> None:
    take_apart()
    both = '{"tags": {"items": ["e\u0301migre\u0301", "b", "émigré"]}}'
    query(
        "UPDATE records_record SET attributes = attributes || %(both)s::jsonb",
        both=both,
    )

    migrate()

    (person,) = api.get("objects/person/records").data
    assert person["attributes"]["tags"] == items("émigré", "b")


def test_it_can_be_run_again_and_undone(api: Api) -> None:
    written = everything()

    migrate("records", "0004_journal_entries")
    migrate()

    assert everything() == written
    assert ObjectType.objects.count() == 6

"""Every workspace begins with the objects that the API and the contacts need."""

import pytest

from crm.models import Workspace
from objects.catalog import Catalog
from objects.models import Field, ObjectType
from objects.workspaces import create_workspace

PERSON = {
    "name": "text",
    "name_prefix": "text",
    "first_name": "text",
    "middle_name": "text",
    "last_name": "text",
    "name_suffix": "text",
    "email_addresses": "email_collection",
    "phone_numbers": "phone_collection",
    "title": "text",
    "company_name": "text",
    "tags": "tags",
    "addresses": "location_collection",
    "websites": "url_collection",
    "linkedin_url": "url",
    "birthday": "date",
    "dates": "date_collection",
    "notes": "multiline_text",
    "custom_fields": "json",
    "lead_source": "text",
    "contact_type": "text",
    "deal_value": "currency",
    "pipeline_stage_id": "text",
    "last_contacted_at": "datetime",
    "owner": "owner",
}
COMPANY = {
    "name": "text",
    "domains": "domain_collection",
    "description": "multiline_text",
    "industry": "text",
    "tags": "tags",
}
DEAL = {"name": "text", "stage": "select", "amount": "currency", "close_date": "date"}
MEETING = {
    "title": "text",
    "start": "datetime",
    "end": "datetime",
    "location": "text",
    "visibility": "text",
    "event_id": "text",
    "participants": "json_collection",
    "summary": "multiline_text",
}
TASK = {"title": "text", "status": "select", "priority": "select", "due_date": "date"}
CONVERSATION = {
    "channel": "select",
    "subject": "text",
    "status": "select",
    "last_message_at": "datetime",
}

FIELDS = [
    ("person", PERSON),
    ("company", COMPANY),
    ("deal", DEAL),
    ("meeting", MEETING),
    ("task", TASK),
    ("conversation", CONVERSATION),
]
MATCH_FIELDS = [
    ("person", ["email_addresses"]),
    ("company", ["domains"]),
    ("deal", ["name"]),
    ("meeting", ["event_id"]),
    ("task", []),
    ("conversation", []),
]
OPTIONS = [
    ("task", "status", ["To Do", "In Progress", "Done", "Canceled"]),
    ("task", "priority", ["Urgent", "High", "Medium", "Low"]),
    ("deal", "stage", ["Prospecting", "Discovery", "Proposal"]),
]
RELATIONSHIPS = [
    ("person", "companies", "many-to-many", "company", "people"),
    ("person", "deals", "many-to-many", "deal", "people"),
    ("person", "tasks", "many-to-many", "task", "people"),
    ("person", "meetings", "many-to-many", "meeting", "people"),
    ("person", "conversations", "one-to-many", "conversation", "person"),
    ("company", "people", "many-to-many", "person", "companies"),
    ("company", "deals", "many-to-many", "deal", "companies"),
    ("company", "tasks", "many-to-many", "task", "companies"),
    ("deal", "companies", "many-to-many", "company", "deals"),
    ("deal", "people", "many-to-many", "person", "deals"),
    ("deal", "tasks", "many-to-many", "task", "deals"),
    ("meeting", "people", "many-to-many", "person", "meetings"),
    ("task", "people", "many-to-many", "person", "tasks"),
    ("task", "companies", "many-to-many", "company", "tasks"),
    ("task", "deals", "many-to-many", "deal", "tasks"),
    ("conversation", "person", "many-to-one", "person", "conversations"),
]


@pytest.mark.parametrize(("slug", "fields"), FIELDS)
def test_has_the_fields(
    workspace: Workspace, slug: str, fields: dict[str, str]
) -> None:
    schema = Catalog.of(workspace).schema(slug)

    types = {field.slug: field.type for field in schema.fields.values()}

    assert {name: types.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    ("slug", "prefix"), [("person", "per"), ("company", "com"), ("deal", "deal")]
)
def test_has_the_prefix(workspace: Workspace, slug: str, prefix: str) -> None:
    assert Catalog.of(workspace).schema(slug).prefix == prefix


@pytest.mark.parametrize(("slug", "fields"), MATCH_FIELDS)
def test_is_matched_by_its_unique_fields(
    workspace: Workspace, slug: str, fields: list[str]
) -> None:
    schema = Catalog.of(workspace).schema(slug)

    assert [field.slug for field in schema.match_fields] == fields
    assert list(schema.unique) == fields


@pytest.mark.parametrize(("slug", "fields"), FIELDS)
def test_only_a_task_requires_anything(
    workspace: Workspace, slug: str, fields: dict[str, str]
) -> None:
    required = list(Catalog.of(workspace).schema(slug).required)

    assert required == (["title"] if slug == "task" else [])


@pytest.mark.parametrize(("slug", "field", "labels"), OPTIONS)
def test_has_the_options(
    workspace: Workspace, slug: str, field: str, labels: list[str]
) -> None:
    options = Catalog.of(workspace).schema(slug).fields[field].options["options"]

    assert [option["label"] for option in options][: len(labels)] == labels
    assert all(option.keys() == {"id", "label", "color"} for option in options)


def test_has_both_sides_of_the_relationships(workspace: Workspace) -> None:
    schemas = Catalog.of(workspace).by_slug.values()

    sides = [
        (schema.slug, side.slug, side.kind, side.target, side.inverse)
        for schema in schemas
        for side in schema.relationships.values()
    ]

    assert sorted(sides) == sorted(RELATIONSHIPS)


def test_both_sides_of_a_relationship_share_its_links(workspace: Workspace) -> None:
    catalog = Catalog.of(workspace)

    sides = [
        (side, catalog.schema(side.target).relationships[side.inverse])
        for schema in catalog.by_slug.values()
        for side in schema.relationships.values()
    ]

    assert all(side.field_id == other.field_id for side, other in sides)
    assert all(side.is_forward != other.is_forward for side, other in sides)


def test_nothing_standard_is_custom(workspace: Workspace) -> None:
    assert not ObjectType.objects.filter(is_custom=True).exists()
    assert not Field.objects.filter(is_custom=True).exists()


def test_every_workspace_has_its_own(workspace: Workspace) -> None:
    other = create_workspace(slug="other")

    ours, theirs = Catalog.of(workspace), Catalog.of(other)

    assert ours.by_slug.keys() == theirs.by_slug.keys()
    assert ours.by_id.keys().isdisjoint(theirs.by_id)

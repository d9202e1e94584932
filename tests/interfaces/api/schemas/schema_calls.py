"""Calls that change schemas, in their shortest form."""

from __future__ import annotations

from typing import Any

from records.models import JournalEntry
from tests.api_client import Answer, Api, resource


def add_fields(api: Api, entity: str, /, **properties: object) -> Answer:
    """Give an object type more fields, each by its JSON Schema."""
    return api.post(f"schemas/{entity}/properties", {"properties": properties})


def change_field(api: Api, entity: str, slug: str, /, **attributes: object) -> Answer:
    """Change a field."""
    body = resource("schema-properties", **attributes)
    return api.patch(f"schemas/{entity}/properties/{slug}", body)


def remove_field(api: Api, entity: str, slug: str) -> Answer:
    """Remove a field."""
    return api.delete(f"schemas/{entity}/properties/{slug}")


def create_object(api: Api, name: str, /, **members: object) -> Answer:
    """Make an object type."""
    return api.post("schemas/objects", {"name": name, **members})


def relate(api: Api, entity: str, /, **properties: dict[str, Any]) -> Answer:
    """Relate object types: the fields of each, by their JSON Schema."""
    body = resource("relationship", **properties)
    return api.post(f"schemas/{entity}/relationships", body)


def properties(api: Api, entity: str) -> dict[str, Any]:
    """Return the properties of a schema."""
    found: dict[str, Any] = api.get(f"schemas/{entity}").data["attributes"][
        "properties"
    ]
    return found


def version(api: Api, entity: str) -> int:
    """Return the version of a schema."""
    return int(api.get(f"schemas/{entity}").data["attributes"]["version"])


def create(api: Api, entity: str, /, **attributes: object) -> str:
    """Create a record and return its id."""
    body = resource(entity, **attributes)
    answer = api.post(f"objects/{entity}/records", body)
    assert answer.status == 201, answer.json
    return answer.id


def attributes(api: Api, entity: str, record_id: str) -> dict[str, Any]:
    """Return the attributes of a record."""
    found: dict[str, Any] = api.get(f"objects/{entity}/records/{record_id}").data[
        "attributes"
    ]
    return found


def ids(answer: Answer) -> list[str]:
    """Return the ids of the records in an answer."""
    return [row["id"] for row in answer.data]


def schema_entries() -> list[tuple[Any, Any]]:
    """Return what the journal says was before and after each change of a schema."""
    entries = JournalEntry.objects.filter(action="reshaped").order_by("seq")
    return [(entry.before, entry.after) for entry in entries]

"""References to other things, which appear among a record's relationships."""

from __future__ import annotations

from uuid import UUID

from crm.json_types import JSON, JSONObject
from objects.field_types.base import FieldType, InvalidValue, Options, ValueKind


class AgentReference(FieldType):
    """An agent of the workspace, by its id."""

    name = "agent"
    kind = ValueKind.AGENT
    can_be: frozenset[str] = frozenset()

    def clean(self, value: JSON, options: Options) -> JSON:
        try:
            return str(UUID(value)) if isinstance(value, str) else self.refuse()
        except ValueError:
            return self.refuse()

    def refuse(self) -> JSON:
        """Refuse what is no id.

        Raises:
            InvalidValue: always.
        """
        raise InvalidValue("Give the id of an agent.")

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        return str(value)

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "uuid"}


class RecordReferences(FieldType):
    """Links to records of another type, or of the same one.

    It has no value of its own: links are rows of their own table.
    """

    name = "relationship"
    kind = ValueKind.RELATIONSHIP
    can_be: frozenset[str] = frozenset()

    def clean(self, value: JSON, options: Options) -> JSON:
        raise InvalidValue("Send it under relationships.")

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        return ""

    def describe(self, options: Options) -> JSONObject:
        return {}

"""References to other things, which appear among a record's relationships."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON, JSONObject
from objects.field_types.base import FieldType, InvalidValue, Options, ValueKind

REFERENCES = frozenset({"agent", "owner"})
"""The types of fields whose values are sent among the relationships."""

USER = "user:"
"""What a stored reference to a user begins with. One to an agent is its id alone."""


class Referred(NamedTuple):
    """Whom a reference means."""

    type: str
    """Either agent or user."""
    id: str

    @classmethod
    def of(cls, value: str) -> Referred:
        """Return whom a stored reference means."""
        is_user = value.startswith(USER)
        return cls("user" if is_user else "agent", value.removeprefix(USER))


class AgentReference(FieldType):
    """An agent of the workspace, by its id."""

    name = "agent"
    kind = ValueKind.AGENT
    can_be: frozenset[str] = frozenset()
    means = "an agent"

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
        raise InvalidValue(f"Give the id of {self.means}.")

    def unique_keys(self, value: JSON) -> list[str]:
        return []

    def sort_key(self, value: JSON, options: Options) -> str:
        return str(value)

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "uuid"}


class OwnerReference(AgentReference):
    """An agent or a user of the workspace."""

    name = "owner"
    means = "an agent or a user"

    def clean(self, value: JSON, options: Options) -> JSON:
        if isinstance(value, str) and value.startswith(USER):
            return f"{USER}{super().clean(value.removeprefix(USER), options)}"
        return super().clean(value, options)


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

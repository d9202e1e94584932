"""Where the things of a workspace are found."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from objects.schema import Schema
from records.ids import encode_id

OBJECTS_FIRST = "objects/{}/records"
TYPE_AND_ID = "records/{}"
"""The shape that JSON:API recommends, below a base of its own."""

COLLECTIONS = {
    "agent": "agents",
    "api-key": "api-keys",
    "delivery": "deliveries",
    "erasure": "erasures",
    "job": "jobs",
    "user": "users",
    "webhook": "webhooks",
}
"""The last part of the address of the resources of each type."""


@dataclass(frozen=True)
class Addresses:
    """The absolute addresses of a workspace and of what it has.

    Those of records have the shape of the address that was asked for.
    """

    workspace: str
    shape: str = OBJECTS_FIRST

    def below(self, path: str) -> str:
        """Return the address that lies below that of the workspace."""
        return f"{self.workspace}/{path}"

    def object_type(self, schema: Schema) -> str:
        """Return the address of an object type."""
        return self.below(f"objects/{schema.slug}")

    def schema(self, schema: Schema) -> str:
        """Return the address of a schema."""
        return self.below(f"schemas/{schema.slug}")

    def records(self, schema: Schema) -> str:
        """Return the address of the records of a type."""
        return self.below(self.shape.format(schema.slug))

    def record(self, schema: Schema, record_id: UUID) -> str:
        """Return the address of a record."""
        return f"{self.records(schema)}/{encode_id(schema.prefix, record_id)}"

    def row(self, type_: str, row_id: object) -> str:
        """Return the address of an agent, a key, a job, a user or a webhook."""
        return self.below(f"{COLLECTIONS[type_]}/{row_id}")

"""What an atomic operation says beside its data: how to write it."""

from __future__ import annotations

from dataclasses import dataclass

from crm.json_types import JSON, JSONObject
from crm.jsonapi.conditions import UNCONDITIONAL, Precondition
from crm.jsonapi.documents import ResourceObject, escape
from interfaces.api.records.directions import Directions, DirectionsReader
from objects.schema import Schema


@dataclass(frozen=True)
class OperationDirections:
    """How to write one operation, and at which version its record must be."""

    said: Directions
    precondition: Precondition


class OperationDirectionsReader(DirectionsReader):
    """Reads the ``meta`` of one operation, which has its ``match_on`` and version."""

    precondition = UNCONDITIONAL

    def meta(self, name: str, value: JSON, *, creates: bool) -> None:
        """Read one member of ``meta``."""
        at = f"{self.at}/meta/{escape(name)}"
        if name == "match_on":
            self.match_on(value, at, creates=creates)
        elif name == "version" and not creates:
            self.version(value, at)
        elif name == "mode":
            self.problems[at] = "It is said once, in the meta of the document."
        else:
            super().meta(name, value, creates=creates)

    def version(self, value: JSON, at: str) -> None:
        """Read the version that the record must have."""
        if isinstance(value, int) and not isinstance(value, bool):
            self.precondition = Precondition.named(value, at)
        else:
            self.problems[at] = "Send the version as a whole number."


def read_directions(
    members: JSONObject,
    at: str,
    schema: Schema,
    resource: ResourceObject | None,
    *,
    creates: bool = False,
) -> OperationDirections:
    """Return what an operation says of how to write its resource, if it has one.

    Raises:
        MalformedDocument: if that is not understood.
    """
    resources = [] if resource is None else [resource]
    reader = OperationDirectionsReader(schema, resources, at)
    said = reader.read({"meta": members.get("meta", {})}, creates=creates)
    return OperationDirections(said, reader.precondition)

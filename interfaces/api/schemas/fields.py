"""``/schemas/{entity}/properties``: adding, changing and removing fields."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSONObject
from interfaces.api.schemas.bodies import body_of, check_id, fields_in, refuse_unknown
from interfaces.api.schemas.view import SchemaView
from objects.declarations.declarations import FieldDeclaration
from objects.declarations.fields import read_field_change
from objects.declarations.reader import DeclarationReader
from records.schema_changes.adding_fields import add_fields
from records.schema_changes.changing_fields import change_field
from records.schema_changes.removing_fields import remove_field


class FieldViewSet(SchemaView):
    """``/schemas/{entity}/properties``: the fields of an object type."""

    def create(self, request: Request, **kwargs: str) -> Response:
        """Add fields, and answer the schema."""
        self.parameters.only()
        declared = read_fields(self.document)
        schema, job = add_fields(
            self.actor, self.type_slug, declared, self.versions, at_once=self.at_once
        )
        if job is not None:
            return self.answer_job(job)
        return self.answer_schema(schema, is_new=True)

    def partial_update(self, request: Request, field: str, **kwargs: str) -> Response:
        """Change a field, and answer the schema and how many records changed."""
        force = self.read_force()
        declared = read_change(self.document, field)
        declared.may_clear, declared.at_once = force, self.at_once
        schema, changed, job = change_field(
            self.actor, self.type_slug, field, declared, self.versions
        )
        if job is not None:
            return self.answer_job(job)
        return self.answer_schema(schema, changed=changed)

    def destroy(self, request: Request, field: str, **kwargs: str) -> Response:
        """Remove a field with its values."""
        self.parameters.only()
        remove_field(
            self.actor, self.type_slug, field, self.versions, at_once=self.at_once
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


def read_fields(document: JSONObject) -> list[FieldDeclaration]:
    """Return the fields that a document declares.

    Raises:
        Refusal: if one cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-properties")
    if not at:
        refuse_unknown(members, ("properties",), at)
        members = reader.object(reader.member(members, "properties", ""), "/properties")
        at = "/properties"
    if not members and not reader.problems:
        reader.problems[at] = "Declare at least one field."
    fields = fields_in(reader, members, at)
    reader.finish()
    return fields


def read_change(document: JSONObject, name: str) -> FieldDeclaration:
    """Return what a document says is to change of a field.

    Raises:
        Refusal: if it cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-properties")
    check_id(document, name)
    declared = read_field_change(reader, name, members, at)
    reader.finish()
    return declared

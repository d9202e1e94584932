"""``/schemas/{entity}/relationships``: relating object types, on both sides at once."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from interfaces.api.schemas.bodies import MOST_TYPES, body_of, bounded, fields_in
from interfaces.api.schemas.view import SchemaView
from objects.declarations.declarations import FieldDeclaration, slug_in
from objects.declarations.reader import DeclarationReader
from objects.models import Kind
from records.schema_changes.relationships import add_relationships, remove_relationship


class SchemaRelationshipViewSet(SchemaView):
    """``/schemas/{entity}/relationships``: the relationships of an object type."""

    def create(self, request: Request, **kwargs: str) -> Response:
        """Add relationships on both sides, and answer the schema."""
        self.parameters.only()
        declared = read_relationships(self.document)
        schema = add_relationships(self.actor, declared, self.type_slug, self.versions)
        return self.answer_schema(schema, is_new=True)

    def destroy(self, request: Request, field: str, **kwargs: str) -> Response:
        """Remove a relationship on both sides."""
        self.parameters.only()
        remove_relationship(self.actor, self.type_slug, field, self.versions)
        return Response(status=status.HTTP_204_NO_CONTENT)


def read_relationships(
    document: JSONObject,
) -> dict[str, list[FieldDeclaration]]:
    """Return the relationships that a document declares, by object type.

    Raises:
        Refusal: if one cannot be so.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "relationship")
    declared: dict[str, list[FieldDeclaration]] = {}
    for name, properties in bounded(reader, [*members.items()], at, MOST_TYPES):
        place = f"{at}/{escape(name)}"
        sides = declared.setdefault(slug_in(name), [])
        sides += fields_in(reader, properties, place)
    fields = [field for sides in declared.values() for field in sides]
    if not fields and not reader.problems:
        reader.problems[at] = "Declare at least one relationship."
    for field in bounded(reader, fields, at):
        if "related" not in field.places:
            valid = ", ".join(Kind.values)
            why = f"Give an x-relationship with entity, field and kind: {valid}."
            reader.problems.setdefault(field.at, why)
    reader.finish()
    return declared

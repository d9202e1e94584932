"""``/schemas/objects``: making, changing and deleting a workspace's own types."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSONObject
from interfaces.api.schemas.bodies import (
    body_of,
    check_id,
    fields_in,
    refuse_unknown,
    slugs_in,
)
from interfaces.api.schemas.view import SchemaView
from objects.declarations.declarations import ObjectDeclaration
from objects.declarations.reader import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    DeclarationReader,
)
from records.schema_changes.deleting_objects import delete_object
from records.schema_changes.objects import change_object, create_object

OBJECT_MEMBERS = ("name", "plural", "description", "match_fields")


class CustomObjectViewSet(SchemaView):
    """``/schemas/objects``: the object types that are a workspace's own."""

    def create(self, request: Request, **kwargs: str) -> Response:
        """Make an object type, and answer its schema."""
        self.parameters.only()
        schema = create_object(self.actor, read_object(self.document))
        return self.answer_schema(schema, is_new=True)

    def update(self, request: Request, **kwargs: str) -> Response:
        """Change the labels and the match fields of an object type."""
        self.parameters.only()
        is_whole = request.method == "PUT"
        declared = read_object(self.document, self.type_slug, is_whole=is_whole)
        schema = change_object(self.actor, self.type_slug, declared, self.versions)
        return self.answer_schema(schema)

    def destroy(self, request: Request, **kwargs: str) -> Response:
        """Delete an object type."""
        force = self.read_force()
        delete_object(self.actor, self.type_slug, self.versions, force=force)
        return Response(status=status.HTTP_204_NO_CONTENT)


def read_object(
    document: JSONObject, name: str = "", *, is_whole: bool = False
) -> ObjectDeclaration:
    """Return what a document says of the object type of a name, or of a new one.

    A new one is declared with its fields.

    Raises:
        Refusal: if it cannot be so.
    """
    is_new = not name
    reader = DeclarationReader()
    members, at = body_of(document, "object")
    check_id(document, name)
    valid = (*OBJECT_MEMBERS, "properties") if is_new else OBJECT_MEMBERS
    refuse_unknown(members, valid, at)
    declared = ObjectDeclaration(at)
    if is_new or is_whole or "name" in members:
        named = reader.member(members, "name", at)
        declared.name = ""
        if "name" in members:
            declared.name = reader.line(named, f"{at}/name", LONGEST_NAME)
    if is_new or is_whole or "plural" in members:
        plural = members.get("plural", f"{declared.name}s"[:LONGEST_NAME])
        declared.plural = reader.line(plural, f"{at}/plural", LONGEST_NAME)
    if is_whole or "description" in members:
        description = members.get("description", "")
        place = f"{at}/description"
        declared.description = reader.line(description, place, LONGEST_DESCRIPTION, 0)
    if is_whole or "match_fields" in members:
        slugs = members.get("match_fields", [])
        declared.match_fields = slugs_in(reader, slugs, f"{at}/match_fields")
    properties = members.get("properties", {})
    declared.fields = fields_in(reader, properties, f"{at}/properties")
    reader.finish()
    return declared

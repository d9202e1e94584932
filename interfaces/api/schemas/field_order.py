"""The order of an object type's fields, and which of them people see."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from interfaces.api.schemas.bodies import body_of, bounded, refuse_unknown, slugs_in
from interfaces.api.schemas.view import SchemaView
from objects.declarations.declarations import OrderDeclaration, VisibilityDeclaration
from objects.declarations.reader import DeclarationReader
from records.schema_changes.field_order import order_fields, show_fields


class FieldOrderViewSet(SchemaView):
    """``/schemas/{entity}/fields-order``: the order of the fields."""

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Put fields in another order."""
        self.parameters.only()
        declared = read_order(self.document)
        schema = order_fields(self.actor, self.type_slug, declared, self.versions)
        return self.answer_schema(schema)


class FieldVisibilityViewSet(SchemaView):
    """``/schemas/{entity}/fields-visibility``: which fields people see."""

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Hide fields from people, or show them."""
        self.parameters.only()
        declared = read_visibility(self.document)
        schema = show_fields(self.actor, self.type_slug, declared, self.versions)
        return self.answer_schema(schema)


def read_order(document: JSONObject) -> OrderDeclaration:
    """Return the order of fields that a document asks for.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-property-order")
    refuse_unknown(members, ("order",), at)
    slugs = slugs_in(reader, reader.member(members, "order", at), f"{at}/order")
    reader.finish()
    return OrderDeclaration(f"{at}/order", slugs)


def read_visibility(document: JSONObject) -> VisibilityDeclaration:
    """Return which fields a document hides or shows.

    Raises:
        Refusal: if it cannot be understood.
    """
    reader = DeclarationReader()
    members, at = body_of(document, "schema-property-visibility")
    refuse_unknown(members, ("hiddenInDetails",), at)
    named = reader.member(members, "hiddenInDetails", at)
    at = f"{at}/hiddenInDetails"
    fields = bounded(reader, [*reader.object(named, at).items()], at)
    hidden = {
        slug: reader.flag(value, f"{at}/{escape(slug)}") for slug, value in fields
    }
    reader.finish()
    return VisibilityDeclaration(at, hidden)

"""The addresses of records, under both of their names, and of agents."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from interfaces.api.records.access import AccessViewSet
from interfaces.api.records.lookup import LookupViewSet
from interfaces.api.records.records import RecordQueryViewSet, RecordViewSet
from interfaces.api.records.relationships import RelationshipViewSet
from interfaces.api.schemas.schemas import ObjectTypeViewSet, SchemaViewSet
from interfaces.api.workspaces.agents import AgentViewSet


class EntityConverter(StringConverter):
    """The name of an object type, which clients write as person or core/person."""

    regex = "(?:core/|entities/)?[^/]+"


register_converter(EntityConverter, "entity")

agents = AgentViewSet.as_view({"get": "list", "post": "create"})
agent = AgentViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
collection = RecordViewSet.as_view(
    {
        "get": "list",
        "post": "create",
        "patch": "bulk_update",
        "delete": "bulk_destroy",
    }
)
bulk = RecordViewSet.as_view({"post": "bulk_create"})
query = RecordQueryViewSet.as_view({"post": "create"})
one = RecordViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
lookup = LookupViewSet.as_view({"post": "create"})
access = AccessViewSet.as_view({"get": "list", "post": "create"})
grant = AccessViewSet.as_view({"delete": "destroy"})
linkage = RelationshipViewSet.as_view(
    {"get": "linkage", "patch": "replace", "post": "add", "delete": "remove"}
)
related = RelationshipViewSet.as_view({"get": "related"})


def addresses(name: str) -> list[URLPattern]:
    """Return the addresses of records where they are called ``name``."""
    base = f"<str:workspace>/objects/<str:object>/{name}"
    return [
        path(base, collection),
        path(f"{base}/bulk", bulk),
        path(f"{base}/query", query),
        path(f"{base}/lookup", lookup),
        path(f"{base}/<str:id>", one),
        path(f"{base}/<str:id>/access", access),
        path(f"{base}/<str:id>/access/<str:agent>", grant),
        path(f"{base}/<str:id>/relationships/<str:relationship>", linkage),
        path(f"{base}/<str:id>/<str:relationship>", related),
    ]


def schema_addresses() -> list[URLPattern]:
    """Return the addresses of schemas. A type may be called core/person there too."""
    view = SchemaViewSet.as_view
    base = "<str:workspace>/schemas"
    one = f"{base}/<entity:entity>"
    custom = view(
        {
            "patch": "change_object",
            "put": "change_object",
            "delete": "delete_object",
        }
    )
    field = view({"patch": "change_field", "delete": "remove_field"})
    return [
        path(base, view({"get": "list", "patch": "edit_options"})),
        path(f"{base}/objects", view({"post": "create_object"})),
        path(f"{base}/objects/<str:entity>", custom),
        path(one, view({"get": "retrieve"})),
        path(f"{one}/properties", view({"post": "add_fields"})),
        path(f"{one}/properties/<str:field>", field),
        path(f"{one}/relationships", view({"post": "add_relationships"})),
        path(
            f"{one}/relationships/<str:field>", view({"delete": "remove_relationship"})
        ),
        path(f"{one}/fields-order", view({"patch": "order_fields"})),
        path(f"{one}/fields-visibility", view({"patch": "show_fields"})),
    ]


urlpatterns = [
    path("<str:workspace>/agents", agents),
    path("<str:workspace>/agents/<str:id>", agent),
    *addresses("records"),
    *addresses("resources"),
    *schema_addresses(),
    path("<str:workspace>/objects", ObjectTypeViewSet.as_view({"get": "list"})),
    path(
        "<str:workspace>/objects/<str:entity>",
        ObjectTypeViewSet.as_view({"get": "retrieve"}),
    ),
]

"""The addresses of records, under both of their names, and of agents."""

from django.urls import URLPattern, path

from records.views.agents import AgentViewSet
from records.views.records import RecordQueryViewSet, RecordViewSet
from records.views.relationships import RelationshipViewSet

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
        path(f"{base}/<str:id>", one),
        path(f"{base}/<str:id>/relationships/<str:relationship>", linkage),
        path(f"{base}/<str:id>/<str:relationship>", related),
    ]


urlpatterns = [
    *addresses("records"),
    *addresses("resources"),
    path("<str:workspace>/agents", agents),
    path("<str:workspace>/agents/<str:id>", agent),
]

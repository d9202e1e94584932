"""The addresses of records, under both of their names."""

from django.urls import URLPattern, path

from records.views.access import AccessViewSet
from records.views.lookup import LookupViewSet
from records.views.records import RecordQueryViewSet, RecordViewSet
from records.views.relationships import RelationshipViewSet

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


urlpatterns = [*addresses("records"), *addresses("resources")]

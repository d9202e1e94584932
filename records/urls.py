"""The addresses of records, under both of their names."""

from django.urls import URLPattern, path

from records.views import RecordViewSet

collection = RecordViewSet.as_view(
    {
        "get": "list",
        "post": "create",
        "patch": "bulk_update",
        "delete": "bulk_destroy",
    }
)
bulk = RecordViewSet.as_view({"post": "bulk_create"})
one = RecordViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)


def addresses(name: str) -> list[URLPattern]:
    """Return the addresses of records where they are called ``name``."""
    base = f"<str:workspace>/objects/<str:object>/{name}"
    return [
        path(base, collection),
        path(f"{base}/bulk", bulk),
        path(f"{base}/<str:id>", one),
    ]


urlpatterns = [*addresses("records"), *addresses("resources")]

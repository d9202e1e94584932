"""Every address of the JSON:API, below ``/v1/workspaces/``."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from interfaces.api.jobs.jobs import JobViewSet
from interfaces.api.records.access import AccessViewSet
from interfaces.api.records.access_changes import AccessChangeViewSet
from interfaces.api.records.atomic_operations import OperationsViewSet
from interfaces.api.records.changes import ChangeViewSet
from interfaces.api.records.deleted import DeletedViewSet
from interfaces.api.records.deleted_resources import DeletedResourceViewSet
from interfaces.api.records.duplicates import (
    DuplicatesOfOneViewSet,
    DuplicateViewSet,
    ScanViewSet,
)
from interfaces.api.records.history import HistoryViewSet
from interfaces.api.records.linkage import LinkageViewSet
from interfaces.api.records.lookup import LookupViewSet
from interfaces.api.records.merge import (
    MergeViewSet,
    SourcesViewSet,
    UnmergeViewSet,
)
from interfaces.api.records.querying import RecordQueryViewSet
from interfaces.api.records.records import RecordViewSet
from interfaces.api.records.related import RelatedViewSet
from interfaces.api.records.restore import RestoreViewSet
from interfaces.api.records.undo import UndoViewSet
from interfaces.api.schemas.custom_objects import CustomObjectViewSet
from interfaces.api.schemas.field_order import FieldOrderViewSet, FieldVisibilityViewSet
from interfaces.api.schemas.fields import FieldViewSet
from interfaces.api.schemas.object_types import ObjectTypeViewSet
from interfaces.api.schemas.relationships import SchemaRelationshipViewSet
from interfaces.api.schemas.schemas import SchemaViewSet
from interfaces.api.webhooks.deliveries import DeliveryViewSet
from interfaces.api.webhooks.webhooks import WebhookViewSet
from interfaces.api.workspaces.agents import AgentViewSet
from interfaces.api.workspaces.api_keys import ApiKeyViewSet
from interfaces.api.workspaces.entry import EntryViewSet
from interfaces.api.workspaces.erasures import ErasureViewSet
from interfaces.api.workspaces.me import MeViewSet
from interfaces.api.workspaces.settings import SettingsViewSet
from interfaces.api.workspaces.users import UserViewSet
from records.resources.addresses import OBJECTS_FIRST, TYPE_AND_ID


class EntityConverter(StringConverter):
    """The name of an object type, which clients write as person or core/person."""

    regex = "(?:core/|entities/)?[^/]+"


register_converter(EntityConverter, "entity")

entry = EntryViewSet.as_view({"get": "retrieve"})
users = UserViewSet.as_view({"get": "list"})
user = UserViewSet.as_view({"get": "retrieve"})
keys = ApiKeyViewSet.as_view({"get": "list", "post": "create"})
key = ApiKeyViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
rotation = ApiKeyViewSet.as_view({"post": "rotate"})
me = MeViewSet.as_view({"get": "retrieve"})
settings = SettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
erasures = ErasureViewSet.as_view({"get": "list", "post": "create"})
erasure = ErasureViewSet.as_view({"get": "retrieve"})
agents = AgentViewSet.as_view({"get": "list", "post": "create"})
agent = AgentViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
jobs = JobViewSet.as_view({"get": "list"})
job = JobViewSet.as_view({"get": "retrieve", "delete": "destroy"})
collection = RecordViewSet.as_view(
    {
        "get": "list",
        "query": "search",
        "post": "create",
        "patch": "bulk_update",
        "delete": "bulk_destroy",
    }
)
bulk = RecordViewSet.as_view({"post": "bulk_create"})
query = RecordQueryViewSet.as_view({"query": "create", "post": "create"})
one = RecordViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
lookup = LookupViewSet.as_view({"post": "create"})
access_changes = AccessChangeViewSet.as_view({"post": "create"})
access = AccessViewSet.as_view({"get": "list", "post": "create"})
grant = AccessViewSet.as_view({"delete": "destroy"})
linkage = LinkageViewSet.as_view(
    {"get": "retrieve", "patch": "replace", "post": "add", "delete": "remove"}
)
schemas = SchemaViewSet.as_view({"get": "list", "patch": "edit_options"})
schema = SchemaViewSet.as_view({"get": "retrieve"})
custom_objects = CustomObjectViewSet.as_view({"post": "create"})
custom_object = CustomObjectViewSet.as_view(
    {"patch": "update", "put": "update", "delete": "destroy"}
)
new_fields = FieldViewSet.as_view({"post": "create"})
field = FieldViewSet.as_view({"patch": "partial_update", "delete": "destroy"})
new_relationships = SchemaRelationshipViewSet.as_view({"post": "create"})
relationship = SchemaRelationshipViewSet.as_view({"delete": "destroy"})
field_order = FieldOrderViewSet.as_view({"patch": "partial_update"})
field_visibility = FieldVisibilityViewSet.as_view({"patch": "partial_update"})
changes = ChangeViewSet.as_view({"get": "list"})
change = ChangeViewSet.as_view({"get": "retrieve"})
duplicates = DuplicateViewSet.as_view({"get": "list"})
duplicate = DuplicateViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
scan = ScanViewSet.as_view({"post": "create"})
duplicates_of_one = DuplicatesOfOneViewSet.as_view({"get": "list"})
history = HistoryViewSet.as_view({"get": "list"})
deleted = DeletedViewSet.as_view({"get": "list"})
deleted_one = DeletedViewSet.as_view({"get": "retrieve"})
deleted_resources = DeletedResourceViewSet.as_view({"get": "list"})
restoration = RestoreViewSet.as_view({"post": "create"})
undo = UndoViewSet.as_view({"post": "create"})
operations = OperationsViewSet.as_view({"post": "create"})
merge = MergeViewSet.as_view({"post": "create"})
sources = SourcesViewSet.as_view({"post": "create"})
unmerge = UnmergeViewSet.as_view({"post": "create"})
related = RelatedViewSet.as_view({"get": "retrieve"})

webhooks = WebhookViewSet.as_view({"get": "list", "post": "create"})
webhook = WebhookViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
deliveries = DeliveryViewSet.as_view({"get": "list"})
delivery = DeliveryViewSet.as_view({"get": "retrieve"})
resending = DeliveryViewSet.as_view({"post": "resend"})


def record_addresses(shape: str, links: str | None = None) -> list[URLPattern]:
    """Return the addresses of records in a shape, and what shape links there have."""
    views = {
        "": collection,
        "/bulk": bulk,
        "/query": query,
        "/lookup": lookup,
        "/access": access_changes,
        "/<str:id>": one,
        "/<str:id>/history": history,
        "/<str:id>/duplicates": duplicates_of_one,
        "/<str:id>/merge": merge,
        "/<str:id>/merges": sources,
        "/<str:id>/unmerge": unmerge,
        "/<str:id>/access": access,
        "/<str:id>/access/<str:agent>": grant,
        "/<str:id>/relationships/<str:relationship>": linkage,
        "/<str:id>/<str:relationship>": related,
    }
    base = "<str:workspace>/" + shape.format("<str:object>")
    return [
        path(base + below, view, {"shape": links or shape})
        for below, view in views.items()
    ]


def duplicate_addresses() -> list[URLPattern]:
    """Return the addresses of pairs of records that are perhaps the same."""
    base = "<str:workspace>/objects/<str:object>/duplicates"
    return [
        path(base, duplicates),
        path(f"{base}/scan", scan),
        path(f"{base}/<str:pair>", duplicate),
    ]


def deleted_addresses() -> list[URLPattern]:
    """Return the addresses of records that are gone."""
    base = "<str:workspace>/objects/<str:object>/deleted"
    return [
        path(base, deleted),
        path(f"{base}/<str:id>", deleted_one),
        path(f"{base}/<str:id>/restore", restoration),
        path(f"{base}-resources", deleted_resources),
    ]


def schema_addresses() -> list[URLPattern]:
    """Return the addresses of schemas. A type may be called core/person there too."""
    base = "<str:workspace>/schemas"
    one = f"{base}/<entity:entity>"
    fields, relationships = f"{one}/properties", f"{one}/relationships"
    return [
        path(base, schemas),
        path(f"{base}/objects", custom_objects),
        path(f"{base}/objects/<str:entity>", custom_object),
        path(one, schema),
        path(fields, new_fields),
        path(f"{fields}/<str:field>", field),
        path(relationships, new_relationships),
        path(f"{relationships}/<str:field>", relationship),
        path(f"{one}/fields-order", field_order),
        path(f"{one}/fields-visibility", field_visibility),
    ]


def webhook_addresses() -> list[URLPattern]:
    """Return the addresses of webhooks, of what is done to them, and of deliveries."""
    one = "<str:workspace>/webhooks/<str:id>"
    verbs = ("rotate", "test", "replay", "disable", "enable")
    return [
        path("<str:workspace>/webhooks", webhooks),
        path(one, webhook),
        *(path(f"{one}/{v}", WebhookViewSet.as_view({"post": v})) for v in verbs),
        path(f"{one}/deliveries", deliveries),
        path(f"{one}/deliveries/<str:delivery>", delivery),
        path(f"{one}/deliveries/<str:delivery>/resend", resending),
    ]


urlpatterns = [
    *record_addresses(OBJECTS_FIRST),
    *record_addresses("objects/{}/resources", links=OBJECTS_FIRST),
    *record_addresses(TYPE_AND_ID),
    path("<str:workspace>", entry),
    path("<str:workspace>/users", users),
    path("<str:workspace>/users/<str:id>", user),
    path("<str:workspace>/api-keys", keys),
    path("<str:workspace>/api-keys/<str:id>", key),
    path("<str:workspace>/api-keys/<str:id>/rotate", rotation),
    path("<str:workspace>/me", me),
    path("<str:workspace>/settings", settings),
    path("<str:workspace>/agents", agents),
    path("<str:workspace>/agents/<str:id>", agent),
    path("<str:workspace>/erasures", erasures),
    path("<str:workspace>/erasures/<str:id>", erasure),
    path("<str:workspace>/jobs", jobs),
    path("<str:workspace>/jobs/<str:id>", job),
    path("<str:workspace>/changes", changes),
    path("<str:workspace>/changes/<str:id>", change),
    path("<str:workspace>/changes/<str:id>/undo", undo),
    path("<str:workspace>/operations", operations),
    *schema_addresses(),
    *deleted_addresses(),
    *duplicate_addresses(),
    *webhook_addresses(),
    path("<str:workspace>/objects", ObjectTypeViewSet.as_view({"get": "list"})),
    path(
        "<str:workspace>/objects/<str:entity>",
        ObjectTypeViewSet.as_view({"get": "retrieve"}),
    ),
]

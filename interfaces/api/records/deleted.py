"""``/objects/{object}/deleted``: the records of a type that are gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.json_types import JSONObject
from crm.jsonapi.documents import data_document
from crm.jsonapi.pagination import linker
from crm.jsonapi.queries import Query
from crm.moments import wire_time
from interfaces.api.pages import read_size_of_walk
from interfaces.api.records.changes import JournalViewSet
from interfaces.api.records.fieldsets import read_record_fieldsets
from interfaces.api.records.former_resources import former_resource
from objects.schema import Schema
from records.ids import decode_id, encode_id
from records.journal.cursors import find_former_place
from records.journal.deleted import DeletedRecords
from records.journal.former_records import FormerRecords
from records.journal.gone import GoneRecord
from records.journal.visibility import visible_among
from records.reading.rows import Fieldset, RecordRow
from records.writing.operations import NoSuchRecord


class GoneViewSet(JournalViewSet):
    """A view of the records of the object type in the address that are gone."""

    @cached_property
    def record_schema(self) -> Schema:
        """The schema of the object type. Another workspace's is not found."""
        return self.catalog.schema(self.kwargs["object"])

    @cached_property
    def fields(self) -> Fieldset:
        """The fields that are to be shown."""
        fieldsets = read_record_fieldsets(self.parameters, self.catalog)
        return fieldsets.get(self.record_schema.slug)

    def resources(self, found: Sequence[GoneRecord]) -> Sequence[dict[str, object]]:
        """Return the resources of records that are gone, as they were in the end.

        Records that the caller does not see are not named.
        """
        seen = visible_among(
            self.actor, {other for one in found for other in others(one)}
        )
        made = FormerRecords(self.catalog, self.record_schema, self.fields)
        return [self.resource(gone, made, seen) for gone in found]

    def resource(
        self, gone: GoneRecord, made: FormerRecords, seen: set[UUID]
    ) -> dict[str, object]:
        """Return the resource of a record that is gone."""
        former = made.record(gone.id, gone.version, gone.shown, gone.links, seen)
        former = former._replace(row=self.completed(former.row, gone))
        record_id = encode_id(gone.schema.prefix, gone.id)
        address = self.addresses.below(
            f"objects/{gone.schema.slug}/deleted/{record_id}"
        )
        resource = former_resource(gone.schema, *former, address, self.fields)
        resource["meta"] = self.end_of(gone, seen)
        return resource

    def completed(self, row: RecordRow, gone: GoneRecord) -> RecordRow:
        """Return what is shown of a record that is gone."""
        return row

    def end_of(self, gone: GoneRecord, seen: set[UUID]) -> JSONObject:
        """Return what there is to say of the end of a record."""
        survivor = gone.merged_into if gone.merged_into in seen else None
        return {
            "version": gone.version,
            "deleted_at": wire_time(gone.deleted_at),
            "deleted_by": gone.deleted_by,
            "change": self.journal.ids.of(gone.seq),
            "merged_into": encode_id(gone.schema.prefix, survivor)
            if survivor
            else None,
        }


class DeletedViewSet(GoneViewSet):
    """The deleted records of the object type in the address, the last first."""

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer the records that were deleted last, or before another one."""
        self.parameters.only("page", "filter", "fields")
        size = read_size_of_walk(self.parameters, self.workspace.default_page_size)
        before = self.place_before(find_former_place, "page")
        gone = self.deleted(are_merged=read_merged(self.parameters))
        found = gone.before(before, size + 1)
        shown = found[:size]
        document = data_document(self.resources(shown))
        has_more = len(found) > size
        cursor = self.journal.ids.of(shown[-1].seq) if shown else None
        step = {"page[size]": size, "page[after]": cursor}
        document["links"] = {
            "self": absolute(request),
            "prev": None,
            "next": linker(request._request)(step) if has_more else None,
        }
        document["meta"] = {"has_more": has_more}
        return Response(document)

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer one record that was deleted, or merged into another."""
        self.parameters.only("fields")
        record = decode_id(self.record_schema.prefix, id)
        gone = self.deleted().get(record) if record else None
        if gone is None:
            raise NoSuchRecord()
        document = data_document(self.resources([gone])[0])
        document["links"] = {"self": absolute(request)}
        return Response(document)

    def deleted(self, *, are_merged: bool = False) -> DeletedRecords:
        """Return the records that are gone, as the caller may read them."""
        return DeletedRecords(
            self.actor, self.catalog, self.record_schema, are_merged=are_merged
        )


def others(gone: GoneRecord) -> Iterable[UUID]:
    """Yield the other records that the end of one names."""
    for ids in gone.links.values():
        yield from ids
    if gone.merged_into:
        yield gone.merged_into


def read_merged(query: Query) -> bool:
    """Return whether records are asked for that were merged into others.

    Raises:
        Refusal: if anything else is asked of them.
    """
    for parameter in query.family("filter"):
        if parameter.steps != ("merged",):
            raise query.place_of(parameter).unknown("Only filter by merged.")
    written = query.single("filter", "merged") or "false"
    if written not in {"true", "false"}:
        raise query.place("filter", "merged").refuse("Use true or false.")
    return written == "true"

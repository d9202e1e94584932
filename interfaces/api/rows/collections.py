"""The rows of one model in the workspace, as resources of one type.

Decision 25 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_json_api.views import ModelViewSet

from crm.absolute import absolute
from crm.errors import InvalidHeader
from crm.jsonapi.bounds import MOST_PATHS, within
from crm.jsonapi.conditions import CONDITIONS
from crm.jsonapi.documents import data_document
from crm.jsonapi.fieldsets import FieldNames, read_fieldsets
from crm.jsonapi.queries import Query
from crm.jsonapi.sorting import read_sorting
from interfaces.api.pages import LIST_PARAMETERS, ONE_PARAMETERS, answer_page
from interfaces.api.rows.bodies import read_values
from interfaces.api.rows.filters import ResourceFilters, Rows
from interfaces.api.rows.listing import RowListing
from interfaces.api.view import WorkspaceViewSet
from interfaces.api.workspaces.resources import ModelResources
from interfaces.api.workspaces.serializers import ResourceSerializer


class RowSelection(NamedTuple):
    """What ``fields`` and ``include`` ask for."""

    fieldsets: Mapping[str, frozenset[str]]
    include: Sequence[str] | None


class CollectionViewSet(WorkspaceViewSet, ModelViewSet):
    """A collection and its members. What may be done with them, the addresses say."""

    serializer_class: type[ResourceSerializer]
    filters: ClassVar[type[ResourceFilters]]
    default_order: ClassVar[str] = "-created_at"
    lookup_url_kwarg = "id"

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the collection."""
        self.parameters.only(*LIST_PARAMETERS)
        _ = self.selection
        region = self.workspace.region
        rows = self.filters.narrow(self.get_queryset(), self.parameters, region)
        sorting = read_sorting(self.parameters, self.default_order)
        whose = f"{self.workspace.id}/{self.resource_type}"
        listing = RowListing.of(rows, self.filters.columns, sorting, whose)
        return answer_page(self, self.parameters, listing, self.compose)

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer one resource."""
        self.parameters.only(*ONE_PARAMETERS)
        return self.answer_one(self.get_object())

    def read_values(self, row: Any = None) -> dict[str, Any]:  # Of any model.
        """Return what the body asks to set, of a new row or one that is there.

        Raises:
            Refusal: if the body or the query cannot be taken.
        """
        self.check_request(*ONE_PARAMETERS)
        return read_values(self.document, self.serialize(row))

    def serialize(self, row: Any = None) -> ResourceSerializer:  # Of any model.
        """Return the serializer of a row, or of one that is yet to be."""
        serializer = self.get_serializer(row)
        assert isinstance(serializer, ResourceSerializer)
        return serializer

    def check_request(self, *parameters: str) -> None:
        """Refuse what a write does not heed.

        Raises:
            Refusal: if the request has other parameters, or is conditional.
        """
        self.parameters.only(*parameters)
        _ = self.selection
        for header in CONDITIONS:
            if header in self.request.headers:
                why = "Resources of this type have no version."
                raise InvalidHeader({header: why})

    def answer_one(self, row: Any, *, is_new: bool = False) -> Response:
        """Return the answer with one resource, new or not."""
        document = self.compose([row])
        (document["data"],) = document["data"]  # type: ignore[misc]  # A list.
        document["links"] = {"self": absolute(self.request)}
        if not is_new:
            return Response(document)
        headers = {"Location": self.addresses.row(self.resource_type, row.pk)}
        return Response(document, status.HTTP_201_CREATED, headers=headers)

    def compose(self, rows: Sequence[Any]) -> dict[str, object]:
        """Return the ``data`` and ``included`` of a document."""
        selection = self.selection
        made = ModelResources(self.addresses, selection.fieldsets)
        serializers = [self.serialize(row) for row in rows]
        data = [made.resource(serializer) for serializer in serializers]
        if selection.include is None:
            return data_document(data)
        included = made.included(serializers, selection.include)
        return data_document(data, included=included)

    def get_queryset(self) -> Rows:
        rows: Rows = super().get_queryset()  # type: ignore[no-untyped-call]  # DJA's.
        return rows.filter(workspace=self.workspace)

    def get_serializer_class(self) -> type[ResourceSerializer]:
        return self.serializer_class

    def get_serializer_context(self) -> dict[str, Any]:
        """Return what serializers may know.

        Not the request: DJA would look for its parameters and ignore what is wrong.
        """
        return {"workspace": self.workspace}

    @property
    def resource_type(self) -> str:
        """The type of the resources."""
        return str(self.serializer_class.Meta.resource_name)

    @cached_property
    def selection(self) -> RowSelection:
        """What ``fields`` and ``include`` ask for.

        Raises:
            Refusal: if one is not understood.
        """
        paths = getattr(self.serializer_class, "included_serializers", {})
        types = {one.Meta.resource_name: one.Meta.fields for one in paths.values()}
        types[self.resource_type] = self.get_serializer_class().Meta.fields

        def fields_of(type_: str) -> FieldNames:
            names = types.get(type_)
            return None if names is None else {name: name for name in names}

        fieldsets = read_fieldsets(self.parameters, types, fields_of)
        return RowSelection(fieldsets, read_row_include(self.parameters, paths))


def read_row_include(query: Query, valid: Iterable[str]) -> Sequence[str] | None:
    """Return the relationships to follow; None if nothing was said of them.

    Raises:
        Refusal: if one does not exist.
    """
    written = query.plain("include")
    if written is None:
        return None
    place = query.place("include")
    names = within(written.split(",") if written else [], place, MOST_PATHS)
    unknown = [name for name in names if name not in valid]
    if unknown:
        there = ", ".join(valid) or "none"
        why = f"There is no relationship {unknown[0]!r}. There are: {there}."
        raise place.refuse(why)
    return list(dict.fromkeys(names))

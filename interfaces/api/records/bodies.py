"""From request documents to operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crm.errors import MalformedDocument, TooManyRows
from crm.json_types import JSONObject
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import (
    LinkageData,
    Reader,
    ResourceObject,
    read_resource,
    read_resources,
)
from interfaces.api.records.directions import Directions, DirectionsReader
from interfaces.api.records.viewers import chosen_viewers, refuse_viewers
from objects.schema import Schema
from records.writing.operations import (
    Delete,
    Linkage,
    Strategy,
    Update,
    Upsert,
    Viewers,
)


def check_count(rows: Sequence[object], at: str, limit: int) -> None:
    """Refuse a request with too many rows, or none.

    Raises:
        TooManyRows: if it has.
    """
    if not 1 <= len(rows) <= limit:
        raise TooManyRows({at: f"Send 1 to {limit} rows, not {len(rows)}."})


def read_upsert(
    document: JSONObject,
    schema: Schema,
    precondition: Precondition,
    *,
    is_strict: bool = False,
) -> tuple[Upsert, Directions]:
    """Return what a document with one resource asks to create or update.

    ``is_strict`` refuses to update unless the document says that it may match.

    Raises:
        MalformedDocument: if the document is not such a one.
    """
    resource = read_resource(document)
    directions = DirectionsReader(schema, [resource]).read(document, creates=True)
    if is_strict:
        directions.refuse_matches(document)
    (access,) = chosen_viewers({"/data": resource})
    upsert = upsert_of(schema, "/data", resource, directions, access)
    return replace(upsert, precondition=precondition), directions


def read_upserts(
    document: JSONObject, schema: Schema, limit: int, *, is_strict: bool = False
) -> tuple[list[Upsert], Directions]:
    """Return what a document with many resources asks to create or update.

    ``is_strict`` refuses to update unless the document says that it may match.

    Raises:
        MalformedDocument: if the document is not such a one.
        TooManyRows: if it has more rows than ``limit``, or none.
    """
    resources = read_resources(document)
    check_count(resources, "/data", limit)
    directions = DirectionsReader(schema, resources).read(document, creates=True)
    if is_strict:
        directions.refuse_matches(document)
    placed = {f"/data/{index}": resource for index, resource in enumerate(resources)}
    chosen = chosen_viewers(placed)
    rows = [
        upsert_of(schema, at, resource, directions, access)
        for (at, resource), access in zip(placed.items(), chosen, strict=True)
    ]
    return rows, directions


def read_update(
    document: JSONObject, schema: Schema, record: str, precondition: Precondition
) -> tuple[Update, Directions]:
    """Return what a document asks to change of the record in the address.

    Raises:
        MalformedDocument: if the document is not such a one.
    """
    resource = read_resource(document, is_change=True)
    refuse_viewers({"/data": resource})
    directions = DirectionsReader(schema, [resource]).read(document)
    update = Update(
        schema.slug,
        at="/data",
        type=resource.type,
        attributes=resource.attributes,
        relationships=linkages_of(resource),
        strategies=directions.strategies,
        id=record,
        id_at="",
        sent_id=resource.id,
        precondition=precondition,
    )
    return update, directions


def read_updates(
    document: JSONObject, schema: Schema, limit: int
) -> tuple[list[Update], Directions]:
    """Return what a document asks to change of many records, each with its id.

    Raises:
        MalformedDocument: if the document is not such a one.
        TooManyRows: if it has more rows than ``limit``, or none.
    """
    resources = read_resources(document, is_change=True)
    check_count(resources, "/data", limit)
    nameless = [i for i, resource in enumerate(resources) if resource.id is None]
    if nameless:
        raise MalformedDocument(
            {f"/data/{index}": "The resource must have an id." for index in nameless}
        )
    placed = {f"/data/{index}": resource for index, resource in enumerate(resources)}
    refuse_viewers(placed)
    directions = DirectionsReader(schema, resources).read(document)
    rows = [
        Update(
            schema.slug,
            at=at,
            type=resource.type,
            attributes=resource.attributes,
            relationships=linkages_of(resource),
            strategies=directions.strategies,
            id=str(resource.id),
            id_at="/id",
        )
        for at, resource in placed.items()
    ]
    return rows, directions


def read_deletes(
    document: JSONObject, schema: Schema, limit: int
) -> tuple[list[Delete], Directions]:
    """Return which records a document asks to delete: ``{"items": [id, ...]}``.

    Raises:
        MalformedDocument: if the document is not such a one.
        TooManyRows: if it names more records than ``limit``, or none.
    """
    ids = read_ids(document, limit)
    directions = DirectionsReader(schema, []).read(document)
    rows = [
        Delete(schema.slug, at="/items", id=record, id_at=f"/{index}")
        for index, record in enumerate(ids)
    ]
    return rows, directions


def read_ids(document: JSONObject, limit: int) -> list[str]:
    """Return the ids of records in a document: ``{"items": [id, ...]}``.

    Raises:
        MalformedDocument: if they are not there, or no texts.
        TooManyRows: if there are more than ``limit``, or none.
    """
    reader = Reader()
    items = reader.array(reader.member(document, "items", ""), "/items")
    for index, item in enumerate(items):
        if not isinstance(item, str):
            reader.problems[f"/items/{index}"] = "An id must be text."
    reader.finish()
    check_count(items, "/items", limit)
    return [str(item) for item in items]


def upsert_of(
    schema: Schema,
    at: str,
    resource: ResourceObject,
    directions: Directions,
    access: Viewers | None,
) -> Upsert:
    """Return the operation that a resource object stands for."""
    return Upsert(
        schema.slug,
        at=at,
        type=resource.type,
        sent_id=resource.id,
        attributes=resource.attributes,
        relationships=linkages_of(resource),
        strategies=directions.strategies,
        match_on=directions.match_on,
        on_match=directions.on_match,
        access=access or directions.access,
    )


def linkages_of(resource: ResourceObject) -> dict[str, Linkage]:
    """Return the changes of linkage in a resource object."""
    return {slug: linkage_of(data) for slug, data in resource.relationships.items()}


def linkage_of(
    linkage: LinkageData, how: Strategy = Strategy.REPLACE, at: str | None = None
) -> Linkage:
    """Return a change of linkage, which may have stood elsewhere than usual."""
    if isinstance(linkage, tuple):
        return Linkage(linkage, is_array=True, how=how, at=at)
    named = () if linkage is None else (linkage,)
    return Linkage(named, is_array=False, how=how, at=at)

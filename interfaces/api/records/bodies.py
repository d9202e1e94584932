"""From request documents to operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from crm.errors import MalformedDocument, Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import (
    LinkageData,
    Reader,
    ResourceObject,
    escape,
    read_resource,
    read_resources,
)
from crm.nearest import Advisor, quoted
from objects.schema import Schema
from records.writing.operations import (
    Delete,
    Linkage,
    Mode,
    OnMatch,
    Strategy,
    Update,
    Upsert,
)

Choice = TypeVar("Choice", bound=StrEnum)

STRATEGIES = {
    "collection": {
        "append": Strategy.APPEND,
        "remove": Strategy.REMOVE,
        "replace": Strategy.REPLACE,
    },
    "array": {"append": Strategy.APPEND, "replace": Strategy.REPLACE},
    "object": {"merge": Strategy.MERGE, "replace": Strategy.REPLACE},
}
"""What ``meta`` may say of a field: for what kind of value, and what to do."""


class TooManyRows(Refusal):
    """The request has more rows than are written at once, or none."""

    status = 422
    code = "too_many_rows"
    title = "Wrong number of rows"


@dataclass
class Directions:
    """What a document says, beside its data, of how to write all of it."""

    mode: Mode = Mode.ATOMIC
    on_match: OnMatch = OnMatch.UPDATE
    match_on: tuple[str, ...] | None = None
    strategies: dict[str, Strategy] = field(default_factory=dict)

    def refuse_matches(self, document: JSONObject) -> None:
        """Refuse to create what exists, unless the document said what to do then."""
        meta = document.get("meta", {})
        is_said = isinstance(meta, dict) and "on_match" in meta
        if "match_on" not in document and not is_said:
            self.on_match = OnMatch.REFUSE


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
    upsert = upsert_of(schema, "/data", resource, directions)
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
    rows = [
        upsert_of(schema, f"/data/{index}", resource, directions)
        for index, resource in enumerate(resources)
    ]
    return rows, directions


def read_update(
    document: JSONObject, schema: Schema, record: str, precondition: Precondition
) -> tuple[Update, Directions]:
    """Return what a document asks to change of the record in the address.

    Raises:
        MalformedDocument: if the document is not such a one.
    """
    resource = read_resource(document)
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
    resources = read_resources(document)
    check_count(resources, "/data", limit)
    nameless = [i for i, resource in enumerate(resources) if resource.id is None]
    if nameless:
        raise MalformedDocument(
            {f"/data/{index}": "The resource must have an id." for index in nameless}
        )
    directions = DirectionsReader(schema, resources).read(document)
    rows = [
        Update(
            schema.slug,
            at=f"/data/{index}",
            type=resource.type,
            attributes=resource.attributes,
            relationships=linkages_of(resource),
            strategies=directions.strategies,
            id=str(resource.id),
            id_at="/id",
        )
        for index, resource in enumerate(resources)
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
    reader = Reader()
    items = reader.array(reader.member(document, "items", ""), "/items")
    for index, item in enumerate(items):
        if not isinstance(item, str):
            reader.problems[f"/items/{index}"] = "An id must be text."
    reader.finish()
    check_count(items, "/items", limit)
    directions = DirectionsReader(schema, []).read(document)
    rows = [
        Delete(schema.slug, at="/items", id=str(item), id_at=f"/{index}")
        for index, item in enumerate(items)
    ]
    return rows, directions


def upsert_of(
    schema: Schema, at: str, resource: ResourceObject, directions: Directions
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


class DirectionsReader(Reader):
    """Reads ``meta`` and ``match_on``, where a name that is not known is a mistake."""

    def __init__(self, schema: Schema, resources: Sequence[ResourceObject]) -> None:
        super().__init__()
        self.schema = schema
        self.sent = {
            schema.slug_of(name)
            for resource in resources
            for name in resource.attributes or {}
        }
        self.directions = Directions()

    def read(self, document: JSONObject, *, creates: bool = False) -> Directions:
        """Return the directions in a document.

        Raises:
            MalformedDocument: if one is not understood.
        """
        if "match_on" in document:
            self.match_on(document["match_on"], creates=creates)
        for name, value in self.object(document.get("meta", {}), "/meta").items():
            self.meta(name, value, creates=creates)
        self.finish()
        return self.directions

    def meta(self, name: str, value: JSON, *, creates: bool) -> None:
        """Read one member of ``meta``."""
        at = f"/meta/{escape(name)}"
        slug = self.schema.slug_of(name)
        if name == "mode":
            self.directions.mode = self.choice(Mode, value, at) or Mode.ATOMIC
        elif name == "on_match" and creates:
            chosen = self.choice(OnMatch, value, at)
            self.directions.on_match = chosen or OnMatch.UPDATE
        elif slug in self.schema.attributes:
            self.strategy(name, value, at)
        else:
            self.problems[at] = self.unknown(name, creates=creates)

    def unknown(self, name: str, *, creates: bool) -> str:
        """Return what to say of a name in ``meta`` that means nothing."""
        why = f"Nothing called {quoted(name)} can be said here."
        if self.problems:
            return why
        valid = ["mode", *(["on_match"] if creates else []), *self.schema.attributes]
        return why + Advisor(valid).advice(name)

    def match_on(self, value: JSON, *, creates: bool) -> None:
        """Read by which unique fields to match."""
        names = value if isinstance(value, list) else [value]
        slugs = [
            self.schema.aliases.get(n) if isinstance(n, str) else None for n in names
        ]
        if not creates:
            self.problems["/match_on"] = "Only what creates can match."
        elif not slugs or not all(slug in self.schema.unique for slug in slugs):
            valid = ", ".join(self.schema.unique) or "none"
            self.problems["/match_on"] = f"Name unique fields. There are: {valid}."
        else:
            self.directions.match_on = tuple(dict.fromkeys(map(str, names)))

    def strategy(self, name: str, value: JSON, at: str) -> None:
        """Read how to combine the values of a field."""
        slug = self.schema.slug_of(name)
        valid = self.strategies_for(slug)
        members = self.object(value, at)
        if slug not in self.sent:
            self.problems[at] = "The field has no value in the attributes."
        for kind, way in members.items():
            if not isinstance(way, str) or way not in valid.get(kind, {}):
                spelled = " or ".join(
                    f'{{"{k}": "{n}"}}' for k, names in valid.items() for n in names
                )
                self.problems[at] = f"Use {spelled}." if spelled else "Use none here."
                return
            self.directions.strategies[name] = valid[kind][way]

    def strategies_for(self, slug: str) -> Mapping[str, Mapping[str, Strategy]]:
        """Return the strategies that fit a field."""
        field_ = self.schema.attributes[slug]
        if field_.is_collection:
            return {"collection": STRATEGIES["collection"]}
        if field_.type == "json":
            return {kind: STRATEGIES[kind] for kind in ("array", "object")}
        return {}

    def choice(self, choices: type[Choice], value: JSON, at: str) -> Choice | None:
        """Return one of several names."""
        valid = [choice.value for choice in choices]
        if isinstance(value, str) and value in valid:
            return choices(value)
        self.problems[at] = f"Use {', '.join(valid)}."
        return None

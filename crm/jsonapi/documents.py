"""Request documents: resource objects and linkage, read strictly (JSON:API 1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypeVar

from django.conf import settings

from crm.errors import MalformedDocument, Refusal
from crm.json_types import JSON, JSONObject
from crm.nearest import Advisor, quoted

Choice = TypeVar("Choice", bound=StrEnum)


class TypeMismatch(Refusal):
    """A resource is of another type than the address or the relationship asks for."""

    status = 409
    code = "type_mismatch"
    title = "Wrong type"


class IdMismatch(Refusal):
    """The id in the body is not the id in the address."""

    status = 409
    code = "id_mismatch"
    title = "Wrong id"


class ClientId(Refusal):
    """Ids are made here, not by clients."""

    status = 422
    code = "client_id"
    title = "Id not allowed"


@dataclass(frozen=True)
class Identifier:
    """Names a resource: by its id, a unique value, or what this request calls it."""

    type: str
    id: str | None = None
    match: Mapping[str, JSON] = field(default_factory=dict)
    lid: str | None = None
    """What an earlier operation of the same request calls it."""


JSONAPI_OBJECT: JSONObject = {"version": "1.1"}
"""The ``jsonapi`` member of every document."""


def data_document(data: object, **members: object) -> dict[str, object]:
    """Return the document with primary data, and other members that are not None."""
    others = {name: value for name, value in members.items() if value is not None}
    return {"jsonapi": JSONAPI_OBJECT, "data": data, **others}


def meta_document(
    meta: Mapping[str, str], links: Mapping[str, str]
) -> dict[str, object]:
    """Return the document without data that says something, and leads on."""
    return {"jsonapi": JSONAPI_OBJECT, "meta": meta, "links": links}


LinkageData: TypeAlias = "Identifier | tuple[Identifier, ...] | None"


@dataclass(frozen=True)
class ResourceObject:
    """A resource as a client sent it."""

    type: str
    id: str | None = None
    attributes: Mapping[str, JSON] | None = None
    """None if the member is not there."""
    relationships: Mapping[str, LinkageData] = field(default_factory=dict)
    meta: JSONObject = field(default_factory=dict)


def read_resource(document: JSONObject, *, is_change: bool = False) -> ResourceObject:
    """Return the one resource object in a document, new or to be changed.

    Raises:
        MalformedDocument: if ``data`` is missing or not one resource object.
    """
    reader = Reader(is_change=is_change)
    resource = reader.resource(reader.member(document, "data", ""), "/data")
    reader.finish()
    return resource


def read_resources(
    document: JSONObject, *, is_change: bool = False
) -> list[ResourceObject]:
    """Return the resource objects in a document that must have an array of them.

    Raises:
        MalformedDocument: if ``data`` is missing or no array of resource objects.
    """
    reader = Reader(is_change=is_change)
    rows = reader.array(reader.member(document, "data", ""), "/data")
    resources = [reader.resource(row, f"/data/{i}") for i, row in enumerate(rows)]
    reader.finish()
    return resources


def read_linkage(document: JSONObject) -> LinkageData:
    """Return the linkage in the document of a relationship.

    Raises:
        MalformedDocument: if ``data`` is missing or no linkage.
    """
    reader = Reader()
    linkage = reader.linkage(reader.member(document, "data", ""), "/data")
    reader.finish()
    return linkage


class Reader:
    """Reads parts of a document, and remembers what is wrong with every one of them.

    A part that is wrong reads as an empty one, so that the rest is looked at too.
    Resources that are there already, and to be changed, may be sent as they were read;
    decision 88 in docs/decisions.md says what is left alone then.
    """

    def __init__(self, *, is_change: bool = False) -> None:
        self.is_change = is_change
        self.problems: dict[str, str] = {}

    def finish(self) -> None:
        """Refuse the document if anything was wrong.

        Raises:
            MalformedDocument: with a sentence for each wrong place.
        """
        if self.problems:
            raise MalformedDocument(self.problems)

    def member(self, parent: JSONObject, name: str, at: str) -> JSON:
        """Return a member that must be there. A missing one is its parent's fault."""
        if name not in parent:
            self.problems.setdefault(at, f"The member {name!r} is missing.")
        return parent.get(name)

    def array(self, value: JSON, at: str) -> list[JSON]:
        """Return a value that must be an array; else an empty one, and a problem."""
        if isinstance(value, list):
            return value
        if not self.has_faults_above(at):
            self.problems[at] = "This must be an array."
        return []

    def object(self, value: JSON, at: str) -> JSONObject:
        """Return a value that must be an object; else an empty one, and a problem."""
        if isinstance(value, dict):
            return value
        if not self.has_faults_above(at):
            self.problems[at] = "This must be an object."
        return {}

    def text(self, parent: JSONObject, name: str, at: str) -> str:
        """Return a member that must be there and be text."""
        value = self.member(parent, name, at)
        if isinstance(value, str):
            return value
        if name in parent:
            self.problems[f"{at}/{name}"] = "This must be text."
        return ""

    def choice(self, value: JSON, at: str, valid: Sequence[Choice]) -> Choice | None:
        """Return the one of several words that a value is; else None, and a problem."""
        for one in valid:
            if value == one.value:
                return one
        self.problems[at] = f"Use {', '.join(one.value for one in valid)}."
        return None

    def nothing_called(self, name: str, at: str, valid: Sequence[str]) -> None:
        """Note that a name means nothing there. Only the first one gets advice."""
        why = f"Nothing called {quoted(name)} can be said here."
        self.problems[at] = why if self.problems else why + Advisor(valid).advice(name)

    def has_faults_above(self, at: str) -> bool:
        """Whether something is wrong there, or with its parent."""
        return at in self.problems or at.rpartition("/")[0] in self.problems

    def resource(self, value: JSON, at: str) -> ResourceObject:
        """Return a resource object."""
        members = self.object(value, at)
        if not members and self.has_faults_above(at):
            return ResourceObject("")
        relationships = self.object(
            members.get("relationships", {}), f"{at}/relationships"
        )
        attributes = None
        if "attributes" in members:
            attributes = self.object(members["attributes"], f"{at}/attributes")
        return ResourceObject(
            self.text(members, "type", at),
            self.text(members, "id", at) if self.has_id(members) else None,
            without_at(attributes) if attributes is not None else None,
            {
                name: self.relationship(value, f"{at}/relationships/{escape(name)}")
                for name, value in without_at(relationships).items()
                if not (self.is_change and is_only_described(value))
            },
            self.object(members.get("meta", {}), f"{at}/meta"),
        )

    def has_id(self, members: JSONObject) -> bool:
        """Whether a resource has an id. A new one has none if it is null."""
        return "id" in members and (self.is_change or members["id"] is not None)

    def relationship(self, value: JSON, at: str) -> LinkageData:
        """Return the linkage in a relationship object, which must have some."""
        members = self.object(value, at)
        if at in self.problems:
            return None
        data = self.member(members, "data", at)
        return self.linkage(data, f"{at}/data")

    def linkage(self, value: JSON, at: str) -> LinkageData:
        """Return null, an identifier, or several."""
        if value is None:
            return None
        if isinstance(value, list):
            if len(value) > settings.LIST_LIMIT:
                self.problems[at] = f"Name at most {settings.LIST_LIMIT:,} at once."
                return ()
            return tuple(
                self.identifier(item, f"{at}/{index}")
                for index, item in enumerate(value)
            )
        return self.identifier(value, at)

    def identifier(self, value: JSON, at: str) -> Identifier:
        """Return a resource identifier: a type with an id, or with ``meta.match``."""
        members = self.object(value, at)
        if at in self.problems:
            return Identifier("")
        kind = self.text(members, "type", at)
        if "id" in members:
            return Identifier(kind, self.text(members, "id", at))
        meta = self.object(members.get("meta", {}), f"{at}/meta")
        match = self.object(meta.get("match", {}), f"{at}/meta/match")
        if len(match) != 1:
            self.problems.setdefault(
                at, "Give an id, or one unique field and its value in meta.match."
            )
        return Identifier(kind, None, match)


def is_only_described(relationship: JSON) -> bool:
    """Whether a relationship is as a read shows it that does not follow it."""
    if not isinstance(relationship, dict) or "data" in relationship:
        return False
    return "links" in relationship or "meta" in relationship


def without_at(members: JSONObject) -> JSONObject:
    """Return members without those that JSON:API ignores, whose names begin with @."""
    return {name: v for name, v in members.items() if not name.startswith("@")}


def escape(name: str) -> str:
    """Return a member's name as a part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")

"""From documents of atomic operations to operations (JSON:API, Atomic Operations)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple, TypeVar

from crm.errors import MalformedDocument, NotAllowed, UnknownField
from crm.json_types import JSON, JSONObject
from crm.nearest import Advisor, quoted
from interfaces.api.records.bodies import (
    check_count,
    linkage_of,
    linkages_of,
    upsert_of,
)
from interfaces.api.records.operation_directions import read_directions
from interfaces.api.records.operation_references import (
    Reference,
    ReferenceReader,
    names_relationship,
)
from interfaces.api.records.reversal_bodies import MODES
from interfaces.api.records.viewers import chosen_viewers, refuse_viewers
from objects.catalog import Catalog, NoSuchObject
from objects.schema import Schema
from records.writing.operations import (
    Delete,
    Mode,
    Operation,
    Strategy,
    Update,
)

OPERATIONS = "atomic:operations"


Change = TypeVar("Change", Update, Delete)


class InvalidLid(MalformedDocument):
    """A local id is none that an earlier operation gave, or is given twice."""

    code = "invalid_lid"
    title = "Invalid local id"


class Op(StrEnum):
    """What an operation does, in the words of the extension."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"


STRATEGIES = {
    Op.ADD: Strategy.APPEND,
    Op.UPDATE: Strategy.REPLACE,
    Op.REMOVE: Strategy.REMOVE,
}
"""What operations do with the linkage of a relationship."""


class Step(NamedTuple):
    """One operation of a document, and whether its result shows the record."""

    operation: Operation
    is_shown: bool


class Asked(NamedTuple):
    """What a document asks for: to do all of this, or only to try it out."""

    steps: Sequence[Step]
    mode: Mode


class OperationsReader(ReferenceReader):
    """Reads operations, one after the other."""

    def __init__(self, catalog: Catalog, base: str, *, is_strict: bool) -> None:
        """Take the schemas and the absolute address of the workspace.

        ``is_strict`` lets an add only update if it says that it may match.
        """
        super().__init__(base)
        self.catalog = catalog
        self.is_strict = is_strict

    def read(self, document: JSONObject, limit: int) -> Asked:
        """Return what a document asks for.

        Raises:
            MalformedDocument: if it is no such document, or one operation is none.
            InvalidLid: if a local id is not known by then, or given twice.
            TooManyRows: if it has more operations than ``limit``, or none.
            NoSuchObject: if an operation is about a type that there is not.
        """
        self.unknown(document, "", OPERATIONS, "meta", "jsonapi", "links")
        mode = self.chosen(self.meta(document, "mode"), "mode", *MODES)
        at = f"/{OPERATIONS}"
        items = self.array(self.member(document, OPERATIONS, ""), at)
        self.finish()
        check_count(items, at, limit)
        steps = [self.step(item, f"{at}/{index}") for index, item in enumerate(items)]
        self.finish()
        if self.wrong_lids:
            raise InvalidLid(self.wrong_lids)
        return Asked([step for step in steps if step], mode)

    def step(self, value: JSON, at: str) -> Step | None:
        """Return one operation, or None and a problem."""
        members = self.object(value, at)
        if at in self.problems:
            return None
        self.unknown(members, at, "op", "ref", "href", "data", "meta")
        op = self.choice(members.get("op"), f"{at}/op", [*Op])
        if op is None:
            return None
        if op == Op.ADD and not names_relationship(members, self.base):
            return self.addition(members, at)
        reference = self.reference(members, at)
        if reference is None or not reference.type:
            return None
        schema = self.schema(reference.type, reference.at)
        if reference.relationship is not None:
            return self.linkage_change(op, members, at, reference, schema)
        change = self.change if op == Op.UPDATE else self.removal
        return change(members, at, reference, schema)

    def schema(self, kind: str, at: str) -> Schema:
        """Return the schema of a type that is named at a place.

        Raises:
            NoSuchObject: if there is no such type.
        """
        try:
            return self.catalog.schema(kind)
        except NoSuchObject as refusal:
            raise refusal.moved_to(at) from refusal

    def addition(self, members: JSONObject, at: str) -> Step | None:
        """Return what creates a record, or updates the one that it matches."""
        self.is_change, where = False, f"{at}/data"
        data = self.object(self.member(members, "data", at), where)
        if self.has_faults_above(where):
            return None
        resource = self.resource(data, where)
        self.check_place(members, at, resource.type)
        if self.has_faults_above(f"{where}/type"):
            return None
        schema = self.schema(resource.type, where)
        said = read_directions(members, at, schema, resource, creates=True).said
        if self.is_strict:
            meta = self.object(members.get("meta", {}), f"{at}/meta")
            said.refuse_matches({**meta, "meta": meta})
        (access,) = chosen_viewers({where: resource})
        upsert = upsert_of(schema, where, resource, said, access)
        lid = self.give_lid(schema.slug, data, where)
        return Step(replace(upsert, lid=lid), is_shown=True)

    def change(
        self, members: JSONObject, at: str, reference: Reference, schema: Schema
    ) -> Step | None:
        """Return what changes a record."""
        self.is_change, where = True, f"{at}/data"
        data = self.object(self.member(members, "data", at), where)
        if self.has_faults_above(where):
            return None
        resource = self.resource(data, where)
        self.check_names(data, reference, where)
        refuse_viewers({where: resource})
        directions = read_directions(members, at, schema, resource)
        update = Update(
            schema.slug,
            at=where,
            type=resource.type,
            attributes=resource.attributes,
            relationships=linkages_of(resource),
            strategies=directions.said.strategies,
            sent_id=resource.id if reference.named is None else None,
            precondition=directions.precondition,
        )
        return Step(aimed_at(reference, update), is_shown=True)

    def removal(
        self, members: JSONObject, at: str, reference: Reference, schema: Schema
    ) -> Step | None:
        """Return what deletes a record."""
        if not reference.at.endswith("/data") and "data" in members:
            self.problems[f"{at}/data"] = "What is removed has been named already."
        directions = read_directions(members, at, schema, None)
        delete = Delete(schema.slug, at=at, precondition=directions.precondition)
        return Step(aimed_at(reference, delete), is_shown=False)

    def linkage_change(
        self,
        op: Op,
        members: JSONObject,
        at: str,
        reference: Reference,
        schema: Schema,
    ) -> Step | None:
        """Return what changes the linkage of a relationship of a record.

        Raises:
            UnknownField: if the type has no such relationship.
            NotAllowed: if it leads to one record, which can only be replaced.
        """
        name = str(reference.relationship)
        is_to_one = leads_to_one(schema, reference, name)
        if is_to_one and op != Op.UPDATE:
            why = "A to-one relationship can only be replaced, by update."
            raise NotAllowed({"/op": why}).moved_to(at)
        data = self.member(members, "data", at)
        if isinstance(data, dict) and op != Op.UPDATE:
            data = [data]
        linkage = linkage_of(
            self.linkage(data, f"{at}/data"), STRATEGIES[op], at="/data"
        )
        directions = read_directions(members, at, schema, None)
        update = Update(
            schema.slug,
            at=at,
            relationships={name: linkage},
            precondition=directions.precondition,
        )
        return Step(aimed_at(reference, update), is_shown=False)


def aimed_at(reference: Reference, operation: Change) -> Change:
    """Return an operation about the record that is named."""
    return replace(
        operation,
        id=reference.id or "",
        id_at=reference.id_at,
        named=reference.named,
        named_at=reference.at,
    )


def leads_to_one(schema: Schema, reference: Reference, name: str) -> bool:
    """Whether a relationship leads to one record, or to an agent.

    Raises:
        UnknownField: if the type has no relationship of that name.
    """
    slug = schema.slug_of(name)
    if slug in schema.agents:
        return True
    if slug in schema.relationships:
        return schema.relationships[slug].is_to_one
    advisor = Advisor([*schema.relationships, *schema.agents])
    why = f"{schema.slug} has no relationship {quoted(name)}." + advisor.advice(name)
    raise UnknownField({reference.relationship_at: why}).moved_to(reference.at)

"""Giving object types further fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

from crm.authentication import Actor
from crm.errors import Refusal, Refused, Required
from crm.json_types import JSONObject
from jobs.models import Job
from objects.declarations.declarations import FieldDeclaration
from objects.declarations.fitting import check_fits, check_keywords
from objects.declarations.pace import AT_ONCE
from objects.json_schema import property_of
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.journal.heads import count_alive
from records.schema_changes.backfill import Backfill, Places
from records.schema_changes.changes import SchemaChange, change_schemas
from records.schema_changes.field_order import move
from records.schema_changes.filling import leave_to_job
from records.schema_changes.relationships import make_relationship
from records.schema_changes.steps import finish_backfill


class AddedFields(NamedTuple):
    """The schema with the fields, and what goes on with them if it takes longer."""

    schema: Schema
    job: Job | None


def add_fields(
    actor: Actor,
    type_slug: str,
    declared: Sequence[FieldDeclaration],
    versions: frozenset[int] | None = None,
    *,
    at_once: int = AT_ONCE,
) -> AddedFields:
    """Give an object type more fields. What is there already is never overwritten.

    Where there are more records to go through than ``at_once``, a job does it.

    Raises:
        Refused: with a refusal for each that cannot be so, or whose name is taken.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        fields = make_fields(change, object_type, declared)
        filled = [field for field in fields if field.backfill]
        if any(field.backfill["total"] > at_once for field in filled):
            job = leave_to_job(actor, filled)
            return AddedFields(change.catalog.schema(object_type.slug), job)
    for field in filled:
        finish_backfill(actor, field.id, Places())
    return AddedFields(change.catalog.schema(object_type.slug), None)


def make_fields(
    change: SchemaChange, object_type: ObjectType, declared: Sequence[FieldDeclaration]
) -> list[Field]:
    """Make fields inside of a change. The caller finishes their backfills.

    Raises:
        Refused: with a refusal for each that cannot be so.
    """
    many = count_alive(change.workspace.id, object_type.id)
    made: list[Field] = []
    refusals: list[tuple[str, Refusal]] = []
    for declaration in declared:
        try:
            if declaration.related is not None:
                make_relationship(change, object_type, declaration, None)
            else:
                made.append(make_field(change, object_type, declaration, many))
        except Refusal as refusal:
            refusals.append(("", refusal))
    if refusals:
        raise Refused(refusals)
    if made:
        after: JSONObject = {field.slug: property_of(field) for field in made}
        change.note(object_type, dict.fromkeys(after), after)
    return made


def make_field(
    change: SchemaChange,
    object_type: ObjectType,
    declared: FieldDeclaration,
    many: int,
) -> Field:
    """Make a field of a type that has so many records. The caller notes it."""
    names = change.names(object_type)
    names.check_room(declared.slug, declared.at)
    field = Field(
        object_type=object_type,
        slug=declared.slug,
        storage_name=names.free_member(declared.slug),
        label=declared.new_label(),
        description=declared.description or "",
        type=declared.type or "text",
        position=names.next_position,
    )
    check_fits(field, declared)
    field.options = declared.type_options()
    set_flags(field, declared, many)
    check_keywords(field, declared)
    field.save()
    names.add(field)
    if declared.position is not None:
        move(object_type, field, declared.position)
    return field


def set_flags(field: Field, declared: FieldDeclaration, many: int) -> None:
    """Set the flags of a new field. If there are records, they must be filled.

    Raises:
        Required: if records should have a value from the start.
    """
    if many and declared.flags.get("required"):
        why = f"There are {many} records without a value. Fill it first."
        raise Required({declared.place("required"): why})
    for flag, value in declared.flags.items():
        setattr(field, flag, value)
    if many and field.indexed:
        field.indexed = False
        field.backfill = asdict(Backfill(["indexed"], ["indexed"], {}, many))

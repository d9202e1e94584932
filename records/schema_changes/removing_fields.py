"""Removing fields; what records have stored of them goes bit by bit.

A field that is gone has no values: readers and writers pass over what is stored under a
member that no field has.
"""

from __future__ import annotations

from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.sql import query
from jobs.queue import enqueue
from objects.declarations.pace import AT_ONCE
from objects.json_schema import property_of
from objects.models import Field, ObjectType
from records.journal.heads import count_alive
from records.schema_changes.changes import (
    NoSuchField,
    SchemaChange,
    change_schemas,
)
from records.schema_changes.field_edits.edited_field import Unfinished
from records.schema_changes.narrow_tables import purge_tables
from records.schema_changes.relationships import remove_both_sides
from records.schema_changes.standard_stays import check_custom_field
from records.schema_changes.stripping import strip_removed

REMOVE = "remove"

WITH_VALUE = """
SELECT count(*) FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND attributes ? %(member)s
"""
LINKS = """
SELECT count(*) FROM records_link
WHERE workspace_id = %(workspace)s AND field_id = %(field)s
"""


def count_losses(field: Field) -> int:
    """Return how many records have a value of a field, or how many links there are."""
    ((many,),) = query(
        LINKS if field.type == "relationship" else WITH_VALUE,
        workspace=field.object_type.workspace_id,
        type=field.object_type_id,
        member=field.member,
        field=field.inverse_of_id or field.id,
    )
    return int(many)


def remove_field(
    actor: Actor,
    type_slug: str,
    name: str,
    versions: frozenset[int] | None = None,
    *,
    at_once: int = AT_ONCE,
) -> None:
    """Remove a field with all of its values; a relationship on both sides.

    Values that an interrupted removal left behind go too, also if the field is gone.
    Where more records than ``at_once`` have stored some, a job takes them away.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
        Unfinished: if it is getting another type.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        field = change.find_field(object_type, name)
        many = count_alive(change.workspace.id, object_type.id)
        field_id = None if field is None else field.id
        if field is not None:
            take_away(change, field, is_long=many > at_once)
        removed = object_type.removed_members
        if removed and many > at_once:
            leave_to_job(actor, object_type, field_id, many)
    if many <= at_once:
        strip_removed(object_type)
    if field is None:
        raise NoSuchField(f"{type_slug} has no field of this name.")


def leave_to_job(
    actor: Actor, object_type: ObjectType, field_id: UUID | None, many: int
) -> None:
    """Leave it to a job to take away what is stored of fields that are gone."""
    arguments: JSONObject = {
        "members": [*object_type.removed_members],
        "field": None if field_id is None else str(field_id),
    }
    enqueue(actor, REMOVE, arguments, object_type_id=object_type.id, total=many)


def take_away(change: SchemaChange, field: Field, *, is_long: bool = False) -> None:
    """Remove a field inside of a change. The caller strips records of its values.

    Of one that ``is_long``, what is kept beside the records stays for a job to purge.

    Raises:
        StandardStays: if it is a standard one.
        Unfinished: if it is getting another type.
    """
    object_type = field.object_type
    check_custom_field(field)
    if field.retyping:
        raise Unfinished("The field is getting another type. Remove it afterwards.")
    if field.type == "relationship":
        remove_both_sides(change, field)
        return
    if not is_long:
        purge_tables(field, {"unique", "indexed"})
    object_type.match_fields = [s for s in object_type.match_fields if s != field.slug]
    object_type.removed_members.append(field.member)
    change.note_field(field, property_of(field), None)
    field.delete()

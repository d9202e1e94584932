"""Changing a field: its edits, and the backfill that they begin."""

from __future__ import annotations

from typing import NamedTuple

from crm.authentication import Actor
from objects.declarations.declarations import FieldDeclaration
from objects.models import Field
from objects.schema import Schema
from records.schema_changes.backfill import finish_backfill
from records.schema_changes.changes import change_schemas
from records.schema_changes.field_edits.edited_field import EditedField, Unfinished
from records.schema_changes.field_edits.edits import edit_field


class ChangedField(NamedTuple):
    """The schema after a field was changed, and what that did to records."""

    schema: Schema
    records_changed: int
    """How many records lost an option, or got another."""


def change_field(
    actor: Actor,
    type_slug: str,
    name: str,
    declared: FieldDeclaration,
    versions: frozenset[int] | None = None,
) -> ChangedField:
    """Change a field. Who is interrupted asks again for the same.

    What is asked for is done when this returns.

    Raises:
        NoSuchField: if there is none.
        Refusal: if the field, or the records that are there, cannot be so.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        edited = EditedField(change, change.field(object_type, name), declared)
        edit_field(edited)
    replaced = 0
    if edited.is_about_backfill:
        place = declared.place("unique")
        replaced = finish_backfill(actor, edited.field.id, place)
        check_reached(edited)
    return ChangedField(change.catalog.schema(object_type.slug), replaced)


def check_reached(edited: EditedField) -> None:
    """Refuse to say that it is done if another request gave it up.

    Raises:
        Unfinished: if one did.
    """
    field = Field.objects.filter(pk=edited.field.pk).first()
    if field and not all(getattr(field, flag) for flag in edited.begun.flags):
        why = "Another request stopped this. Ask again."
        raise Unfinished({edited.declared.at: why})

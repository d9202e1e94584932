"""Changing a field: its edits, and the backfill that they begin."""

from __future__ import annotations

from typing import NamedTuple

from crm.authentication import Actor
from jobs.models import Job
from objects.declarations.declarations import FieldDeclaration
from objects.models import Field
from objects.schema import Schema
from records.schema_changes.backfill import Places
from records.schema_changes.changes import change_schemas
from records.schema_changes.field_edits.edited_field import EditedField, Unfinished
from records.schema_changes.field_edits.edits import edit_field
from records.schema_changes.filling import leave_to_job
from records.schema_changes.steps import finish_backfill


class ChangedField(NamedTuple):
    """The schema after a field was changed, and what that did to records."""

    schema: Schema
    records_changed: int = 0
    """How many records lost an option, or got another."""
    job: Job | None = None
    """What goes on with it, if it takes longer."""


def change_field(
    actor: Actor,
    type_slug: str,
    name: str,
    declared: FieldDeclaration,
    versions: frozenset[int] | None = None,
) -> ChangedField:
    """Change a field. Who is interrupted asks again for the same.

    What is asked for is done when this returns, unless there are more records to go
    through than are declared to be gone through at once; then a job does it.

    Raises:
        NoSuchField: if there is none.
        Refusal: if the field, or the records that are there, cannot be so.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        found = change.field(object_type, name)
        edited = EditedField(change, found, declared)
        edit_field(edited)
        if edited.is_about_backfill and edited.is_long:
            job = leave_to_job(actor, [edited.field], Places.of(declared))
            return ChangedField(change.catalog.schema(object_type.slug), job=job)
    replaced = 0
    if edited.is_about_backfill:
        replaced = finish_backfill(actor, edited.field.id, Places.of(declared))
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

"""Changing a field: its edits, and what they begin."""

from __future__ import annotations

from typing import NamedTuple

from crm.authentication import Actor
from jobs.models import Job
from objects.declarations.declarations import FieldDeclaration
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.schema_changes.backfill import Places
from records.schema_changes.changes import change_schemas
from records.schema_changes.field_edits.edited_field import EditedField, Unfinished
from records.schema_changes.field_edits.edits import edit_field
from records.schema_changes.filling import leave_to_job
from records.schema_changes.finding import find_retyping
from records.schema_changes.retype_jobs import find_retype_job, queue_retype_job
from records.schema_changes.retyping import go_on
from records.schema_changes.steps import finish_backfill
from records.schema_changes.stripping import strip_removed


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
        job = job_of(actor, edited)
        if job is not None:
            return ChangedField(change.catalog.schema(object_type.slug), job=job)
    if edited.field.retyping:
        finish_retyping(actor, edited)
    replaced = 0
    if edited.is_about_backfill or edited.field.retyping:
        replaced = finish_backfill(actor, edited.field.id, Places.of(declared))
    check_reached(edited)
    return ChangedField(change.catalog.schema(object_type.slug), replaced)


def job_of(actor: Actor, edited: EditedField) -> Job | None:
    """Return the job that goes on with what was begun, or None if the request does."""
    field, places = edited.field, Places.of(edited.declared)
    if not (field.retyping or edited.is_about_backfill):
        return None
    at_work = find_retype_job(actor, field)
    if at_work is not None or not edited.is_long:
        return at_work
    if field.retyping:
        place = edited.declared.place("type")
        return queue_retype_job(actor, field, place, places)
    return leave_to_job(actor, [field], places)


def finish_retyping(actor: Actor, edited: EditedField) -> None:
    """Give a field its new type, and take away what is left of the former one.

    Raises:
        InvalidDeclaration: with the ids of records whose values do not survive. Then
            the field is as it was.
    """
    while (field := find_retyping(edited.field.id)) is not None:
        offenders = go_on(actor, field)
        if offenders:
            strip_removed(ObjectType.objects.get(pk=field.object_type_id))
            why = f"Records have values that are no {edited.type}."
            raise edited.refusal("type", why, offenders)


def check_reached(edited: EditedField) -> None:
    """Refuse to say that it is done if another request gave it up.

    Raises:
        Unfinished: if one did.
    """
    flags = edited.begun.flags
    if not (flags or edited.field.retyping):
        return
    field = Field.objects.filter(pk=edited.field.pk).first()
    if field is None:
        return
    if field.type != edited.type or not all(getattr(field, flag) for flag in flags):
        why = "Another request stopped this. Ask again."
        raise Unfinished({edited.declared.at: why})

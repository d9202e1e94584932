"""Adding options to fields, and taking some away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crm.authentication import Actor
from crm.json_types import JSONObject
from jobs.models import Job
from objects.declarations.choices import MOST_OPTIONS
from objects.declarations.declarations import (
    FieldDeclaration,
    InvalidDeclaration,
    OptionsDeclaration,
)
from objects.declarations.pace import AT_ONCE
from objects.models import Field
from records.schema_changes.backfill import Places
from records.schema_changes.changes import change_schemas
from records.schema_changes.field_edits.edited_field import EditedField
from records.schema_changes.field_edits.edits import edit_field
from records.schema_changes.filling import leave_to_job
from records.schema_changes.steps import finish_backfill


class EditedOptions(NamedTuple):
    """How many records lost an option, and what goes on with it if it takes longer."""

    records_changed: int
    job: Job | None = None


def edit_options(
    actor: Actor, declared: Sequence[OptionsDeclaration], *, at_once: int = AT_ONCE
) -> EditedOptions:
    """Add options to fields, or take some away.

    Where there are more records to go through than ``at_once``, a job does it.

    Raises:
        InvalidDeclaration: if there is no option that is to be taken away.
    """
    edits: list[EditedField] = []
    with change_schemas(actor) as change:
        for one in declared:
            field = change.field(change.object_type(one.object_type), one.field)
            options = options_after(field, one)
            places = {"options": one.at}
            edit = FieldDeclaration(one.at, field.slug, options=options, places=places)
            edit.may_clear, edit.at_once = one.is_removal, at_once
            edited = EditedField(change, field, edit)
            edit_field(edited)
            edits.append(edited)
        filled = [edited.field for edited in edits if edited.field.backfill]
        if filled and any(edited.is_long for edited in edits):
            return EditedOptions(0, leave_to_job(actor, filled))
    return EditedOptions(
        sum(finish_backfill(actor, field.id, Places()) for field in filled)
    )


def options_after(field: Field, declared: OptionsDeclaration) -> list[JSONObject]:
    """Return a field's options with more of them, or fewer.

    Those that are there already stay as they are, and those that are on their way out
    may be taken away once more.

    Raises:
        InvalidDeclaration: if there is no option that is to be taken away, or an option
            cannot be added.
    """
    options: list[JSONObject] = list(field.options.get("options", []))
    labels = [option["label"] for option in options]
    if not declared.is_removal:
        return with_more(options, declared)
    given = [option["label"] for option in declared.options]
    known = {*labels, *field.backfill.get("replace", ())}
    missing = {
        f"{declared.at}/{index}": "There is no such option."
        for index, label in enumerate(given)
        if label not in known
    }
    if missing:
        raise InvalidDeclaration(missing)
    return [option for option in options if option["label"] not in given]


def with_more(
    options: list[JSONObject], declared: OptionsDeclaration
) -> list[JSONObject]:
    """Return options with those behind them that were not there.

    Raises:
        InvalidDeclaration: if they are too many, or one has the id of another.
    """
    labels, ids = ({one[name] for one in options} for name in ("label", "id"))
    taken = {
        f"{declared.at}/{index}": "Another option has this id."
        for index, one in enumerate(declared.options)
        if one["label"] not in labels and one.get("id") in ids
    }
    if taken:
        raise InvalidDeclaration(taken)
    more = options + [one for one in declared.options if one["label"] not in labels]
    if len(more) > MOST_OPTIONS:
        why = f"A field has at most {MOST_OPTIONS} options."
        raise InvalidDeclaration({declared.at: why})
    return more

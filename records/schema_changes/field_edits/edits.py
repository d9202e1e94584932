"""The edits of a field, one after the other, and what is done around them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Protocol

from objects.declarations.fitting import check_fits
from objects.retyping import Retyping
from records.schema_changes.backfill import Backfill
from records.schema_changes.field_edits.description import Describe
from records.schema_changes.field_edits.edited_field import (
    AGENT_AS_OWNER,
    KEPT_FLAGS,
    Begun,
    EditedField,
)
from records.schema_changes.field_edits.flags import SwitchFlags
from records.schema_changes.field_edits.options import SetOptions
from records.schema_changes.field_edits.slug import Rename
from records.schema_changes.field_edits.type import Retype, check_same
from records.schema_changes.field_order import move, position_of
from records.schema_changes.standard_stays import StandardStays


class FieldEdit(Protocol):
    """One thing that a declaration may make of a field. It holds no state."""

    def is_asked(self, edited: EditedField) -> bool:
        """Whether the declaration says it, and the field is not so already."""

    def check(self, edited: EditedField) -> None:
        """Refuse it where the field, or its records, cannot be so."""

    def apply(self, edited: EditedField) -> Begun:
        """Do it as far as it can be done at once, and return what it begins."""


EDITS: tuple[FieldEdit, ...] = (
    Describe(),
    Rename(),
    Retype(),
    SetOptions(),
    SwitchFlags(),
)
"""In this order: options are those of the new type, and flags come last of all."""


def edit_field(edited: EditedField) -> None:
    """Make of a field what is declared of it, inside of a change of schemas.

    Raises:
        Refusal: if the field, or the records that are there, cannot be so.
    """
    check_fits(edited.field, edited.declared)
    check_standard(edited)
    if edited.field.retyping:
        check_same(edited)
        return
    for edit in EDITS:
        if edit.is_asked(edited):
            edit.check(edited)
            edited.begun |= edit.apply(edited)
    begin_backfill(edited)
    set_position(edited)
    edited.field.save()
    if edited.before or edited.after:
        edited.change.note_field(edited.field, edited.before, edited.after)


def check_standard(edited: EditedField) -> None:
    """Refuse another name or type for a standard field.

    Raises:
        StandardStays: if that is asked for.
    """
    field = edited.field
    is_same_type = (field.type, edited.type) == AGENT_AS_OWNER
    type_ = field.type if is_same_type else edited.type
    wanted = (edited.declared.new_slug or field.slug, type_)
    if not field.is_custom and wanted != (field.slug, field.type):
        raise StandardStays("A standard field keeps its name and its type.")


def begin_backfill(edited: EditedField) -> None:
    """Begin to fill, or go on with what was begun before.

    Raises:
        Unfinished: if the field is on its way to something else.
    """
    begun, field = edited.begun, edited.field
    if field.retyping:
        begin_when_retyped(edited)
        return
    if not begun:
        return
    if field.backfill:
        if begun.replace or set(field.backfill["flags"]) != begun.flags:
            raise edited.unfinished()
        return
    flags, work, many = sorted(begun.flags), sorted(begun.work), edited.records
    backfill = Backfill(flags, work, dict(begun.replace), many)
    backfill.purge = sorted(begun.purge)
    field.backfill = asdict(backfill)


def begin_when_retyped(edited: EditedField) -> None:
    """Let a field be filled with what is kept of it as soon as it has its new type."""
    field, retyping = edited.field, Retyping.of(edited.field)
    kept = {flag for flag in KEPT_FLAGS if getattr(field, flag)}
    retyping.flags = sorted(kept | edited.begun.flags)
    retyping.work = sorted(kept | edited.begun.work)
    retyping.keep(field)


def set_position(edited: EditedField) -> None:
    """Put the field at another position among the others."""
    position = edited.declared.position
    if position is not None:
        before = position_of(edited.field)
        move(edited.field.object_type, edited.field, position)
        edited.note("position", before, position_of(edited.field))

"""Giving a field another type."""

from __future__ import annotations

from copy import copy

from crm.json_types import JSONObject
from objects.field_types import FIELD_TYPES
from objects.options import CHOOSING
from objects.retyping import Phase, Retyping, is_in
from records.schema_changes.field_edits.edited_field import (
    KEPT_FLAGS,
    Begun,
    EditedField,
)


class Retype:
    """Begins to give a field another type, which all of its values must survive.

    A type that takes them as they are it has at once.
    """

    def is_asked(self, edited: EditedField) -> bool:
        return edited.type != edited.field.type

    def check(self, edited: EditedField) -> None:
        """Refuse a change of type that cannot be, whatever the values are.

        Raises:
            InvalidDeclaration: if it cannot.
            Unfinished: if the field is on its way to something else.
        """
        flags = {flag for flag in KEPT_FLAGS if edited.field.is_kept(flag)}
        missing = flags - FIELD_TYPES[edited.type].can_be
        types = {edited.type, edited.field.type}
        if types & {"agent", "owner", "relationship"} and not edited.is_wider:
            why = "References and values cannot become each other."
            raise edited.refusal("type", why)
        if "unique" in flags:
            raise edited.refusal("type", "Switch unique off first.")
        if missing:
            why = f"A {edited.type} field cannot be {min(missing)}."
            raise edited.refusal("type", why)
        if edited.field.backfill:
            raise edited.unfinished()

    def apply(self, edited: EditedField) -> Begun:
        if edited.is_wider:
            edited.set("type", edited.type)
            return Begun()
        field = edited.field
        names = edited.change.names(field.object_type)
        member = names.another_member(field)
        options = options_of_type(edited)
        Retyping(edited.type, options, member, edited.records).keep(field)
        return Begun()


def options_of_type(edited: EditedField) -> JSONObject:
    """Return what the new type may know: what is declared, or can be chosen already."""
    chooses = edited.type in CHOOSING
    there: JSONObject = {"options": [*edited.options]} if chooses else {}
    return there | edited.declared.type_options(edited.options)


def check_same(edited: EditedField) -> None:
    """Refuse to make something else of a field that is getting another type.

    Raises:
        Unfinished: if something else is declared of it.
    """
    if edited.declared.type is None or not is_same(edited):
        raise edited.unfinished()


def is_same(edited: EditedField) -> bool:
    """Whether a field is, or will have become, all that is declared of it."""
    declared, will_be = edited.declared, copy(edited.field)
    retyping = Retyping.of(will_be)
    if is_in(Phase.CONVERTING, will_be):
        will_be.type, will_be.options = retyping.type, retyping.options
    said = {
        "type": declared.type,
        "label": declared.label,
        "description": declared.description,
        "slug": declared.new_slug,
        "options": will_be.options | declared.type_options(edited.options),
    }
    named = {name: value for name, value in said.items() if value is not None}
    is_flagged = all(
        declared.flags[flag] == (flag in retyping.flags or getattr(will_be, flag))
        for flag in declared.flags
    )
    return is_flagged and all(
        getattr(will_be, name) == value for name, value in named.items()
    )

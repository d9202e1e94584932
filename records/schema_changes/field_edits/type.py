"""Giving a field another type."""

from __future__ import annotations

from copy import copy

from crm.json_types import JSONObject
from objects.field_types import FIELD_TYPES
from objects.options import CHOOSING
from records.schema_changes.field_edits.edited_field import (
    KEPT_FLAGS,
    Begun,
    EditedField,
)
from records.schema_changes.narrow_tables import purge_tables
from records.schema_changes.retyping import retype


class Retype:
    """Gives a field another type, which all of its values must survive.

    What was kept of the old values goes at once, and that of the new ones is begun.
    """

    def is_asked(self, edited: EditedField) -> bool:
        return edited.type != edited.field.type

    def check(self, edited: EditedField) -> None:
        """Refuse a change of type that cannot be, whatever the values are.

        Raises:
            InvalidDeclaration: if it cannot.
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

    def apply(self, edited: EditedField) -> Begun:
        """Change the type and all values.

        Raises:
            InvalidDeclaration: with the ids of records whose values do not survive.
        """
        field = edited.field
        old = copy(field)
        kept = frozenset(flag for flag in KEPT_FLAGS if getattr(old, flag))
        edited.note("type", old.type, edited.type)
        options = options_of_type(edited)
        field.type, field.options = edited.type, options
        purge_tables(field, kept)
        for flag in kept:
            setattr(field, flag, False)
        field.save()
        offenders = retype(edited.change, old, field)
        if offenders:
            why = f"Records have values that are no {field.type}."
            raise edited.refusal("type", why, offenders)
        return Begun(flags=kept, work=kept)


def options_of_type(edited: EditedField) -> JSONObject:
    """Return what the new type may know: what is declared, or can be chosen already."""
    chooses = edited.type in CHOOSING
    there: JSONObject = {"options": [*edited.options]} if chooses else {}
    return there | edited.declared.type_options(edited.options)

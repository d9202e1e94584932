"""Giving a field other options."""

from __future__ import annotations

from crm.errors import Required
from crm.json_types import JSONObject
from objects.options import completed, is_reordered, labels_by_id
from objects.schema import is_blank
from records.schema_changes.field_edits.edited_field import Begun, EditedField
from records.schema_changes.offenders import MOST_OFFENDERS, naming
from records.schema_changes.options import Renaming, check_unchosen, chosen, renamed

INDEXED = frozenset({"indexed"})


class SetOptions:
    """Sets what can be chosen, and begins what becomes of the old options on records.

    An option that keeps its id but gets another label is renamed there.
    """

    def is_asked(self, edited: EditedField) -> bool:
        if edited.field.retyping:
            return False  # They are those of the new type.
        return bool(edited.field.options != new_options(edited))

    def check(self, edited: EditedField) -> None:
        """Refuse to take away what a record must have, or has and may not lose.

        Raises:
            Required: with the ids of the records that must have a value.
            StillChosen: with the number of the records that would lose an option.
        """
        replace = replaced_labels(*labels_of(edited))
        is_required = edited.declared.flags.get("required", edited.field.required)
        if is_required and replace:
            check_filled(edited, replace)
        if not edited.declared.may_clear:
            check_unchosen(edited.field, replace)

    def apply(self, edited: EditedField) -> Begun:
        field, options = edited.field, new_options(edited)
        old, new = labels_of(edited)
        edited.note("options", dict(field.options), options)
        field.options = options
        begun = Begun(replace=replaced_labels(old, new))
        if field.indexed and is_reordered(old, new):
            field.indexed = False
            begun |= Begun(flags=INDEXED, work=INDEXED)
        return begun


def check_filled(edited: EditedField, replace: Renaming) -> None:
    """Refuse to take away a value that a record must have.

    Raises:
        Required: with the ids of the records.
    """
    rows = chosen(edited.field, replace, MOST_OFFENDERS)
    blank = [
        record_id for record_id, value in rows if is_blank(renamed(value, replace))
    ]
    if blank:
        why = "Records would be left without a value that they must have."
        place = edited.declared.place("options")
        raise Required({place: why}, meta=naming(edited.ids(blank)))


def new_options(edited: EditedField) -> JSONObject:
    """Return what the type will know of the field."""
    return {**edited.field.options, **edited.declared.type_options(edited.options)}


def labels_of(edited: EditedField) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels of options by their ids: the old ones, and the new ones."""
    old, given = edited.options, edited.declared.options
    new = old if given is None else completed(given, old)
    return labels_by_id(old), labels_by_id(new)


def replaced_labels(old: dict[str, str], new: dict[str, str]) -> dict[str, str | None]:
    """Return what becomes of labels that are no more: null, or the option's new one."""
    return {
        label: new.get(id_)
        for id_, label in old.items()
        if new.get(id_) != label and label not in new.values()
    }

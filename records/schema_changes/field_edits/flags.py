"""Switching the flags of a field on and off."""

from __future__ import annotations

from crm.errors import Required
from crm.sql import query
from records.schema_changes.field_edits.edited_field import (
    KEPT_FLAGS,
    REACHED_FLAGS,
    Begun,
    EditedField,
)
from records.schema_changes.narrow_tables import purge_at_once
from records.schema_changes.offenders import MOST_OFFENDERS, naming

REQUIRED = frozenset({"required"})

WITHOUT_VALUE = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND coalesce(attributes->>%(member)s, '') = ''
ORDER BY id LIMIT %(many)s
"""


class SwitchFlags:
    """Switches flags on and off; those that records must be filled for are begun."""

    def is_asked(self, edited: EditedField) -> bool:
        return bool(edited.declared.flags)

    def check(self, edited: EditedField) -> None:
        """Refuse what the records, or what is on its way, do not allow.

        Raises:
            InvalidDeclaration: if records are matched by the field.
            Required: with the ids of records without a value.
            Unfinished: if what is to be stopped is on its way to something else too.
        """
        if edited.declared.flags.get("required") and not edited.is_long:
            check_filled(edited)
        check_stoppable(edited)
        owner = edited.field.object_type
        if "unique" in gone(edited) and edited.field.slug in owner.match_fields:
            raise edited.refusal("unique", "Records are matched by this field.")

    def apply(self, edited: EditedField) -> Begun:
        field, flags = edited.field, edited.declared.flags
        looked_at = REQUIRED if is_to_be_looked_at(edited) else frozenset()
        for flag in ("hidden", "required"):
            if flag in flags and flag not in looked_at:
                edited.set(flag, flags[flag])
        on = frozenset(f for f in KEPT_FLAGS if flags.get(f) and not getattr(field, f))
        on |= looked_at
        off = stopped(edited) | gone(edited)
        if stopped(edited):
            field.backfill = {}
        for flag in gone(edited):
            edited.set(flag, False)
        purge = frozenset(purge_at_once(field, off, edited.records))
        return Begun(flags=on, work=on | (off & {"searchable"}), purge=purge)


def is_to_be_looked_at(edited: EditedField) -> bool:
    """Whether a field becomes required that has more records than are looked at now."""
    is_wanted = bool(edited.declared.flags.get("required"))
    return is_wanted and not edited.field.required and edited.is_long


def check_filled(edited: EditedField) -> None:
    """Refuse to require what records do not have.

    Raises:
        Required: with the ids of the records.
        Unfinished: if options that are gone are still to be taken from records.
    """
    if None in edited.field.backfill.get("replace", {}).values():
        raise edited.unfinished()
    rows = query(
        WITHOUT_VALUE,
        workspace=edited.change.workspace.id,
        type=edited.field.object_type_id,
        member=edited.field.member,
        many=MOST_OFFENDERS,
    )
    if rows:
        ids = edited.ids(record_id for (record_id,) in rows)
        why = "Records have no value yet. Fill it first."
        place = edited.declared.place("required")
        raise Required({place: why}, meta=naming(ids))


def check_stoppable(edited: EditedField) -> None:
    """Refuse to stop one half of what is on its way.

    Raises:
        Unfinished: if the field is on its way to something else too.
    """
    flags, backfill = stopped(edited), edited.field.backfill
    if flags and (flags != set(backfill["flags"]) or backfill["replace"]):
        raise edited.unfinished()


def switched_off(edited: EditedField) -> frozenset[str]:
    """Return the flags that the field is told not to have."""
    flags = edited.declared.flags
    return frozenset(f for f in REACHED_FLAGS if f in flags and not flags[f])


def stopped(edited: EditedField) -> frozenset[str]:
    """Return the flags that it is on its way to, and shall not have after all."""
    return switched_off(edited) & set(edited.field.backfill.get("flags", ()))


def gone(edited: EditedField) -> frozenset[str]:
    """Return the flags that it has, and shall not have any more."""
    off = switched_off(edited) & set(KEPT_FLAGS)
    return frozenset(f for f in off if getattr(edited.field, f))

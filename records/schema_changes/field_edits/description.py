"""Giving a field another label or description."""

from __future__ import annotations

from records.schema_changes.field_edits.edited_field import Begun, EditedField

SAID_OF_IT = ("label", "description")


class Describe:
    """Sets what people read of a field, on which nothing else depends."""

    def is_asked(self, edited: EditedField) -> bool:
        return any(getattr(edited.declared, name) is not None for name in SAID_OF_IT)

    def check(self, edited: EditedField) -> None:
        """Refuse nothing: people may call a field what they like."""

    def apply(self, edited: EditedField) -> Begun:
        for name in SAID_OF_IT:
            value = getattr(edited.declared, name)
            if value is not None:
                edited.set(name, value)
        return Begun()

"""Giving a field another slug."""

from __future__ import annotations

from records.schema_changes.field_edits.edited_field import Begun, EditedField


class Rename:
    """Gives a field another slug. The old one stays as an alias."""

    def is_asked(self, edited: EditedField) -> bool:
        return edited.declared.new_slug not in {None, edited.field.slug}

    def check(self, edited: EditedField) -> None:
        """Refuse a slug that another field has, or once had.

        Raises:
            AlreadyExists: if one has.
        """
        slug, field = edited.declared.new_slug, edited.field
        assert slug
        if slug not in field.aliases:
            names = edited.change.names(field.object_type)
            names.check_free(slug, edited.declared.place("slug"))

    def apply(self, edited: EditedField) -> Begun:
        old, new, field = edited.field.slug, edited.declared.new_slug, edited.field
        assert new
        edited.note("slug", old, new)
        field.storage_name = field.member
        field.slug = new
        field.aliases = [a for a in [*field.aliases, old] if a != new]
        owner = field.object_type
        owner.match_fields = [new if s == old else s for s in owner.match_fields]
        return Begun()

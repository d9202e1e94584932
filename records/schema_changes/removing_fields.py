"""Removing fields, and what records have stored of them."""

from __future__ import annotations

from crm.authentication import Actor
from crm.sql import query
from objects.catalog import Catalog
from objects.json_schema import property_of
from objects.models import Field, ObjectType
from records.schema_changes.changes import (
    NoSuchField,
    SchemaChange,
    change_schemas,
)
from records.schema_changes.narrow_tables import purge_tables
from records.schema_changes.relationships import remove_both_sides
from records.schema_changes.standard_stays import check_custom_field
from records.schema_changes.walking import FIRST, next_drafts
from records.writing.saving import record_columns

STRIP = """
UPDATE records_record record
SET attributes = fresh.attributes, folded = fresh.folded, search = fresh.search
FROM unnest(
    %(ids)s::uuid[], %(attributes)s::jsonb[], %(folded)s::jsonb[], %(searches)s::text[]
) AS fresh (id, attributes, folded, search)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND record.attributes <> fresh.attributes
"""


def remove_field(
    actor: Actor, type_slug: str, name: str, versions: frozenset[int] | None = None
) -> None:
    """Remove a field with all of its values; a relationship on both sides.

    Values that an interrupted removal left behind go too, also if the field is gone.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(type_slug, versions)
        field = change.find_field(object_type, name)
        if field is not None:
            take_away(change, field)
    strip_removed(actor, object_type)
    if field is None:
        raise NoSuchField(f"{type_slug} has no field of this name.")


def take_away(change: SchemaChange, field: Field) -> None:
    """Remove a field inside of a change. The caller strips records of its values.

    Raises:
        StandardStays: if it is a standard one.
    """
    object_type = field.object_type
    check_custom_field(field)
    if field.type == "relationship":
        remove_both_sides(change, field)
        return
    purge_tables(field, {"unique", "indexed"})
    object_type.match_fields = [s for s in object_type.match_fields if s != field.slug]
    object_type.removed_members.append(field.member)
    change.note_field(field, property_of(field), None)
    field.delete()


def strip_removed(actor: Actor, object_type: ObjectType) -> None:
    """Take out of all records what is stored of fields that are gone."""
    removed = list(object_type.removed_members)
    after = FIRST if removed else ""
    while after:
        with change_schemas(actor) as change:
            current = change.object_type(object_type.slug)
            after = strip_some(change.catalog, current, after)
            if not after:
                kept = [m for m in current.removed_members if m not in removed]
                current.removed_members = kept
                current.save(update_fields=["removed_members"])


def strip_some(catalog: Catalog, object_type: ObjectType, after: str) -> str:
    """Take it out of some records, and return the last of them, or nothing."""
    drafts = next_drafts(catalog, object_type.id, after)
    if not drafts:
        return ""
    columns = record_columns(drafts)
    names = ("ids", "attributes", "folded", "searches")
    values = {name: columns[name] for name in names}
    query(STRIP, workspace=object_type.workspace_id, **values)
    return str(drafts[-1].id)

"""Deleting object types, with their records if that is said."""

from __future__ import annotations

from crm.authentication import Actor
from crm.errors import InUse
from crm.sql import query
from objects.models import Field, ObjectType
from records.journal.heads import count_alive
from records.schema_changes.changes import SchemaChange, change_schemas
from records.schema_changes.standard_stays import check_custom_object

FORGET = """
WITH former AS (
    INSERT INTO objects_formertype (id, workspace_id, slug, prefix, removed_at)
    VALUES (%(id)s, %(workspace)s, %(slug)s, %(prefix)s, %(at)s)
), buried AS (
    DELETE FROM records_tombstone
    WHERE workspace_id = %(workspace)s AND object_type_id = %(id)s
), alike AS (
    DELETE FROM records_duplicate
    WHERE workspace_id = %(workspace)s AND object_type_id = %(id)s
)
UPDATE records_journalhead SET counts = counts - %(id)s::text
WHERE workspace_id = %(workspace)s
"""


class HasRecords(InUse):
    """There are records of it."""


def delete_object(
    actor: Actor, slug: str, versions: frozenset[int] | None = None, *, force: bool
) -> None:
    """Remove an object type; with ``force`` its records too.

    Raises:
        NoSuchObject: if there is none of this slug.
        StandardStays: if it is a standard one.
        HasRecords: if it has records, and that is not forced.
    """
    with change_schemas(actor) as change:
        object_type = change.object_type(slug, versions)
        check_custom_object(object_type)
        many = count_alive(change.workspace.id, object_type.id)
        if many and not force:
            raise HasRecords(
                f"There are {many} records. Send ?force=true to delete them."
            )
        remove_object(change, object_type)


def remove_object(change: SchemaChange, object_type: ObjectType) -> None:
    """Remove an object type with its records, and the relationships that lead to it.

    The journal says of the type alone that it is gone. Decision 108 says why.
    """
    for side in Field.objects.filter(target=object_type).select_related("object_type"):
        if side.object_type_id != object_type.id:
            change.note_field(side, {"type": side.type, "label": side.label}, None)
    change.note(object_type, {"slug": object_type.slug}, {})
    query(
        FORGET,
        workspace=change.workspace.id,
        id=object_type.id,
        slug=object_type.slug,
        prefix=object_type.prefix,
        at=change.origin.at,
    )
    object_type.delete()

"""Deleting object types, with their records if that is said."""

from __future__ import annotations

from crm.authentication import Actor
from crm.errors import InUse
from crm.sql import query
from objects.models import Field, ObjectType
from records.ids import encode_id
from records.journal.heads import count_alive
from records.schema_changes.changes import SchemaChange, change_schemas
from records.schema_changes.standard_stays import check_custom_object
from records.writing.engine import write
from records.writing.operations import Delete

DELETED_AT_ONCE = 500

SOME = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s LIMIT %(many)s
"""

FORGET = """
WITH former AS (
    INSERT INTO objects_formertype (id, workspace_id, slug, prefix, removed_at)
    VALUES (%(id)s, %(workspace)s, %(slug)s, %(prefix)s, %(at)s)
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
    while True:
        with change_schemas(actor) as change:
            object_type = change.object_type(slug, versions)
            check_custom_object(object_type)
            many = count_alive(change.workspace.id, object_type.id)
            if not many:
                remove_object(change, object_type)
                return
        if not force:
            raise HasRecords(
                f"There are {many} records. Send ?force=true to delete them."
            )
        delete_some(actor, object_type)


def delete_some(actor: Actor, object_type: ObjectType) -> None:
    """Delete some records of a type, as anybody would."""
    rows = query(
        SOME,
        workspace=actor.workspace.id,
        type=object_type.id,
        many=DELETED_AT_ONCE,
    )
    ids = [encode_id(object_type.prefix, record_id) for (record_id,) in rows]
    write(actor=actor, operations=[Delete(object_type.slug, id=name) for name in ids])


def remove_object(change: SchemaChange, object_type: ObjectType) -> None:
    """Remove an object type without records, and the relationships that lead to it."""
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

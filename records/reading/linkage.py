"""The linkage that resources show without being asked: that of to-one relationships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from crm.authentication import Actor
from objects.schema import Catalog, Relationship, Schema
from records.ids import encode_id
from records.reading.gate import seen_by
from records.reading.includes import Related
from records.reading.sql import Sql, concat, join


def note_to_one(
    actor: Actor,
    catalog: Catalog,
    shown: Mapping[str, Iterable[UUID]],
    related: Related,
) -> None:
    """Note what the to-one relationships of records lead to, where it is not known.

    ``shown`` has the ids by type. One statement, or none if no type has such a
    relationship. A record that the caller may not see is as good as none.
    """
    wanted = [
        (catalog.schema(slug), side, list(ids))
        for slug, ids in shown.items()
        for side in catalog.schema(slug).relationships.values()
        if side.is_to_one
    ]
    missing = [
        (schema, side, unknown)
        for schema, side, ids in wanted
        if (unknown := [i for i in ids if not is_known(related, schema, side, i)])
    ]
    if not missing:
        return
    for schema, side, ids in missing:
        for identity in ids:
            related.link((schema.slug, identity), side, None)
    statements = [links(actor, catalog, *parts) for parts in missing]
    for slug, name, here, there in join(" UNION ALL ", statements).fetch():
        side = catalog.schema(slug).relationships[name]
        prefix = catalog.schema(side.target).prefix
        related.link((slug, here), side, encode_id(prefix, there))


def is_known(
    related: Related, schema: Schema, side: Relationship, identity: UUID
) -> bool:
    """Whether the linkage of a record is known already."""
    return side.slug in related.linkage.get((schema.slug, identity), {})


def links(
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    side: Relationship,
    ids: Sequence[UUID],
) -> Sql:
    """Return the statement for both ends of links to records that can be seen."""
    here, there = side.ends
    return concat(
        Sql("SELECT %s, %s, ", (schema.slug, side.slug)),
        f"link.{here}_id, link.{there}_id ",
        "FROM records_link link JOIN records_record r ",
        f"ON r.workspace_id = link.workspace_id AND r.id = link.{there}_id ",
        Sql(
            "WHERE link.workspace_id = %s AND link.field_id = %s ",
            (actor.workspace.id, side.field_id),
        ),
        Sql(f"AND link.{here}_id = ANY(%s) AND ", (list(ids),)),
        seen_by(actor, catalog.schema(side.target)),
    )

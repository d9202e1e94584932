"""Who sees what: the condition that every read of records begins with."""

from __future__ import annotations

from crm.authentication import Actor
from crm.sql import Sql
from objects.schema import Schema


def seen_by(actor: Actor, schema: Schema, alias: str = "r") -> Sql:
    """Return the condition that a record is of a type and the caller may see it."""
    own = f"{alias}.workspace_id = %s AND {alias}.object_type_id = %s"
    return visible(actor, Sql(own, (actor.workspace.id, schema.id)), alias)


def seen_among(actor: Actor, schema: Schema, named: Sql) -> Sql:
    """Return the same condition on a record ``r`` that another one finds by its id.

    The type is compared in a way that no index serves: one plan for all workspaces, as
    prepared statements have, must not begin with the many records of a type.
    """
    own = "r.workspace_id = %s AND r.object_type_id IS NOT DISTINCT FROM %s"
    condition = Sql(own, (actor.workspace.id, schema.id)) & named
    return visible(actor, condition, "r")


def visible(actor: Actor, condition: Sql, alias: str) -> Sql:
    """Return a condition with the one that the caller may see the record."""
    if actor.agent_id is None:
        return condition
    seen = f"({alias}.visible_to IS NULL OR {alias}.visible_to @> ARRAY[%s]::uuid[])"
    return condition & Sql(seen, (actor.agent_id,))

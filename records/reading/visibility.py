"""Who sees what: the condition that every read of records begins with."""

from __future__ import annotations

from crm.authentication import Actor
from objects.schema import Schema
from records.reading.sql import Sql, all_of


def seen_by(actor: Actor, schema: Schema, alias: str = "r") -> Sql:
    """Return the condition that a record is of a type and the caller may see it."""
    own = f"{alias}.workspace_id = %s AND {alias}.object_type_id = %s"
    condition = Sql(own, (actor.workspace.id, schema.id))
    if actor.agent_id is None:
        return condition
    visible = f"({alias}.visible_to IS NULL OR {alias}.visible_to @> ARRAY[%s]::uuid[])"
    return all_of([condition, Sql(visible, (actor.agent_id,))])

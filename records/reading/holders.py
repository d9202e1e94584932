"""Who holds a value that only one record may hold."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from crm.sql import Sql
from objects.models import Field


def holds_any(alias: str, workspace_id: UUID, field: Field, keys: Iterable[str]) -> Sql:
    """Return the condition that a record holds any of the keys of a unique field.

    The holders are found once, before any record is looked at.
    """
    return Sql(
        f"{alias}.id = ANY(ARRAY(SELECT record_id FROM records_uniquevalue "
        "WHERE workspace_id = %s AND field_id = %s AND key = ANY(%s)))",
        (workspace_id, field.id, list(keys)),
    )

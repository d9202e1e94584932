"""Options of selects on records: renamed, or cleared because they are gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from crm.errors import InUse
from crm.json_types import JSON
from crm.sql import query
from objects.models import Field

MOST_NAMED = 10
"""How many options a refusal names."""

IS_CHOSEN = """
CASE jsonb_typeof(attributes->%(member)s)
WHEN 'object' THEN attributes->%(member)s->'items' ?| %(labels)s::text[]
ELSE attributes->>%(member)s = ANY(%(labels)s) END
"""
ARE_CHOSEN = f"""
FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s AND ({IS_CHOSEN})
"""
CHOSEN = f"SELECT id, (attributes->%(member)s)::text {ARE_CHOSEN} LIMIT %(many)s"
COUNT = f"SELECT count(*) {ARE_CHOSEN}"

WALK = f"""
SELECT coalesce(max(id::text), ''), count(*),
       coalesce(array_agg(id) FILTER (WHERE is_chosen), '{{}}')
FROM (
    SELECT id, {IS_CHOSEN} AS is_chosen FROM records_record
    WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
      AND id > %(after)s::uuid
    ORDER BY id LIMIT %(many)s
) AS walked
"""

Renaming = Mapping[str, str | None]
"""What becomes of the labels of options; null for those that are gone."""


class StillChosen(InUse):
    """Records have an option that would go."""


def chosen(field_: Field, labels: Iterable[str], many: int) -> list[tuple[UUID, JSON]]:
    """Return records that have one of some options, and their values."""
    rows = query(CHOSEN, **parameters_of(field_, labels), many=many)
    return [(record_id, json.loads(value)) for record_id, value in rows]


def count_chosen(field_: Field, labels: Iterable[str]) -> int:
    """Return how many records have one of some options."""
    ((many,),) = query(COUNT, **parameters_of(field_, labels))
    return int(many)


def check_unchosen(field_: Field, renaming: Renaming) -> None:
    """Refuse to let options go that records have, if it is not said on purpose.

    Raises:
        StillChosen: with the number of the records.
    """
    gone = [label for label, new in renaming.items() if new is None]
    many = count_chosen(field_, gone) if gone else 0
    if many:
        labels = ", ".join(map(repr, gone[:MOST_NAMED]))
        more = " or another option" if len(gone) > MOST_NAMED else ""
        raise StillChosen(
            f"{many} records have {labels}{more}, which would be cleared. "
            "Keep what they have, or send ?force=true."
        )


def parameters_of(field_: Field, labels: Iterable[str]) -> dict[str, object]:
    """Return what the statements about records with some options are told."""
    return {
        "workspace": field_.object_type.workspace_id,
        "type": field_.object_type_id,
        "member": field_.member,
        "labels": list(labels),
    }


class Walked(NamedTuple):
    """Some records of a type that were looked at."""

    last: str
    many: int
    chosen: list[UUID]
    """Those that have one of some options."""


def walk_chosen(field_: Field, labels: Iterable[str], after: str, many: int) -> Walked:
    """Look for records behind another that have one of some options."""
    parameters = parameters_of(field_, labels)
    return Walked(*query(WALK, **parameters, after=after, many=many)[0])


def renamed(value: JSON, renaming: Renaming) -> JSON:
    """Return a value with the new labels of its options."""
    if isinstance(value, dict):
        items = value["items"]
        assert isinstance(items, list)
        labels = [renaming.get(str(label), str(label)) for label in items]
        return {"items": [label for label in labels if label is not None]}
    return renaming.get(str(value), value)

"""Options of selects on records: renamed, or cleared because they are gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from crm.authentication import Actor
from crm.errors import InUse
from crm.json_types import JSON
from crm.sql import query
from objects.models import Field
from records.writing.engine import write
from records.writing.operations import Update

BATCH = 500

MOST_NAMED = 10
"""How many options a refusal names."""

ARE_CHOSEN = """
FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND (CASE jsonb_typeof(attributes->%(member)s)
       WHEN 'object' THEN attributes->%(member)s->'items' ?| %(labels)s::text[]
       ELSE attributes->>%(member)s = ANY(%(labels)s) END)
"""
CHOSEN = f"SELECT id, (attributes->%(member)s)::text {ARE_CHOSEN} LIMIT %(many)s"
COUNT = f"SELECT count(*) {ARE_CHOSEN}"

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


def replace_options(actor: Actor, field_: Field, renaming: Renaming) -> int:
    """Give some records the new labels of their options, and clear those that are gone.

    They are journalled like any other change. Return how many records changed; none
    means that all have.
    """
    updates = [
        Update(
            field_.object_type.slug,
            id=str(record_id),
            attributes={field_.slug: renamed(value, renaming)},
        )
        for record_id, value in chosen(field_, renaming, BATCH)
    ]
    write(actor=actor, operations=updates)
    return len(updates)


def renamed(value: JSON, renaming: Renaming) -> JSON:
    """Return a value with the new labels of its options."""
    if isinstance(value, dict):
        items = value["items"]
        assert isinstance(items, list)
        labels = [renaming.get(str(label), str(label)) for label in items]
        return {"items": [label for label in labels if label is not None]}
    return renaming.get(str(value), value)

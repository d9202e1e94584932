"""Giving records values of the type that a field gets, beside those that it shows.

A batch is read and converted while others write. Whoever has changed a value meanwhile
has stored it as both types, or was refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import Row, query
from objects.conversion import value_as
from objects.field_types.base import InvalidValue, WrongShape
from objects.folding import fold_json
from objects.models import Field
from objects.retyping import Retyping, other_field
from records.ids import encode_id
from records.schema_changes import walking
from records.schema_changes.finding import find_retyping
from records.schema_changes.offenders import MOST_OFFENDERS
from records.schema_changes.pacing import next_step
from records.schema_changes.steps import beside_writers
from records.storage import load_value

READ = walking.NEXT.format(columns="id, (attributes->%(member)s)::text")

CONVERT = """
WITH held AS MATERIALIZED (
    SELECT id FROM records_record
    WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s::uuid[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE records_record record
SET attributes = record.attributes || jsonb_build_object(%(to)s::text, fresh.value),
    folded = CASE WHEN fresh.folded = 'null' THEN record.folded
        ELSE record.folded || jsonb_build_object(%(to)s::text, fresh.folded) END
FROM held, ROWS FROM (
    unnest(%(ids)s::uuid[]), jsonb_array_elements(%(stored)s::jsonb),
    jsonb_array_elements(%(values)s::jsonb), jsonb_array_elements(%(folded)s::jsonb)
) AS fresh (id, stored, value, folded)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND held.id = fresh.id AND record.attributes->%(member)s = fresh.stored
"""

UNCHANGED = """
SELECT record.id FROM records_record record
JOIN ROWS FROM (
    unnest(%(ids)s::uuid[]), jsonb_array_elements(%(stored)s::jsonb)
) AS read (id, stored) ON record.id = read.id
WHERE record.workspace_id = %(workspace)s
  AND record.attributes->%(member)s = read.stored
ORDER BY record.id
"""


@dataclass
class Converted:
    """Records with a value, as they were read: what it is as another type."""

    ids: list[UUID] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    """The values as JSON."""
    values: list[JSON] = field(default_factory=list)
    folded: list[JSON] = field(default_factory=list)
    """Null where a value is not compared folded."""

    def add(self, record_id: UUID, stored: str, value: JSON, folded: JSON) -> None:
        """Note one record more."""
        self.ids.append(record_id)
        self.stored.append(stored)
        self.values.append(value)
        self.folded.append(folded)

    @property
    def read(self) -> dict[str, object]:
        """The records, and what was stored of them when they were read."""
        return {"ids": self.ids, "stored": f"[{','.join(self.stored)}]"}

    @property
    def fresh(self) -> dict[str, object]:
        """What is to be stored of them."""
        values, folded = (dumps(one).decode() for one in (self.values, self.folded))
        return {"values": values, "folded": folded}


def convert_some(read: Field) -> bool:
    """Give some more records values of the new type. Return whether there are others.

    There are none if so many are in the way that a refusal does not name more.
    """
    retyping, owner = Retyping.of(read), read.object_type
    place = {"workspace": owner.workspace_id, "member": read.member}
    after, many = retyping.after or walking.FIRST, min(retyping.many, walking.BATCH)
    rows = query(READ, **place, type=owner.id, after=after, many=many)
    if not rows:
        return False
    fit, unfit = converted(read, rows)
    with beside_writers(owner.workspace_id, ()):
        field_ = find_retyping(read.id, is_locked=True)
        if field_ is None or field_.retyping != read.retyping:
            return True  # Somebody else went on meanwhile, or stopped it.
        begun = monotonic()
        query(CONVERT, **place, **fit.read, **fit.fresh, to=retyping.member)
        stuck = query(UNCHANGED, **place, **unfit.read) if unfit.ids else []
        retyping.offenders += (encode_id(owner.prefix, one) for (one,) in stuck)
        del retyping.offenders[MOST_OFFENDERS:]
        retyping.after = str(rows[-1][0])
        retyping.done += len(rows)
        retyping.many = next_step(many, monotonic() - begun)
        retyping.keep(field_)
        field_.save(update_fields=["retyping"])
    return len(retyping.offenders) < MOST_OFFENDERS


def converted(field_: Field, rows: Iterable[Row]) -> tuple[Converted, Converted]:
    """Return the records whose values are some of the new type, and those that are not.

    Many records have the same value, which is converted once.
    """
    other, fit, unfit = other_field(field_), Converted(), Converted()
    known: dict[str, tuple[JSON, JSON] | None] = {}
    for record_id, stored in rows:
        if stored is None:
            continue
        if stored not in known:
            known[stored] = as_other(stored, field_, other)
        made = known[stored]
        if made is None:
            unfit.add(record_id, stored, None, None)
        elif made[0] is not None:
            fit.add(record_id, stored, *made)
    return fit, unfit


def as_other(stored: str, field_: Field, other: Field) -> tuple[JSON, JSON] | None:
    """Return a value as another type, plain and folded, or None if it is not one."""
    try:
        value = value_as(load_value(stored), field_, other)
    except (InvalidValue, WrongShape):
        return None
    return value, None if other.type == "json" else fold_json(value)

"""Finding out which records are to become one, and how their values come together."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from uuid_utils.compat import uuid7

from crm.errors import InvalidValue, Refusal, UnknownField
from crm.jsonapi.documents import escape
from crm.nearest import Advisor, quoted
from objects.models import Field
from objects.schema import Schema
from records.ids import decode_id
from records.writing.merges import How, Merge
from records.writing.operations import RepeatedInBatch
from records.writing.rows import Row


def prepare_merge(row: Row, operation: Merge) -> None:
    """Note the records that are to go, and what was picked; refuse what cannot be."""
    named = {row.id}
    for loser in operation.losers:
        row.check_type(loser.type, loser.at.removesuffix("id") + "type")
        # An id that can be none is one that no record has, so it will not be found.
        record = decode_id(row.schema.prefix, loser.id) or uuid7()
        if record in named:
            row.refusals.append(RepeatedInBatch.meant_at(loser.at))
        named.add(record)
        row.losers.append(record)
    for name, said in operation.picks.items():
        try:
            row.picks[row.schema.slug_of(name)] = prepare_pick(row, name, said)
        except Refusal as refusal:
            place = f"{operation.picks_at}/{escape(name)}"
            row.refusals.append(type(refusal)({place: str(refusal)}))


def prepare_pick(row: Row, name: str, said: str) -> UUID | How:
    """Return the record whose value a field gets, or how its values come together.

    Raises:
        UnknownField: if there is no field that can be picked.
        InvalidValue: if neither was said.
    """
    slug = row.schema.slug_of(name)
    check_pickable(row.schema, slug)
    with suppress(ValueError):
        how = How(said)
        if how == How.KEEP or can_unite(row.schema.fields.get(slug)):
            return how
    record = decode_id(row.schema.prefix, said)
    if record is None or record not in {row.id, *row.losers}:
        union = ", union" if can_unite(row.schema.fields.get(slug)) else ""
        raise InvalidValue(f"Use keep{union} or the id of one of the records.")
    return record


def check_pickable(schema: Schema, slug: str) -> None:
    """Refuse to pick what is no field, or is of all records together.

    Raises:
        UnknownField: if it is.
    """
    side = schema.relationships.get(slug)
    if slug in schema.fields or (side and side.is_to_one):
        return
    if side:
        raise UnknownField("The links of all records come together; pick none.")
    pickable = [*schema.fields, *(one.slug for one in schema.to_one)]
    advice = Advisor(pickable).advice(slug)
    raise UnknownField(f"{schema.slug} has no field {quoted(slug)}.{advice}")


def can_unite(field: Field | None) -> bool:
    """Whether it is a field, and its values can come together as one."""
    return field is not None and (field.is_collection or field.type == "json")

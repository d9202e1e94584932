"""Looking up: which records hold certain values, many values in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal
from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from crm.sql import Row, Sql, concat
from objects.folding import fold_json
from objects.models import Field
from objects.phone_numbers import WRITTEN_IN_PHONES
from objects.schema import Schema
from records.access.visibility import seen_by

LEAST_DIGITS = 6


class Wanted(NamedTuple):
    """A value to be looked up in a field."""

    schema: Schema
    field: Field
    item: JSON
    """As it is stored; one item, if the field holds several."""
    is_ending: bool = False
    """Whether it is only the last digits of a phone number."""

    @property
    def document(self) -> str | None:
        """The part of a folded record that holds the value, if its key does not say."""
        if self.is_ending:
            return str(self.item)
        if self.key is not None:
            return None
        folded = fold_json(self.item)
        if self.field.is_collection:
            folded = {"items": [folded]}
        return dumps({self.field.member: folded}).decode()

    @property
    def key(self) -> str | None:
        """The key by which the one holder of a unique value is known."""
        is_known = self.field.unique and not self.is_ending
        keys = self.field.item_type.unique_keys(self.item) if is_known else ()
        return next(iter(keys), None)

    @property
    def path(self) -> str:
        """The path to the values of the field in a record."""
        items = ".items[*]" if self.field.is_collection else ""
        return f'$."{self.field.member}"{items}'


EXACTLY = "(r.folded @> wanted.document::jsonb OR r.id = held.record_id) AND "
BY_ENDING = """
r.search LIKE '%%' || wanted.document || '%%' AND EXISTS (
    SELECT FROM jsonb_path_query(r.folded, wanted.path::jsonpath) AS item
    WHERE item #>> '{}' LIKE '%%' || wanted.document
) AND
"""


def find_holders(
    actor: Actor, wanted: Sequence[Wanted], *, most: int
) -> list[list[UUID]]:
    """Return the records that hold each value and that the caller may see.

    The oldest come first, and ``most`` of them at the most. All the values must be
    looked up in one object type.
    """
    found: list[list[UUID]] = [[] for _ in wanted]
    for is_ending, joined in ((False, EXACTLY), (True, BY_ENDING)):
        some = [n for n, one in enumerate(wanted) if one.is_ending == is_ending]
        if some:
            holders = holders_of(actor, [wanted[n] for n in some], joined, most)
            for place, record_id in holders:
                found[some[place - 1]].append(record_id)
    return found


def holders_of(
    actor: Actor, wanted: Sequence[Wanted], condition: str, most: int
) -> list[Row]:
    """Return the place of each value, counted from one, with each of its holders.

    The offset keeps the values from being compared with all records of the type: for
    each of them, the few that have it are read from an index.
    """
    return concat(
        "SELECT place, id FROM (SELECT place, holder.id, row_number() OVER "
        "(PARTITION BY place ORDER BY created_at, holder.id) AS age ",
        Sql(
            "FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::text[]) "
            "WITH ORDINALITY AS wanted (document, path, field, key, place) "
            "LEFT JOIN records_uniquevalue held ON held.workspace_id = %s "
            "AND held.field_id = wanted.field AND held.key = wanted.key, ",
            (*columns_of(wanted), actor.workspace.id),
        ),
        "LATERAL (SELECT r.id, r.created_at FROM records_record r WHERE ",
        condition,
        seen_by(actor, wanted[0].schema),
        " OFFSET 0) AS holder",
        Sql(") AS found WHERE age <= %s ORDER BY place, age", (most,)),
    ).fetch()


def columns_of(wanted: Sequence[Wanted]) -> tuple[list[object], ...]:
    """Return what the statement is told of each value, column by column."""
    rows = [(one.document, one.path, one.field.id, one.key) for one in wanted]
    return tuple(map(list, zip(*rows, strict=True)))


def readings_of(schema: Schema, text: str) -> list[Wanted]:
    """Return how a text can be read as that by which records of a type are known.

    It may be an address, a phone number however it is typed, a domain, or a name.
    """
    found = [reading_of(schema, field, text) for field in schema.fields.values()]
    return [wanted for wanted in found if wanted]


def reading_of(schema: Schema, field: Field, text: str) -> Wanted | None:
    """Return a text as a value of a field, if it can be one that is looked up.

    A name is a line of text that is both sorted and searched.
    """
    item_type = field.item_type
    is_name = field.type == "text" and field.indexed and field.searchable
    if not is_name and item_type.name not in {"email", "phone", "domain"}:
        return None
    try:
        return Wanted(schema, field, item_type.clean(text, field))
    except Refusal:
        digits = last_digits(text) if item_type.name == "phone" else ""
        return Wanted(schema, field, digits, is_ending=True) if digits else None


def last_digits(text: str) -> str:
    """Return the digits of a phone number without what is dialled before it abroad."""
    digits = "".join(character for character in text if character.isdigit()).lstrip("0")
    is_phone = WRITTEN_IN_PHONES.fullmatch(text) and len(digits) >= LEAST_DIGITS
    return digits if is_phone else ""

"""What a write makes of the values of a record."""

from __future__ import annotations

from collections.abc import Mapping

from crm.errors import ReadOnly, Refusal, Required
from crm.json_types import JSON, JSONObject
from crm.moments import read_moment, wire_time
from objects.field_types.base import InvalidValue
from objects.schema import is_blank, moved
from records.writing.both_types import misfits
from records.writing.drafts import Draft
from records.writing.following import follow, has_own, newly_set
from records.writing.operations import NothingToShow, Strategy, Write
from records.writing.reversals import Restore
from records.writing.rows import Row
from records.writing.strategies import change_parts, combine


def set_values(
    draft: Draft, row: Row, strategies: Mapping[str, Strategy]
) -> list[Refusal]:
    """Set a record's values and details, and return what is wrong with them."""
    operation = row.operation
    assert isinstance(operation, Write)
    there = dict(draft.attributes)
    by_hand = newly_set(draft, row.values)
    unfit = combine_values(draft, row.values, strategies)
    unfit |= set_parts(draft, operation.parts)
    set_defaults(draft, row.defaults)
    for slug, beside in operation.details.items():
        draft.set_details(slug, beside)
    follow(draft, row.values, by_hand)
    unfit |= misfits(draft.schema, there, draft.attributes)
    refusals = [moved(refusal, row.place(slug)) for slug, refusal in unfit.items()]
    return [
        *refusals,
        *unmet_needs(draft, operation),
        *missing_values(row, draft.attributes, is_new=draft.is_added),
    ]


def combine_values(
    draft: Draft, values: Mapping[str, JSON], strategies: Mapping[str, Strategy]
) -> dict[str, InvalidValue]:
    """Combine new values with those that are there; return what does not fit."""
    refusals: dict[str, InvalidValue] = {}
    for slug, value in values.items():
        strategy = strategies.get(slug, Strategy.REPLACE)
        old = draft.attributes.get(slug)
        try:
            new = combine(draft.schema.fields[slug], old, value, strategy)
        except InvalidValue as refusal:
            refusals[slug] = refusal
        else:
            draft.set_value(slug, new, inherits=strategy == Strategy.PRIMARY)
    return refusals


def set_parts(draft: Draft, parts: Mapping[str, JSONObject]) -> dict[str, InvalidValue]:
    """Change parts of the first place of each field; return what does not fit."""
    refusals: dict[str, InvalidValue] = {}
    for slug, changed in parts.items():
        old = draft.attributes.get(slug)
        try:
            new = change_parts(draft.schema.fields[slug], old, changed)
        except InvalidValue as refusal:
            refusals[slug] = refusal
        else:
            draft.set_value(slug, new, inherits=True)
    return refusals


def set_defaults(draft: Draft, values: Mapping[str, JSON]) -> None:
    """Set values if none of their fields has one yet."""
    if all(is_blank(draft.attributes.get(slug)) for slug in values):
        for slug, value in values.items():
            draft.set_value(slug, value)


def unmet_needs(draft: Draft, operation: Write) -> list[Refusal]:
    """Return a refusal if none of the fields that an operation needs has a value."""
    needed = [draft.schema.slug_of(name) for name in operation.needs]
    if not needed or any(has_own(draft, slug) for slug in needed):
        return []
    named = ", ".join(operation.needs)
    return [NothingToShow(f"One of these must have a value: {named}.")]


def changed_system_values(draft: Draft, row: Row) -> list[Refusal]:
    """Return a refusal for each value that the system keeps and a write would change.

    A client may send back what it read.
    """
    return [
        ReadOnly({f"/attributes/{name}": "This is kept by the system."})
        for name, value in row.system.items()
        if draft.is_new
        or (value != (shown := draft.system[name]) and wire_form(value) != shown)
    ]


def wire_form(value: JSON) -> str | None:
    """Return a time as it is read, however it is written; None for all else."""
    moment = read_moment(value)
    return wire_time(moment) if moment else None


def missing_values(
    row: Row, attributes: Mapping[str, JSON], *, is_new: bool
) -> list[Refusal]:
    """Return a refusal for each required field that a write leaves without a value.

    A new record answers for all of them, a change for those that it sets.
    """
    operation = row.operation
    assert isinstance(operation, Write)
    sent = {row.schema.aliases.get(name) for name in operation.attributes or {}}
    refused = sent - row.values.keys()
    return [
        Required({place_of_missing(row, slug): f"{field_.label} must have a value."})
        for slug, field_ in row.schema.kept_required.items()
        if slug not in refused
        if (is_new or slug in row.values) and is_blank(attributes.get(slug))
    ]


def place_of_missing(row: Row, slug: str) -> str:
    """Return where a value is missing: at its field, if a client spoke of that.

    Of a record that comes back a client has to, whatever it spoke of.
    """
    operation = row.operation
    assert isinstance(operation, Write)
    if slug in row.values or isinstance(operation, Restore):
        return row.place(slug)
    return "" if operation.attributes is None else "/attributes"

"""What values a record has that others have gone into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from crm.errors import Refusal, Required
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.field_types.collection import Collection
from objects.models import Field
from objects.schema import is_blank, moved
from records.writing.both_types import misfits
from records.writing.drafts import Draft
from records.writing.following import follow, texts_of
from records.writing.merges import How
from records.writing.operations import Strategy
from records.writing.strategies import combine

Picks = Mapping[str, "UUID | How"]
"""By slug: the record whose value a field gets, or how values come together."""


def merge_values(
    survivor: Draft, losers: Sequence[Draft], picks: Picks, at: str
) -> list[Refusal]:
    """Let a record have what others had, and return what is wrong with that.

    ``at`` is where the request said what is picked.
    """
    named = {draft.id: draft for draft in (survivor, *losers)}
    there = dict(survivor.attributes)
    following, refusals = survivor.schema.following, []
    free = [slug for slug in unnamed(survivor) if slug not in picks]
    for slug, field in survivor.schema.fields.items():
        pick = picks.get(slug)
        try:
            if isinstance(pick, UUID):
                take_value(survivor, field, named[pick])
            elif pick != How.KEEP and slug not in following:
                add_values(survivor, field, losers)
        except Refusal as refusal:
            refusals.append(moved(refusal, f"{at}/{escape(slug)}"))
    unfit = misfits(survivor.schema, there, survivor.attributes)
    refusals += [moved(why, f"{at}/{escape(slug)}") for slug, why in unfit.items()]
    take_by_hand(survivor, losers, free)
    follow(survivor, {}, ())
    for slug in following.keys() & picks.keys():
        pick = picks[slug]
        source = named[pick] if isinstance(pick, UUID) else survivor
        keep_picked(survivor, source, slug)
    return refusals


def take_value(survivor: Draft, field: Field, source: Draft) -> None:
    """Let a record have the value of another in place of its own.

    Raises:
        Required: if that is none and the field must have one.
    """
    value = source.attributes.get(field.slug)
    if field.required and is_blank(value):
        raise Required("The field must have a value; this record has none.")
    survivor.set_value(field.slug, value)
    if beside := source.details.get(field.slug):
        survivor.details[field.slug] = beside
    else:
        survivor.details.pop(field.slug, None)


def add_values(survivor: Draft, field: Field, losers: Sequence[Draft]) -> None:
    """Let a record have what it lacks of a field's values.

    Raises:
        InvalidValue: if the whole is too large.
    """
    for loser in losers:
        ours, theirs = (one.attributes.get(field.slug) for one in (survivor, loser))
        if is_blank(theirs):
            continue
        if is_blank(ours):
            take_value(survivor, field, loser)
        elif isinstance(field.field_type, Collection):
            add_items(survivor, field, loser)
        elif field.type == "json":
            united = field.field_type.clean(unite(ours, theirs), field)
            survivor.set_value(field.slug, united)


def add_items(survivor: Draft, field: Field, loser: Draft) -> None:
    """Put the items of another record behind those that are there, with their labels.

    Raises:
        InvalidValue: if there are too many.
    """
    slug = field.slug
    ours, theirs = (one.attributes.get(slug) for one in (survivor, loser))
    survivor.set_value(slug, combine(field, ours, theirs, Strategy.APPEND))
    kept, come = (members(one.details.get(slug)) for one in (survivor, loser))
    if fresh := {key: beside for key, beside in come.items() if key not in kept}:
        survivor.set_details(slug, fresh)


def members(value: JSON) -> JSONObject:
    """Return the members of an object, none of anything else."""
    return value if isinstance(value, dict) else {}


def unite(ours: JSON, theirs: JSON) -> JSON:
    """Return JSON with the members that another has besides.

    Pairs of a label and a value are members, too. Of what else there is, ours stays.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return theirs | ours
    own, other = labelled(ours), labelled(theirs)
    if own is None or other is None:
        return ours
    return [*own.values(), *(pair for label, pair in other.items() if label not in own)]


def labelled(value: JSON) -> dict[JSON, JSON] | None:
    """Return pairs of a label and a value by their labels; None if it is no such."""
    if isinstance(value, dict):
        return {name: {"label": name, "value": one} for name, one in value.items()}
    pairs = [one for one in value if is_pair(one)] if isinstance(value, list) else []
    if not pairs or len(pairs) != len(value or []):  # type: ignore[arg-type]
        return None
    return {members(pair)["label"]: pair for pair in pairs}


def is_pair(value: JSON) -> bool:
    """Whether a value is a pair of a label and a value."""
    return (
        isinstance(value, dict)
        and value.keys() == {"label", "value"}
        and isinstance(value["label"], str)
    )


def unnamed(draft: Draft) -> list[str]:
    """Return the fields that follow others of which the record has none either."""
    return [
        slug
        for slug, field in draft.schema.following.items()
        if slug not in draft.details and not texts_of(draft, field, "unless")
    ]


def take_by_hand(
    survivor: Draft, losers: Sequence[Draft], slugs: Sequence[str]
) -> None:
    """Let fields that follow nothing have what another record has by hand."""
    for slug in slugs:
        by_hand = [loser for loser in losers if slug in loser.details]
        for loser in by_hand[:1]:
            survivor.details[slug] = loser.details[slug]
            survivor.set_value(slug, loser.attributes.get(slug))


def keep_picked(survivor: Draft, source: Draft, slug: str) -> None:
    """Set by hand what was picked of a field, if it would follow to something else."""
    value = source.before.get(slug)
    if survivor.attributes.get(slug) != value:
        survivor.details[slug] = {"by_hand": True}
        survivor.set_value(slug, value)

"""Fields that follow others, such as a name its parts, until they are set by hand.

``options.follows`` of such a field names the parts that its value is made of. What
``options.instead`` names is taken where none of the parts in ``options.unless`` is
there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm.json_types import JSON
from objects.field_types.base import texts
from objects.models import Field
from objects.schema import is_blank
from records.writing.drafts import Draft


def newly_set(draft: Draft, values: Mapping[str, JSON]) -> frozenset[str]:
    """Return the following fields to which ``values`` gives another value.

    One that is given the value that it has, as by a client that sends back what it
    read, goes on as it did.
    """
    return frozenset(
        slug
        for slug in draft.schema.following.keys() & values.keys()
        if values[slug] != draft.attributes.get(slug)
    )


def follow(draft: Draft, values: Mapping[str, JSON], by_hand: Collection[str]) -> None:
    """Let fields follow others, but for those that ``values`` now sets by hand."""
    for slug, field in draft.schema.following.items():
        if slug in by_hand:
            draft.details.pop(slug, None)
            if values[slug] not in (None, ""):
                draft.details[slug] = {"by_hand": True}
        if slug not in draft.details:
            draft.set_value(slug, followed_value(draft, field))


def followed_value(draft: Draft, field: Field) -> JSON:
    """Return the value of a field that follows others."""
    parts = texts_of(draft, field, "follows")
    if not texts_of(draft, field, "unless"):
        parts = texts_of(draft, field, "instead") or parts
    return " ".join(parts) or None


def texts_of(draft: Draft, field: Field, option: str) -> list[str]:
    """Return the text in the fields that an option names, without blanks around.

    The option has the names that they had when it was written.
    """
    slugs = (draft.schema.aliases.get(n) for n in field.options.get(option, []))
    values = [draft.attributes.get(slug) for slug in slugs if slug]
    stripped = [text.strip() for value in values for text in texts(value)]
    return [text for text in stripped if text]


def has_own(draft: Draft, slug: str) -> bool:
    """Whether a field has a value that does not just follow from others."""
    if slug in draft.schema.following and slug not in draft.details:
        return False
    return not is_blank(draft.attributes.get(slug))

"""A name that is sent by its parts: ``{"first_name": "Ada", "last_name": "Lovelace"}``.

Other systems keep a person's name as an object. Its members are taken for the fields
that the name follows, and ``full_name`` for the name itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crm.errors import Refusal, UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from crm.nearest import Advisor, quoted
from objects.field_types.base import InvalidValue
from objects.models import Field
from objects.schema import Schema

WHOLE = "full_name"


class Spread(NamedTuple):
    """Attributes without names that are objects."""

    attributes: dict[str, JSON]
    places: dict[str, str]
    """Where those stood that were members of a name."""
    refusals: list[Refusal]


def spread_names(schema: Schema, sent: Mapping[str, JSON]) -> Spread:
    """Return attributes in which each name that is an object is its parts.

    The name follows the parts again, even if it was set by hand, unless ``full_name``
    is another.
    """
    spread = Spread({}, {}, [])
    for name, value in sent.items():
        field = schema.following.get(schema.slug_of(name))
        if field is None or not isinstance(value, dict):
            spread.attributes[name] = value
            continue
        spread.attributes[name] = whole_of(field, value)
        at, advisor = f"/attributes/{escape(name)}", advisor_on(field)
        for part in [part for part in value if part != WHOLE]:
            place = f"{at}/{escape(part)}"
            why = refusal_of(schema, advisor, sent, part)
            if why is None:
                spread.attributes[part], spread.places[part] = value[part], place
            else:
                spread.refusals.append(type(why)({place: str(why)}))
    return spread


def whole_of(field: Field, parts: JSONObject) -> JSON:
    """Return the name in an object; None if it is just what the parts make."""
    texts = [str(parts[part]) for part in field.options["follows"] if parts.get(part)]
    whole = parts.get(WHOLE)
    return None if whole == " ".join(texts) else whole


def advisor_on(field: Field) -> Advisor:
    """Return who knows the members that a name may have."""
    return Advisor([*field.options["follows"], WHOLE])


def refusal_of(
    schema: Schema, advisor: Advisor, sent: Mapping[str, JSON], part: str
) -> Refusal | None:
    """Return why a member of a name cannot be taken for a field, or None."""
    if part not in advisor.valid:
        why = f"A name has no {quoted(part)}.{advisor.advice(part)}"
        return UnknownField(why)
    slug = schema.slug_of(part)
    if any(schema.slug_of(name) == slug for name in sent):
        return InvalidValue("The field is there twice, under two names.")
    return None

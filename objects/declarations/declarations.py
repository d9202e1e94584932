"""What is declared of object types, fields, relationships, options and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.errors import InvalidValue
from crm.json_types import JSON, JSONObject
from objects.declarations.pace import AT_ONCE
from objects.models import Kind
from objects.options import completed

MOST_FIELDS = 500
"""Of an object type, relationships included."""


class InvalidDeclaration(InvalidValue):
    """What is declared cannot be."""


@dataclass(frozen=True)
class RelationshipDeclaration:
    """A relationship as one of its sides declares it."""

    kind: Kind
    target: str
    """The slug of the object type on the other side."""
    inverse: str
    """The slug of the field on the other side."""


@dataclass
class FieldDeclaration:
    """A field to be made, or what is to change of one: only what was sent is there."""

    at: str
    slug: str
    type: str | None = None
    label: str | None = None
    description: str | None = None
    flags: dict[str, bool] = field(default_factory=dict)
    options: list[JSONObject] | None = None
    may_clear: bool = False
    at_once: int = AT_ONCE
    """Through how many records the request goes itself."""
    """Whether options may go that records have; it is said on purpose."""
    currency: str | None = None
    shape: JSONObject | None = None
    """The types of the members of its objects."""
    position: int | None = None
    related: RelationshipDeclaration | None = None
    new_slug: str | None = None
    rest: dict[str, JSON] = field(default_factory=dict)
    """Keywords of JSON Schema that must be those of the type, if they are sent."""
    places: dict[str, str] = field(default_factory=dict)
    """Where each part stood in the document, under whichever of its names."""

    def place(self, part: str) -> str:
        """Return where a part stood; one that was not sent is the whole's fault."""
        return self.places.get(part, self.at)

    def new_label(self) -> str:
        """Return what people call a new field: if nothing was sent, its slug."""
        return self.label or self.slug.replace("_", " ").capitalize()

    def type_options(self, there: Sequence[JSONObject] = ()) -> JSONObject:
        """Return what the type may know of a field that has some options already.

        What can be chosen is whole, each option with an id and a colour.
        """
        found: JSONObject = {}
        if self.options is not None:
            found["options"] = [*completed(self.options, there)]
        if self.currency is not None:
            found["currency"] = self.currency
        if self.shape is not None:
            found["shape"] = self.shape
        return found


@dataclass
class ObjectDeclaration:
    """An object type to be made, or what is to change of one: None stays."""

    at: str
    name: str | None = None
    plural: str | None = None
    description: str | None = None
    match_fields: list[str] | None = None
    fields: Sequence[FieldDeclaration] = ()

    def labels(self) -> JSONObject:
        """Return what people call it, as far as it was sent."""
        sent = {
            "label": self.name,
            "plural": self.plural,
            "description": self.description,
        }
        return {name: value for name, value in sent.items() if value is not None}


@dataclass(frozen=True)
class OptionsDeclaration:
    """Options to be added to a field, or taken away from it."""

    at: str
    """Where the options stood."""
    object_type: str
    field: str
    options: list[JSONObject]
    is_removal: bool


@dataclass(frozen=True)
class OrderDeclaration:
    """The slugs of the fields that are to come first, in their order."""

    at: str
    order: Sequence[str]


@dataclass(frozen=True)
class VisibilityDeclaration:
    """The slugs of the fields that are to be hidden from people, or shown again."""

    at: str
    hidden: Mapping[str, bool]


def slug_in(name: str) -> str:
    """Return the slug in a name of a schema: person, core/person, or an address."""
    return name.rstrip("/").rpartition("/")[2]

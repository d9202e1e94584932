"""Declarations: what a client says that an object type or a field shall be like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from crm.errors import InvalidValue, UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Reader, escape
from objects.field_types import FIELD_TYPES
from objects.folding import compose
from objects.inference import infer_type, items_of
from objects.models import FIELD_SLUG, FLAGS, RESERVED, Kind

LONGEST_LABEL = 100
LONGEST_NAME = 32
"""Of an object type, and of its plural."""
LONGEST_DESCRIPTION = 256
MOST_OPTIONS = 500
MOST_FIELDS = 500
"""Of an object type, relationships included."""
COLORS = re.compile(r"[a-z]{1,20}|#[0-9a-f]{6}")

PARTS = {
    "title": "label",
    "x-type": "type",
    "enum": "options",
    "x-options": "options",
    "x-currency": "currency",
    "x-relationship": "related",
}
"""Members of a declaration by which its parts are called too."""

IS_SLUG = re.compile(r"[a-z](?:[a-z0-9_]{0,61}[a-z0-9])?").fullmatch
"""A name that JSON:API lets a member have: it does not end with an underscore."""

VALUE_TYPES = ", ".join(name for name in FIELD_TYPES if name != "relationship")


class InvalidDeclaration(InvalidValue):
    """What is declared cannot be."""


@dataclass(frozen=True)
class Related:
    """A relationship as one of its sides declares it."""

    kind: Kind
    entity: str
    field: str


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
    """Whether options may go that records have; it is said on purpose."""
    currency: str | None = None
    position: int | None = None
    related: Related | None = None
    new_slug: str | None = None
    rest: dict[str, JSON] = field(default_factory=dict)
    """Keywords of JSON Schema that must be those of the type, if they are sent."""
    places: dict[str, str] = field(default_factory=dict)
    """Where each part stood in the document, under whichever of its names."""

    def place(self, part: str) -> str:
        """Return where a part stood; one that was not sent is the whole's fault."""
        return self.places.get(part, self.at)


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
    entity: str
    field: str
    options: list[JSONObject]
    is_removal: bool


class DeclarationReader(Reader):
    """Reads declarations, and remembers every place where one cannot be."""

    def finish(self) -> None:
        """Refuse the declarations if anything was wrong.

        Raises:
            InvalidDeclaration: with a sentence for each wrong place.
        """
        if self.problems:
            raise InvalidDeclaration(self.problems)

    def field(self, slug: str, value: JSON, at: str) -> FieldDeclaration:
        """Return a field that is declared by a JSON Schema with our keywords."""
        self.check_slug(slug, at)
        declared = FieldDeclaration(at, slug)
        members = self.object(value, at)
        for name, part in members.items():
            self.member_of(declared, name, part)
        if "x-relationship" in members:
            if declared.type is not None:
                why = "A relationship has no type of values."
                self.problems.setdefault(f"{at}/x-type", why)
            return declared
        if declared.type is None:
            self.infer(declared, members)
        if declared.type is None:
            self.problems.setdefault(at, f"Give an x-type: {VALUE_TYPES}.")
        return declared

    def infer(self, declared: FieldDeclaration, members: JSONObject) -> None:
        """Take our type, and options, from the keywords of JSON Schema."""
        declared.type = infer_type(members)
        items = items_of(members)
        if items is not None and "enum" in items and declared.options is None:
            at = f"{declared.at}/properties/items/items/enum"
            declared.places["options"] = at
            declared.options = self.choices(items["enum"], at)
        for name in ("type", "format", "properties"):
            declared.rest.pop(name, None)

    def change(self, slug: str, value: JSON, at: str) -> FieldDeclaration:
        """Return what is to change of a field."""
        declared = FieldDeclaration(at, slug)
        for name, part in self.object(value, at).items():
            if name == "slug":
                declared.places["slug"] = f"{at}/slug"
                declared.new_slug = self.line(part, f"{at}/slug", 63)
                self.check_slug(declared.new_slug, f"{at}/slug")
            elif name == "type":
                declared.places["type"] = f"{at}/type"
                declared.type = self.type_name(part, f"{at}/type")
            else:
                self.member_of(declared, name, part)
        if declared.rest:
            valid = "label, slug, description, options, position, type, "
            raise UnknownField(
                {
                    f"{at}/{escape(name)}": f"Use {valid}{', '.join(FLAGS)}."
                    for name in declared.rest
                }
            )
        return declared

    def member_of(self, declared: FieldDeclaration, name: str, value: JSON) -> None:
        """Read one member of a field's declaration."""
        at = f"{declared.at}/{escape(name)}"
        flag = name.removeprefix("x-")
        is_keyword = name == "required" and isinstance(value, list)
        if flag in FLAGS and not is_keyword:
            declared.places[flag] = at
            declared.flags[flag] = self.flag(value, at)
        elif name in self.READERS:
            declared.places[PARTS.get(name, name)] = at
            self.READERS[name](self, declared, value, at)
        else:
            declared.rest[name] = value

    def read_label(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read what people call the field."""
        declared.label = self.line(value, at, LONGEST_LABEL)

    def read_description(
        self, declared: FieldDeclaration, value: JSON, at: str
    ) -> None:
        """Read what the field is for."""
        declared.description = self.line(value, at, LONGEST_DESCRIPTION, least=0)

    def read_type(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read our name of the field's type. A relationship says more elsewhere."""
        if value != "relationship":
            declared.type = self.type_name(value, at)

    def read_options(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read what can be chosen."""
        declared.options = self.choices(value, at)

    def read_enum(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read what can be chosen, if options do not say it with ids and colours."""
        choices = self.choices(value, at)
        if declared.options is None:
            declared.options = choices

    def read_currency(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read the currency of amounts (ISO 4217)."""
        declared.currency = self.line(value, at, 3)
        if not re.fullmatch(r"[A-Z]{3}", declared.currency):
            self.problems.setdefault(at, "Give three capital letters, such as EUR.")

    def read_position(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read the place among the other fields, the first being 0."""
        if type(value) is int and value in range(10**6):
            declared.position = value
        else:
            self.problems[at] = "Give a whole number from 0."

    def read_related(self, declared: FieldDeclaration, value: JSON, at: str) -> None:
        """Read the other side of a relationship."""
        members = self.object(value, at)
        if at in self.problems:
            return
        for name in members.keys() - {"kind", "entity", "field"}:
            why = "A relationship has kind, entity and field."
            self.problems[f"{at}/{escape(name)}"] = why
        kind = self.text(members, "kind", at)
        if "kind" in members and kind not in Kind.values:
            self.problems.setdefault(f"{at}/kind", f"Use {', '.join(Kind.values)}.")
        entity, other = (self.text(members, name, at) for name in ("entity", "field"))
        if "field" in members:
            self.check_slug(other, f"{at}/field")
        if kind in Kind.values:
            declared.related = Related(Kind(kind), slug_in(entity), other)

    READERS: ClassVar[
        Mapping[str, Callable[[DeclarationReader, FieldDeclaration, JSON, str], None]]
    ] = {
        "title": read_label,
        "label": read_label,
        "description": read_description,
        "x-type": read_type,
        "enum": read_enum,
        "options": read_options,
        "x-options": read_options,
        "x-currency": read_currency,
        "position": read_position,
        "x-relationship": read_related,
    }

    def choices(self, value: JSON, at: str) -> list[JSONObject]:
        """Return options: each by its label, perhaps with an id and a colour."""
        given = [item for item in self.array(value, at) if item is not None]
        if len(given) > MOST_OPTIONS:
            self.problems[at] = f"Give at most {MOST_OPTIONS} options."
            return []
        found = [self.choice(item, f"{at}/{i}") for i, item in enumerate(given)]
        for name in ("id", "label"):
            seen = [choice.get(name) for choice in found]
            for index, one in enumerate(seen):
                if one and one in seen[:index]:
                    why = f"Another option has this {name}."
                    self.problems.setdefault(f"{at}/{index}", why)
        return found

    def choice(self, value: JSON, at: str) -> JSONObject:
        """Return one option. What was not sent is not there: see `completed`."""
        members = {"label": value} if isinstance(value, str) else self.object(value, at)
        if at in self.problems:
            return {}
        label = self.line(members.get("label"), f"{at}/label", LONGEST_LABEL)
        choice: JSONObject = {"label": label}
        if "id" in members:
            choice["id"] = self.line(members["id"], f"{at}/id", LONGEST_LABEL)
        if "color" in members:
            color = choice["color"] = members["color"]
            if not isinstance(color, str) or not COLORS.fullmatch(color):
                self.problems[f"{at}/color"] = "Give a colour's name, or #rrggbb."
        for name in members.keys() - {"id", "label", "color"}:
            self.problems[f"{at}/{escape(name)}"] = "An option has id, label and color."
        return choice

    def type_name(self, value: JSON, at: str) -> str:
        """Return the name of a type of fields."""
        if isinstance(value, str) and value in FIELD_TYPES and value != "relationship":
            return value
        self.problems[at] = f"Use {VALUE_TYPES}."
        return "text"

    def flag(self, value: JSON, at: str) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.problems[at] = "Give true or false."
        return value is True

    def line(self, value: JSON, at: str, longest: int, least: int = 1) -> str:
        """Return a line of text of a length within bounds."""
        text = compose(" ".join(value.split())) if isinstance(value, str) else ""
        if not isinstance(value, str) or not least <= len(text) <= longest:
            self.problems.setdefault(at, f"Give {least} to {longest} characters.")
        elif not text.isprintable():
            self.problems.setdefault(at, "Give text without control characters.")
        return text

    def check_slug(self, slug: str, at: str) -> None:
        """Note a slug that no field can have."""
        if not IS_SLUG(slug):
            self.problems.setdefault(at, str(FIELD_SLUG.message))
        elif slug in RESERVED:
            self.problems.setdefault(at, "This name is reserved.")


def slug_in(name: str) -> str:
    """Return the slug in a name of a schema: person, core/person, or an address."""
    return name.rstrip("/").rpartition("/")[2]

"""The properties of the other APIs' objects, and what each is of a record.

A door says as data which of them its objects have. Each can be shown from a record, and
be taken from a body into changes of one.

Decision 31 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from crm.errors import Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Identifier, escape
from crm.nearest import Advisor, quoted
from objects.field_types.base import InvalidValue
from objects.models import Field
from objects.schema import Schema
from records.access.rules import Details
from records.reading.rows import RecordRow
from records.storage import load
from records.writing.operations import Linkage, Strategy, Update, Upsert

T = TypeVar("T")


class UnknownMember(InvalidValue):
    """The body has a member that means nothing here."""

    code = "unknown_field"
    title = "Unknown field"


@dataclass(frozen=True)
class Card:
    """A record as doors show it."""

    row: RecordRow
    schema: Schema
    attributes: JSONObject
    details: Details = field(default_factory=dict)
    """What is kept beside items, by field and by what identifies an item."""
    links: Mapping[str, JSON] = field(default_factory=dict)
    """The UUID of the first record that each relationship leads to."""

    @classmethod
    def of(cls, row: RecordRow, schema: Schema) -> Card:
        """Return the card of a record without anything beside its attributes.

        A field that was renamed is there under its former names too.
        """
        attributes = load(row.attributes)
        for alias, slug in schema.aliases.items():
            if slug in attributes:
                attributes.setdefault(alias, attributes[slug])
        return cls(row, schema, attributes)

    def with_details(self, details: Details) -> Card:
        """Return the same with what is kept beside items."""
        return replace(self, details=details)

    def with_links(self, links: Mapping[str, JSON]) -> Card:
        """Return the same with where relationships lead to."""
        return replace(self, links=links)

    def items(self, slug: str) -> list[JSON]:
        """Return the items of a collection."""
        value = self.attributes.get(slug)
        items = value.get("items") if isinstance(value, dict) else None
        return items if isinstance(items, list) else []


@dataclass
class Changes:
    """What a body wants of a record."""

    schema: Schema
    attributes: JSONObject = field(default_factory=dict)
    strategies: dict[str, Strategy] = field(default_factory=dict)
    parts: dict[str, JSONObject] = field(default_factory=dict)
    defaults: JSONObject = field(default_factory=dict)
    details: dict[str, JSONObject] = field(default_factory=dict)
    relationships: dict[str, Linkage] = field(default_factory=dict)

    def by_slug(self, of: Mapping[str, JSONObject]) -> dict[str, JSONObject]:
        """Return something of fields by the names that they have now."""
        return {self.schema.slug_of(name): value for name, value in of.items()}

    def creation(self) -> Upsert:
        """Return the operation that makes a record of them, and never changes one."""
        return Upsert(self.schema.slug, **self.said, match_on=())

    def update(self, record_id: UUID) -> Update:
        """Return the operation that makes them in a record."""
        return Update(self.schema.slug, **self.said, id=str(record_id), id_at="")

    @property
    def said(self) -> dict[str, Any]:
        """What an operation is told of the record, new or not."""
        return {
            "attributes": self.attributes,
            "relationships": self.relationships,
            "strategies": self.strategies,
            "parts": self.by_slug(self.parts),
            "defaults": self.defaults,
            "details": self.by_slug(self.details),
        }


@dataclass(frozen=True)
class Property:
    """A property of an object of another API, such as the name of a contact."""

    name: str
    slug: str = ""
    """The field that it is, or is a part of."""
    is_written: ClassVar[bool] = True
    is_exact: ClassVar[bool] = True
    """Whether what a client changes alone is kept as it is shown."""

    def show(self, card: Card) -> JSON:
        """Return the property's value for a record."""
        raise NotImplementedError

    def take(self, value: JSON, changes: Changes) -> None:
        """Note what a value in a body changes.

        Raises:
            InvalidValue: if it is none, with places inside the value.
        """
        raise NotImplementedError

    def place(self, steps: str) -> str | None:
        """Return where below the property something is that the engine faulted.

        ``steps`` is a JSON Pointer below the attribute. None if it is in another
        property.
        """
        return ""


@dataclass(frozen=True)
class Translation:
    """The properties of an object, together."""

    properties: tuple[Property, ...]
    ignored: frozenset[str] | None = frozenset()
    """Members of a body that are let pass without effect; None for all others."""

    def show(self, card: Card) -> dict[str, JSON]:
        """Return a record in the other API's words."""
        return {one.name: one.show(card) for one in self.properties}

    def is_exact(self, names: Iterable[str]) -> bool:
        """Whether some members can all be written, and are kept as they are shown."""
        exact = {one.name for one in self.properties if one.is_written and one.is_exact}
        return exact.issuperset(names)

    def take(self, body: Mapping[str, JSON], schema: Schema) -> Changes:
        """Return what a body wants of a record.

        Raises:
            Refused: with all that is wrong with it.
        """
        changes = Changes(schema)
        written = {one.name: one for one in self.properties if one.is_written}
        advisor = Advisor(written)
        refusals: list[tuple[str, Refusal]] = []
        for name, value in body.items():
            try:
                if name in written:
                    written[name].take(value, changes)
                elif self.ignored is not None and name not in self.ignored:
                    why = f"There is no {quoted(name)}.{advisor.advice(name)}"
                    raise UnknownMember(why)
            except InvalidValue as refusal:
                refusals.append((f"/{escape(name)}", refusal))
        if refusals:
            raise Refused(refusals)
        return changes

    def place(self, pointer: str) -> str:
        """Return where in the body something is that has a place in the resource."""
        _, kind, *rest = pointer.split("/") if pointer else ("", "")
        if kind not in {"attributes", "relationships"} or not rest:
            return pointer
        slug, *steps = rest
        below = "".join(f"/{step}" for step in steps)
        own = [one for one in self.properties if one.slug == slug]
        for one in own:
            spot = one.place(below)
            if spot is not None:
                return f"/{one.name}{spot}"
        return f"/{own[0].name}" if own else pointer


def field_of(schema: Schema, name: str) -> Field:
    """Return a standard field, whatever it is called by now."""
    return schema.fields[schema.slug_of(name)]


def linked(identifiers: Iterable[Identifier], *, is_array: bool) -> Linkage:
    """Return new linkage in place of the old."""
    return Linkage(tuple(identifiers), is_array=is_array)


def array(value: JSON, most: int) -> list[JSON]:
    """Return an array; null is an empty one.

    Raises:
        InvalidValue: if it is none, or longer than it may be.
    """
    if not isinstance(value, list | None):
        raise InvalidValue("Send an array.")
    if value and len(value) > most:
        raise InvalidValue(f"Send at most {most}.")
    return value or []


def collected(entries: list[JSON], take: Callable[[JSON], T]) -> list[T]:
    """Return what is taken from each entry.

    Raises:
        InvalidValue: with what is wrong with all of them.
    """
    found: list[T] = []
    problems: dict[str, str] = {}
    for index, entry in enumerate(entries):
        try:
            found.append(take(entry))
        except InvalidValue as refusal:
            for place, sentence in refusal.problems.items():
                problems[f"/{index}{place}"] = sentence
    if problems:
        raise InvalidValue(problems)
    return found

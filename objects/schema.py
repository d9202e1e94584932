"""Schemas: the object types of a workspace, compiled once for each version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from crm.errors import ReadOnly, Refusal, UnknownField
from crm.json_types import JSON
from crm.jsonapi.documents import escape
from crm.nearest import MOST_ADVISED, Advisor, quoted
from crm.regions import NOWHERE, Region
from objects.field_types.base import InvalidValue
from objects.field_types.relation import REFERENCES
from objects.models import Field, Kind, ObjectType
from objects.retyping import Phase, is_in, other_field

NOWHERE_ELSE: Mapping[str, str] = {}
SYSTEM_FIELDS = ("_created_at", "_updated_at", "_created_by", "_updated_by")


@dataclass(frozen=True)
class Relationship:
    """One side of a relationship. Both sides share the rows of one forward field."""

    slug: str
    field_id: UUID
    is_forward: bool
    kind: Kind
    target: str
    """The slug of the object type on the other side."""
    inverse: str
    """The slug of the field on the other side."""
    member: str
    """The name under which the journal has its links, whatever it is called today."""

    @property
    def ends(self) -> tuple[str, str]:
        """What this side and the other one are called in a link."""
        return ("source", "target") if self.is_forward else ("target", "source")

    @property
    def is_to_one(self) -> bool:
        """Whether a record here has at most one on the other side."""
        return self.kind in {Kind.MANY_TO_ONE, Kind.ONE_TO_ONE}

    @property
    def is_from_one(self) -> bool:
        """Whether a record on the other side has at most one here."""
        return self.kind in {Kind.ONE_TO_MANY, Kind.ONE_TO_ONE}


class Schema:
    """An object type and its fields. Never changed once it is made."""

    def __init__(
        self,
        object_type: ObjectType,
        fields: Iterable[Field],
        slugs: Mapping[UUID, str],
        region: Region = NOWHERE,
    ) -> None:
        """Take the type, its fields in order, and the slugs of all types by id.

        A relationship with a type that is not among them was made since they were read.
        """
        self.object_type = object_type
        self.id = object_type.id
        self.slug = object_type.slug
        self.prefix = object_type.prefix
        self.region = region
        self.everything = list(fields)
        self.fields = {f.slug: f for f in self.everything if f.type != "relationship"}
        self.relationships = {
            f.slug: compile_relationship(f, slugs)
            for f in self.everything
            if f.type == "relationship" and f.target_id in slugs
        }
        self.aliases = {
            alias: f.slug for f in self.everything for alias in f.aliases
        } | {f.slug: f.slug for f in self.everything}
        """The slugs of fields by each of their names, former ones too."""
        self.required = flagged(self.fields, "required")
        self.kept_required = kept(self.fields, "required")
        """Those that writers must fill: also fields that are on their way there."""
        self.unique = flagged(self.fields, "unique")
        """The fields whose values only one record may hold."""
        self.indexed = flagged(self.fields, "indexed")
        """The fields whose values are kept sorted."""
        self.searchable = flagged(self.fields, "searchable")
        """The fields that search looks through."""
        self.kept_unique = kept(self.fields, "unique")
        """Those whose values writers claim: also fields that are on their way there."""
        self.kept_indexed = kept(self.fields, "indexed")
        """Those whose values writers keep sorted."""
        self.kept_searchable = kept(self.fields, "searchable")
        """Those whose text writers keep in the search text."""
        self.converting = besides(self.fields, Phase.CONVERTING)
        """What fields will be that get another type; writers keep values of both."""
        self.noting = besides(self.fields, Phase.NOTING)
        """What fields were that got another type, until no record has a value of it."""

    def __repr__(self) -> str:
        return f"<Schema {self.slug} v{self.object_type.version}>"

    def slug_of(self, name: str) -> str:
        """Return the slug of the field that has, or had, a name; else the name."""
        return self.aliases.get(name, name)

    def field(self, name: str) -> Field | None:
        """Return the field with values that has, or had, a name, if there is one."""
        return self.fields.get(self.slug_of(name))

    def relationship(self, name: str) -> Relationship | None:
        """Return the relationship that has, or had, a name, if there is one."""
        return self.relationships.get(self.slug_of(name))

    @cached_property
    def attributes(self) -> dict[str, Field]:
        """The fields that are attributes of a resource."""
        return {s: f for s, f in self.fields.items() if f.type not in REFERENCES}

    @cached_property
    def agents(self) -> dict[str, Field]:
        """The fields that name an agent, or whoever owns the record.

        They are relationships of a resource.
        """
        return {s: f for s, f in self.fields.items() if f.type in REFERENCES}

    @cached_property
    def to_one(self) -> list[Relationship]:
        """The relationships that lead to one record at most."""
        return [side for side in self.relationships.values() if side.is_to_one]

    @cached_property
    def blank(self) -> dict[str, JSON]:
        """The attributes of a record that has no value at all."""
        return {slug: blank_value(field) for slug, field in self.attributes.items()}

    @cached_property
    def members(self) -> dict[str, str]:
        """The slugs of fields by the members of stored documents that hold them."""
        return {field.member: slug for slug, field in self.fields.items()}

    @cached_property
    def noted_as(self) -> dict[str, str]:
        """The members under which the journal has fields and relationships, by slug."""
        return {field.slug: field.noted_member for field in self.everything}

    @cached_property
    def noted_links(self) -> dict[str, str]:
        """The slugs of relationships by the members that the journal has."""
        return {side.member: slug for slug, side in self.relationships.items()}

    @cached_property
    def noted_values(self) -> dict[str, str]:
        """The slugs of fields with values by the members that the journal has.

        What is kept beside the items of a field is stored under the same.
        """
        return {field.noted_member: slug for slug, field in self.fields.items()}

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The members of stored documents that are not called like their fields."""
        return {m: slug for m, slug in self.members.items() if m != slug}

    @cached_property
    def unshown(self) -> list[str]:
        """The members of stored documents that are of no field, or of what it is not.

        They are of fields that are gone, or that get another type.
        """
        besides = (*self.converting.values(), *self.noting.values())
        return [*self.object_type.removed_members, *(one.member for one in besides)]

    @cached_property
    def following(self) -> dict[str, Field]:
        """The fields that follow others, such as a name its parts."""
        return {slug: f for slug, f in self.fields.items() if "follows" in f.options}

    @cached_property
    def match_fields(self) -> list[Field]:
        """The fields by which a record that is sent again is known, in order."""
        return [
            self.unique[s] for s in self.object_type.match_fields if s in self.unique
        ]

    def clean(
        self, attributes: Mapping[str, JSON], places: Mapping[str, str] = NOWHERE_ELSE
    ) -> tuple[dict[str, JSON], list[Refusal]]:
        """Return the cleaned values by slug, and a refusal for each that cannot be one.

        A null is kept: it clears the field. A field may be named by a former slug.
        ``places`` are those of values that stood somewhere else than usual.
        """
        values: dict[str, JSON] = {}
        refusals: list[Refusal] = []
        for name, value in attributes.items():
            try:
                field = self.attribute(name, len(refusals))
                if field.slug in values:
                    raise InvalidValue("The field is there twice, under two names.")
                values[field.slug] = clean_value(field, value)
            except Refusal as refusal:
                usual = f"/attributes/{escape(name)}"
                refusals.append(moved(refusal, places.get(name, usual)))
        return values, refusals

    def attribute(self, name: str, earlier: int) -> Field:
        """Return the field of an attribute, of which some were refused earlier.

        Raises:
            ReadOnly: if it is one that the system keeps.
            UnknownField: if there is none.
        """
        field = self.attributes.get(self.slug_of(name))
        if field is not None:
            return field
        if name.startswith("_"):
            raise ReadOnly("Fields that begin with _ are kept by the system.")
        if name in self.relationships or name in self.agents:
            raise UnknownField("Send this one under relationships.")
        why = f"{self.slug} has no field {quoted(name)}."
        if earlier < MOST_ADVISED:
            labels = {field.label: slug for slug, field in self.attributes.items()}
            why += Advisor(self.attributes, labels).advice(name)
        raise UnknownField(why)


def flagged(fields: Mapping[str, Field], flag: str) -> dict[str, Field]:
    """Return the fields that have a flag."""
    return {slug: field for slug, field in fields.items() if getattr(field, flag)}


def kept(fields: Mapping[str, Field], flag: str) -> dict[str, Field]:
    """Return the fields for which writers keep up what a flag asks for."""
    return {slug: field for slug, field in fields.items() if field.is_kept(flag)}


def besides(fields: Mapping[str, Field], phase: Phase) -> dict[str, Field]:
    """Return what the fields are besides that get another type and are so far."""
    return {s: other_field(field) for s, field in fields.items() if is_in(phase, field)}


def compile_relationship(field: Field, slugs: Mapping[UUID, str]) -> Relationship:
    """Return a side of a relationship from its field."""
    other = field.inverse_of or field.inverse
    assert field.target_id is not None
    return Relationship(
        slug=field.slug,
        field_id=field.inverse_of_id or field.id,
        is_forward=field.inverse_of_id is None,
        kind=Kind(field.kind),
        target=slugs[field.target_id],
        inverse=other.slug,
        member=field.member,
    )


def blank_value(field: Field) -> JSON:
    """Return what a field reads as when it has no value."""
    return {"items": []} if field.is_collection else None


def is_blank(value: JSON) -> bool:
    """Whether a value is as good as none."""
    return value is None or value == "" or value == {"items": []}


def clean_value(field: Field, value: JSON) -> JSON:
    """Return a value as the field's type stores it. Null means no value.

    Raises:
        InvalidValue: if it is not of the field's type.
        WrongShape: if several values were not sent as a collection.
    """
    if value is None:
        return blank_value(field)
    return field.field_type.clean(value, field)


def moved(refusal: Refusal, place: str) -> Refusal:
    """Return a refusal of a value as one of the resource that has it at ``place``."""
    return type(refusal)({place + at: why for at, why in refusal.problems.items()})

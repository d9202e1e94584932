"""Which fields of an object type tell whether two of its records are the same.

They are known by their types and by what their options say of them, not by their names,
so that a workspace's own types are served as the standard ones are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from objects.catalog import Catalog
from objects.models import Field
from objects.schema import Relationship, Schema

DOMAIN = "domain"


@dataclass(frozen=True)
class Compared:
    """The fields of an object type that are compared."""

    name: Field | None
    """What records are called: made of others, or else the first that is searched."""
    emails: Sequence[Field]
    phones: Sequence[Field]
    profiles: Sequence[Field]
    """Single web addresses; several are as often those of a company."""
    domains: Sequence[Field]
    organisations: Sequence[Field]
    """Text that stands for a name where there is none: that of a company."""
    employers: Sequence[Relationship]
    """What leads to records of types that have domains."""

    @property
    def tells(self) -> bool:
        """Whether records have anything by which they could be known to be the same.

        Of what cannot be reached, such as tasks, equal names say nothing.
        """
        return bool(self.emails or self.phones or self.profiles or self.domains)


def compared_fields(catalog: Catalog, schema: Schema) -> Compared:
    """Return the fields of a type that are compared."""
    name = name_field(schema)
    instead = name.options.get("instead", []) if name else []
    assert isinstance(instead, list)
    profiles = [field for field in having(schema, "url") if not field.is_collection]
    return Compared(
        name,
        having(schema, "email"),
        having(schema, "phone"),
        profiles,
        having(schema, DOMAIN),
        [schema.fields[slug] for slug in instead if slug in schema.fields],
        [
            side
            for side in schema.relationships.values()
            if having(catalog.schema(side.target), DOMAIN)
            and side.target != schema.slug
        ],
    )


def having(schema: Schema, item: str) -> list[Field]:
    """Return the fields of a type whose values, or items, are of a kind."""
    return [f for f in schema.fields.values() if f.item_type.name == item]


def name_field(schema: Schema) -> Field | None:
    """Return the field in which records have their names, if there is one."""
    texts = [field for field in schema.fields.values() if field.type == "text"]
    made = [field for field in texts if "follows" in field.options]
    searched = [field for field in texts if field.searchable]
    return next(iter([*made, *searched, *texts]), None)

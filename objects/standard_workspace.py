"""Giving a new workspace the standard objects."""

from __future__ import annotations

from crm.models import Workspace
from objects.models import Field, Kind, ObjectType
from objects.standard import RELATIONSHIPS, STANDARD_OBJECTS, StandardField


def install_standard_objects(workspace: Workspace) -> None:
    """Give a new workspace the standard objects. Needs a transaction around it."""
    types = {
        standard.slug: ObjectType(
            workspace=workspace,
            slug=standard.slug,
            label=standard.label,
            plural=standard.plural,
            prefix=standard.prefix,
            match_fields=list(standard.match_fields),
            is_custom=False,
        )
        for standard in STANDARD_OBJECTS
    }
    ObjectType.objects.bulk_create(types.values())
    forward, inverse = [], []
    for position, (owner, slug, kind, other, back) in enumerate(RELATIONSHIPS, 100):
        side = relationship_side(types[owner], slug, kind, types[other], position)
        forward.append(side)
        inverse.append(
            relationship_side(types[other], back, kind.inverse, types[owner], position)
        )
        inverse[-1].inverse_of = side
    attributes = [
        standard_field(types[standard.slug], field, position)
        for standard in STANDARD_OBJECTS
        for position, field in enumerate(standard.fields)
    ]
    Field.objects.bulk_create([*attributes, *forward, *inverse])


def standard_field(
    object_type: ObjectType, standard: StandardField, position: int
) -> Field:
    """Return the model of a standard field."""
    return Field(
        object_type=object_type,
        slug=standard.slug,
        label=standard_label(standard.slug),
        type=standard.type,
        options=dict(standard.options),
        position=position,
        is_custom=False,
        **dict.fromkeys(standard.flags, True),
    )


def relationship_side(
    owner: ObjectType, slug: str, kind: Kind, target: ObjectType, position: int
) -> Field:
    """Return the model of one side of a standard relationship."""
    return Field(
        object_type=owner,
        slug=slug,
        label=standard_label(slug),
        type="relationship",
        kind=kind,
        target=target,
        position=position,
        is_custom=False,
    )


def standard_label(slug: str) -> str:
    """Return a label for people: ``first_name`` is First name."""
    label = slug.replace("_", " ").capitalize()
    return label.replace(" id", " ID").replace("Linkedin url", "LinkedIn URL")

"""Making and removing relationships, both sides at once."""

from __future__ import annotations

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.declarations import FieldDeclaration, InvalidDeclaration, Related
from objects.models import Field, Kind, ObjectType
from objects.schema import Schema
from records.schema_changes.changes import (
    NoSuchField,
    SchemaChange,
    StandardStays,
    change_schemas,
)

PARTS = frozenset({"label", "description", "hidden", "type", "related"})
"""What can be said of a relationship."""

UNLINK = """
DELETE FROM records_link WHERE workspace_id = %(workspace)s AND field_id = %(field)s
"""


def add_relationships(
    actor: Actor,
    declared: dict[str, list[FieldDeclaration]],
    entity: str,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Relate object types. Each relationship may be declared from both of its sides.

    Raises:
        AlreadyExists: if a name is taken.
        InvalidDeclaration: if the sides contradict each other.
        NoSuchObject: if an object type is not there.
    """
    with change_schemas(actor) as change:
        change.object_type(entity, versions)
        made: set[tuple[str, str]] = set()
        for owner, fields in declared.items():
            for declaration in fields:
                if (owner, declaration.slug) not in made:
                    object_type = change.object_type(owner)
                    back = other_side(declared, owner, declaration)
                    make_relationship(change, object_type, declaration, back)
                    made.add(ends_of(declaration))
    return change.catalog.schema(entity)


def ends_of(declared: FieldDeclaration) -> tuple[str, str]:
    """Return the other side: its object type and its field."""
    assert declared.related
    return declared.related.entity, declared.related.field


def other_side(
    declared: dict[str, list[FieldDeclaration]], owner: str, one: FieldDeclaration
) -> FieldDeclaration | None:
    """Return the declaration of the other side of a relationship, if there is one.

    Raises:
        InvalidDeclaration: if it is of something else.
    """
    assert one.related
    entity, slug = ends_of(one)
    for other in declared.get(entity, []):
        if other.slug == slug and other is not one:
            expected = Related(one.related.kind.inverse, owner, one.slug)
            if other.related != expected:
                why = f"The other side says {expected.kind}, {owner}, {one.slug}."
                raise InvalidDeclaration({f"{other.at}/x-relationship": why})
            return other
    return None


def make_relationship(
    change: SchemaChange,
    object_type: ObjectType,
    declared: FieldDeclaration,
    back: FieldDeclaration | None,
) -> None:
    """Make both sides of a relationship inside of a change."""
    assert declared.related
    related = declared.related
    target = change.object_type(related.entity)
    back = back or FieldDeclaration(declared.place("related"), related.field)
    check_parts(declared, back)
    names, other_names = change.names(object_type), change.names(target)
    names.check_room(declared.slug, declared.at)
    forward = side(object_type, related.kind, target, declared)
    forward.position = names.next_position
    names.add(forward)
    other_names.check_room(back.slug, back.at)
    inverse = side(target, related.kind.inverse, object_type, back)
    inverse.position = other_names.next_position
    inverse.inverse_of = forward
    other_names.add(inverse)
    forward.save()
    inverse.save()
    change.note_field(forward, None, described(forward, inverse))
    change.note_field(inverse, None, described(inverse, forward))


def check_parts(*sides: FieldDeclaration) -> None:
    """Refuse what no relationship can be told.

    Raises:
        InvalidDeclaration: with a sentence for each wrong place.
    """
    parts = [
        place
        for declared in sides
        for part, place in declared.places.items()
        if part not in PARTS
    ]
    keywords = [
        f"{declared.at}/{escape(name)}"
        for declared in sides
        for name in declared.rest.keys() - {"type", "not"}
    ]
    if parts or keywords:
        why = "A relationship cannot be told this."
        raise InvalidDeclaration(dict.fromkeys([*parts, *keywords], why))


def side(
    owner: ObjectType, kind: Kind, target: ObjectType, declared: FieldDeclaration
) -> Field:
    """Return the field of one side."""
    return Field(
        object_type=owner,
        slug=declared.slug,
        label=declared.label or declared.slug.replace("_", " ").capitalize(),
        description=declared.description or "",
        hidden=declared.flags.get("hidden", False),
        type="relationship",
        kind=kind,
        target=target,
    )


def described(field: Field, other: Field) -> JSONObject:
    """Return what the journal says of a side of a relationship."""
    target = field.target
    assert target
    related: JSONObject = {
        "kind": field.kind,
        "entity": target.slug,
        "field": other.slug,
    }
    return {"title": field.label, "x-type": field.type, "x-relationship": related}


def remove_relationship(
    actor: Actor, entity: str, name: str, versions: frozenset[int] | None = None
) -> None:
    """Remove a relationship on both sides, with its links.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        field = change.field(change.object_type(entity, versions), name)
        if field.type != "relationship":
            raise NoSuchField(f"{field.slug} is no relationship.")
        if not field.is_custom:
            raise StandardStays(f"{field.slug} is a standard field, which stays.")
        remove_both_sides(change, field)


def remove_both_sides(change: SchemaChange, field: Field) -> None:
    """Remove a relationship inside of a change."""
    forward = field.inverse_of or field
    inverse = forward.inverse
    change.note_field(forward, described(forward, inverse), None)
    change.note_field(inverse, described(inverse, forward), None)
    query(UNLINK, workspace=change.workspace.id, field=forward.id)
    forward.delete()

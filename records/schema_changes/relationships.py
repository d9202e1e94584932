"""Making and removing relationships, both sides at once."""

from __future__ import annotations

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.declarations.declarations import (
    FieldDeclaration,
    InvalidDeclaration,
    RelationshipDeclaration,
)
from objects.models import Field, Kind, ObjectType
from objects.schema import Schema
from records.schema_changes.changes import (
    NoSuchField,
    SchemaChange,
    change_schemas,
)
from records.schema_changes.standard_stays import check_custom_field

PARTS = frozenset({"label", "description", "hidden", "type", "related"})
"""What can be said of a relationship."""

UNLINK = """
DELETE FROM records_link WHERE workspace_id = %(workspace)s AND field_id = %(field)s
"""


def add_relationships(
    actor: Actor,
    declared: dict[str, list[FieldDeclaration]],
    type_slug: str,
    versions: frozenset[int] | None = None,
) -> Schema:
    """Relate object types. Each relationship may be declared from both of its sides.

    Raises:
        AlreadyExists: if a name is taken.
        InvalidDeclaration: if the sides contradict each other.
        NoSuchObject: if an object type is not there.
    """
    with change_schemas(actor) as change:
        change.object_type(type_slug, versions)
        made: set[tuple[str, str]] = set()
        for owner, fields in declared.items():
            for declaration in fields:
                if (owner, declaration.slug) not in made:
                    object_type = change.object_type(owner)
                    back = declared_back(declared, owner, declaration)
                    make_relationship(change, object_type, declaration, back)
                    made.add(other_end(declaration))
    return change.catalog.schema(type_slug)


def other_end(declared: FieldDeclaration) -> tuple[str, str]:
    """Return the slugs of the object type and the field on the other side."""
    assert declared.related
    return declared.related.target, declared.related.inverse


def declared_back(
    declared: dict[str, list[FieldDeclaration]], owner: str, one: FieldDeclaration
) -> FieldDeclaration | None:
    """Return the declaration of the other side of a relationship, if there is one.

    Raises:
        InvalidDeclaration: if it is of something else.
    """
    assert one.related
    target, inverse = other_end(one)
    kind = one.related.kind.inverse
    expected = RelationshipDeclaration(kind, owner, one.slug)
    for other in declared.get(target, []):
        if other.slug == inverse and other is not one:
            if other.related != expected:
                why = f"The other side says {kind}, {owner}, {one.slug}."
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
    target = change.object_type(related.target)
    back = back or FieldDeclaration(declared.place("related"), related.inverse)
    check_parts(declared, back)
    names, other_names = change.names(object_type), change.names(target)
    names.check_room(declared.slug, declared.at)
    forward = side_of(object_type, related.kind, target, declared)
    forward.storage_name = names.free_member(forward.slug)
    forward.position = names.next_position
    names.add(forward)
    other_names.check_room(back.slug, back.at)
    inverse = side_of(target, related.kind.inverse, object_type, back)
    inverse.storage_name = other_names.free_member(inverse.slug)
    inverse.position = other_names.next_position
    inverse.inverse_of = forward
    other_names.add(inverse)
    forward.save()
    inverse.save()
    change.note_field(forward, None, described_side(forward, inverse))
    change.note_field(inverse, None, described_side(inverse, forward))


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


def side_of(
    owner: ObjectType, kind: Kind, target: ObjectType, declared: FieldDeclaration
) -> Field:
    """Return the field of one side."""
    return Field(
        object_type=owner,
        slug=declared.slug,
        label=declared.new_label(),
        description=declared.description or "",
        hidden=declared.flags.get("hidden", False),
        type="relationship",
        kind=kind,
        target=target,
    )


def described_side(field: Field, other: Field) -> JSONObject:
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
    actor: Actor, type_slug: str, name: str, versions: frozenset[int] | None = None
) -> None:
    """Remove a relationship on both sides, with its links.

    Raises:
        NoSuchField: if there is none.
        StandardStays: if it is a standard one.
    """
    with change_schemas(actor) as change:
        field = change.field(change.object_type(type_slug, versions), name)
        if field.type != "relationship":
            raise NoSuchField(f"{field.slug} is no relationship.")
        check_custom_field(field)
        remove_both_sides(change, field)


def remove_both_sides(change: SchemaChange, field: Field) -> None:
    """Remove a relationship inside of a change."""
    forward = field.inverse_of or field
    inverse = forward.inverse
    change.note_field(forward, described_side(forward, inverse), None)
    change.note_field(inverse, described_side(inverse, forward), None)
    query(UNLINK, workspace=change.workspace.id, field=forward.id)
    forward.delete()

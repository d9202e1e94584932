"""Making and removing relationships, both sides at once."""

from __future__ import annotations

from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from crm.sql import query
from objects.declarations import FieldDeclaration, InvalidDeclaration, Related
from objects.models import Field, Kind, ObjectType
from objects.schema import Schema
from records.reshaping.changes import (
    NoSuchField,
    SchemaChange,
    StandardStays,
    change_schemas,
    check_free,
)

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
    problems = {
        f"{declared.at}/{escape(name)}": "A relationship cannot be told this."
        for name in {*declared.rest, *declared.flags} - {"type", "not", "hidden"}
    }
    if problems:
        raise InvalidDeclaration(problems)
    check_free(object_type, declared.slug, declared.at)
    check_free(target, related.field, (back or declared).at)
    if target.id == object_type.id and declared.slug == related.field:
        raise InvalidDeclaration({declared.at: "Both sides need names of their own."})
    forward = side(object_type, declared.slug, related.kind, target, declared)
    forward.save()
    inverse = side(target, related.field, related.kind.inverse, object_type, back)
    inverse.inverse_of = forward
    inverse.save()
    change.note_field(forward, None, described(forward, inverse))
    change.note_field(inverse, None, described(inverse, forward))


def side(
    owner: ObjectType,
    slug: str,
    kind: Kind,
    target: ObjectType,
    declared: FieldDeclaration | None,
) -> Field:
    """Return the field of one side."""
    label = declared.label if declared else None
    return Field(
        object_type=owner,
        slug=slug,
        label=label or slug.replace("_", " ").capitalize(),
        description=(declared.description if declared else None) or "",
        hidden=declared.flags.get("hidden", False) if declared else False,
        type="relationship",
        kind=kind,
        target=target,
        position=owner.fields.count(),
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

"""Gives object types further fields and relationships."""

from __future__ import annotations

from typing import Any

from crm.models import Workspace
from crm.sql import query
from objects.models import Field, Kind, ObjectType
from records.schema_changes.changes import NEXT_VERSION


def make_field(
    workspace: Workspace, object_type: str, slug: str, type_: str, **values: Any
) -> Field:
    """Give an object type a field, as a change of the schema would."""
    owner = ObjectType.objects.get(workspace=workspace, slug=object_type)
    field = Field.objects.create(
        object_type=owner, slug=slug, label=slug, type=type_, **values
    )
    note_change(workspace)
    return field


def make_relationship(
    workspace: Workspace, side: tuple[str, str], kind: Kind, other: tuple[str, str]
) -> Field:
    """Relate two object types. A side is a type and its field; return the first's."""
    owner, target = (
        ObjectType.objects.get(workspace=workspace, slug=slug)
        for slug, _ in (side, other)
    )
    forward = make_field(workspace, *side, "relationship", kind=kind, target=target)
    make_field(
        workspace,
        *other,
        "relationship",
        kind=kind.inverse,
        target=owner,
        inverse_of=forward,
    )
    return forward


def rename_field(workspace: Workspace, object_type: str, slug: str, new: str) -> None:
    """Give a field another name, under which it keeps its values."""
    own = Field.objects.filter(
        object_type__workspace=workspace, object_type__slug=object_type, slug=slug
    )
    assert own.update(slug=new, aliases=[slug], storage_name=slug) == 1
    note_change(workspace)


def note_change(workspace: Workspace) -> None:
    """Give the schemas of a workspace a new version."""
    query(NEXT_VERSION, workspace=workspace.pk)
    workspace.refresh_from_db()

"""The database keeps object types and fields in order, by constraints with names."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crm.models import Workspace
from objects.models import Field, Kind, ObjectType
from objects.workspaces import InvalidWorkspace, create_workspace
from tests.schemas import make_field, make_relationship


@pytest.fixture
def person(workspace: Workspace) -> ObjectType:
    return ObjectType.objects.get(workspace=workspace, slug="person")


def make_object(workspace: Workspace, slug: str, prefix: str) -> ObjectType:
    return ObjectType.objects.create(
        workspace=workspace, slug=slug, label=slug, plural=slug, prefix=prefix
    )


def test_two_objects_of_a_workspace_differ_in_slug(workspace: Workspace) -> None:
    with pytest.raises(IntegrityError, match="one_object_a_slug"):
        make_object(workspace, "person", "new")


def test_two_objects_of_a_workspace_differ_in_prefix(workspace: Workspace) -> None:
    with pytest.raises(IntegrityError, match="one_object_a_prefix"):
        make_object(workspace, "pet", "per")


def test_two_workspaces_may_have_the_same_objects(workspace: Workspace) -> None:
    other = create_workspace(slug="other")

    mine = make_object(workspace, "c_pet", "pet")
    theirs = make_object(other, "c_pet", "pet")

    assert mine.id != theirs.id


def test_two_fields_of_an_object_differ_in_slug(workspace: Workspace) -> None:
    with pytest.raises(IntegrityError, match="one_field_a_slug"):
        make_field(workspace, "person", "title", "number")


@pytest.mark.parametrize(
    ("type_", "kind", "has_target"),
    [
        ("relationship", "many-to-one", False),
        ("relationship", "", True),
        ("relationship", "few-to-few", True),
        ("text", "many-to-one", False),
        ("text", "", True),
    ],
)
def test_relationships_and_only_they_have_a_target(
    person: ObjectType, type_: str, kind: str, has_target: bool
) -> None:
    target = person if has_target else None

    with pytest.raises(IntegrityError, match="relationship_has_target"):
        Field.objects.create(
            object_type=person, slug="boss", type=type_, kind=kind, target=target
        )


def test_a_text_is_the_inverse_of_nothing(
    workspace: Workspace, person: ObjectType
) -> None:
    boss = make_relationship(
        workspace, ("person", "boss"), Kind.MANY_TO_ONE, ("person", "reports")
    )
    boss.inverse.delete()

    with pytest.raises(IntegrityError, match="relationship_has_target"):
        Field.objects.create(
            object_type=person, slug="minions", type="text", inverse_of=boss
        )


def test_a_relationship_has_one_inverse(workspace: Workspace) -> None:
    boss = make_relationship(
        workspace, ("person", "boss"), Kind.MANY_TO_ONE, ("person", "reports")
    )

    with pytest.raises(IntegrityError, match="inverse_of_id"), transaction.atomic():
        make_field(
            workspace,
            "person",
            "minions",
            "relationship",
            kind=Kind.ONE_TO_MANY,
            target=boss.target,
            inverse_of=boss,
        )


@pytest.mark.parametrize(
    "slug", ["Name", "1st", "_x", "first name", "first-name", "name\n"]
)
def test_a_slug_is_an_identifier(person: ObjectType, slug: str) -> None:
    field = Field(object_type=person, slug=slug, label="Any", type="text")

    with pytest.raises(ValidationError) as error:
        field.full_clean()

    assert list(error.value.message_dict) == ["slug"]


@pytest.mark.parametrize(
    "slug", ["Acme", "a_b", "-acme", "acme-", "a" * 64, "acme\n", "ä"]
)
def test_a_workspace_has_a_slug_that_fits_an_address(db: None, slug: str) -> None:
    with pytest.raises(InvalidWorkspace) as refusal:
        create_workspace(slug=slug)

    assert list(refusal.value.problems) == ["/attributes/slug"]
    assert not Workspace.objects.exists()


def test_two_workspaces_differ_in_slug(workspace: Workspace) -> None:
    with pytest.raises(InvalidWorkspace) as refusal:
        create_workspace(slug=workspace.slug)

    assert list(refusal.value.problems) == ["/attributes/slug"]


@pytest.mark.parametrize(
    ("kind", "inverse"),
    [
        (Kind.MANY_TO_MANY, Kind.MANY_TO_MANY),
        (Kind.MANY_TO_ONE, Kind.ONE_TO_MANY),
        (Kind.ONE_TO_MANY, Kind.MANY_TO_ONE),
        (Kind.ONE_TO_ONE, Kind.ONE_TO_ONE),
    ],
)
def test_a_kind_has_an_inverse(kind: Kind, inverse: Kind) -> None:
    assert kind.inverse == inverse

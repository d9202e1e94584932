"""The page that relates object types to each other."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from interfaces.admin.forms import choice_field, text_field
from interfaces.admin.objects.field_forms import slug_from
from interfaces.admin.objects.schema_page import SchemaPage
from objects.declarations.declarations import FieldDeclaration, RelationshipDeclaration
from objects.declarations.reader import LONGEST_LABEL, LONGEST_SLUG, DeclarationReader
from objects.models import Kind, ObjectType
from records.schema_changes.relationships import add_relationships

KINDS = [
    (Kind.MANY_TO_ONE, "One there for several here (many to one)"),
    (Kind.ONE_TO_MANY, "Several there for one here (one to many)"),
    (Kind.MANY_TO_MANY, "Several on both sides (many to many)"),
    (Kind.ONE_TO_ONE, "One on both sides (one to one)"),
]


class RelationshipForm(forms.Form):
    """Both sides of a relationship."""

    kind = choice_field("How many", KINDS)
    entity = forms.ModelChoiceField(
        queryset=ObjectType.objects.none(),
        to_field_name="slug",
        label="With",
        widget=UnfoldAdminSelectWidget(),
        empty_label="Choose an object type",
    )
    label = text_field(
        "Label here", max_length=LONGEST_LABEL, help_text="What they are on this side."
    )
    slug = text_field("Name in the API here", max_length=LONGEST_SLUG, required=False)
    back_label = text_field(
        "Label on the other side",
        max_length=LONGEST_LABEL,
        help_text="What these are for those: Invoices.",
    )
    back_slug = text_field(
        "Name in the API on the other side", max_length=LONGEST_SLUG, required=False
    )

    def __init__(self, *args: Any, owner: ObjectType, **kwargs: Any) -> None:
        """Take the object type on this side."""
        super().__init__(*args, **kwargs)
        target = self.fields["entity"]
        assert isinstance(target, forms.ModelChoiceField)
        target.queryset = ObjectType.objects.filter(workspace=owner.workspace_id)


class AddRelationship(SchemaPage):
    """Relates an object type to another one, or to itself."""

    form_class = RelationshipForm
    title = "Add a relationship"
    text = "It appears on both sides: as a company has people, people have a company."
    button = "Add relationship"
    done = "The relationship is added, on both sides."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"owner": self.thing}

    def perform(self, values: dict[str, Any]) -> Any:
        owner, target = self.thing.slug, values["entity"].slug
        slug = values["slug"] or slug_from(values["label"])
        back = values["back_slug"] or slug_from(values["back_label"])
        kind = Kind(values["kind"])
        reader = DeclarationReader()
        reader.check_slug(slug, "/slug")
        reader.check_slug(back, "/back_slug")
        here = FieldDeclaration(
            "/slug", slug, related=RelationshipDeclaration(kind, target, back)
        )
        here.label = reader.line(values["label"], "/label", LONGEST_LABEL)
        there = FieldDeclaration("/back_slug", back)
        there.related = RelationshipDeclaration(kind.inverse, owner, slug)
        there.label = reader.line(values["back_label"], "/back_label", LONGEST_LABEL)
        reader.finish()
        declared = {owner: [here]}
        declared.setdefault(target, []).append(there)
        add_relationships(self.actor(self.thing.workspace), declared, owner)
        return self.thing

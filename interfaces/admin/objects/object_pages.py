"""The pages that make, change and delete object types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from interfaces.admin.forms import WorkspaceForm, switch, text_field
from interfaces.admin.objects.schema_page import SchemaPage
from objects.declarations.declarations import ObjectDeclaration
from objects.declarations.reader import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    DeclarationReader,
)
from objects.models import ObjectType
from records.schema_changes.deleting_objects import HasRecords, delete_object
from records.schema_changes.objects import change_object, create_object


class NewObjectTypeForm(WorkspaceForm):
    """What a new object type is called."""

    name = text_field("Name", max_length=LONGEST_NAME, help_text="Of one: Invoice.")
    plural = text_field("Plural", max_length=LONGEST_NAME, help_text="Invoices.")
    description = text_field(
        "Description",
        max_length=LONGEST_DESCRIPTION,
        required=False,
        help_text="What it is for. Agents read it too.",
    )


class CreateObjectType(SchemaPage):
    """Makes an object type."""

    form_class = NewObjectTypeForm
    title = "Add an object type"
    text = "Give it a name now, and its fields on the next page."
    button = "Add object type"
    done = "The object type is there. Add its fields below."

    def perform(self, values: dict[str, Any]) -> Any:
        workspace = self.workspace_of(values)
        schema = create_object(self.actor(workspace), declaration_of(values))
        return ObjectType.objects.get(pk=schema.id)


class EditObjectTypeForm(forms.Form):
    """What can be changed of an object type."""

    name = text_field("Name", max_length=LONGEST_NAME)
    plural = text_field("Plural", max_length=LONGEST_NAME)
    description = text_field(
        "Description", max_length=LONGEST_DESCRIPTION, required=False
    )
    match_fields = forms.MultipleChoiceField(
        label="Known by",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="A record that is sent again with the same value of one of these "
        "updates the one that is there. Only unique fields can be chosen.",
    )

    def __init__(
        self, *args: Any, unique: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        """Take the unique fields by slug and label."""
        super().__init__(*args, **kwargs)
        known_by = self.fields["match_fields"]
        assert isinstance(known_by, forms.MultipleChoiceField)
        known_by.choices = unique
        if not unique:
            del self.fields["match_fields"]


class EditObjectType(SchemaPage):
    """Changes what an object type is called, and what its records are known by."""

    form_class = EditObjectTypeForm
    title = "Edit object type"
    done = "The object type is changed."

    def get_form_kwargs(self) -> dict[str, Any]:
        fields = self.thing.fields.filter(unique=True)
        unique = list(fields.values_list("slug", "label"))
        return super().get_form_kwargs() | {"unique": unique}

    def get_initial(self) -> dict[str, Any]:
        names = ("plural", "description", "match_fields")
        own = {name: getattr(self.thing, name) for name in names}
        return own | {"name": self.thing.label}

    def perform(self, values: dict[str, Any]) -> Any:
        actor = self.actor(self.thing.workspace)
        change_object(actor, self.thing.slug, declaration_of(values))
        return self.thing


class DeleteObjectTypeForm(forms.Form):
    """Whether records may go, too."""

    force = switch("Delete its records as well")


class DeleteObjectType(SchemaPage):
    """Deletes an object type."""

    title = "Delete this object type?"
    text = "Its fields and relationships go with it. It cannot be undone."
    button = "Delete"
    is_dangerous = True
    form_class = DeleteObjectTypeForm

    def perform(self, values: dict[str, Any]) -> Any:
        actor = self.actor(self.thing.workspace)
        try:
            delete_object(actor, self.thing.slug, force=values["force"])
        except HasRecords as refusal:
            why = "There are records of it. Say below that they may go, too."
            raise HasRecords({"/force": why}) from refusal
        return self.thing

    def answer(self, thing: Any) -> HttpResponse:
        return self.leave(f"{thing.plural} are deleted.")


def declaration_of(values: dict[str, Any]) -> ObjectDeclaration:
    """Return what a form says that an object type shall be like.

    Raises:
        InvalidDeclaration: if it cannot be called so.
    """
    reader = DeclarationReader()
    declared = ObjectDeclaration(
        "",
        reader.line(values["name"], "/name", LONGEST_NAME),
        reader.line(values["plural"], "/plural", LONGEST_NAME),
        reader.line(values["description"], "/description", LONGEST_DESCRIPTION, 0),
        values.get("match_fields"),
    )
    reader.finish()
    return declared

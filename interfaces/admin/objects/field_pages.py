"""The pages that add, change, arrange and remove fields."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize

from crm.json_types import JSONObject
from interfaces.admin.jobs.progress import progress_of
from interfaces.admin.objects.field_forms import EditFieldForm, FieldForm, slug_from
from interfaces.admin.objects.schema_page import SchemaPage
from objects.declarations.declarations import OrderDeclaration
from objects.declarations.fields import read_field, read_field_change
from objects.declarations.reader import DeclarationReader
from objects.models import FLAGS, Field
from objects.options import CHOOSING
from records.schema_changes.adding_fields import add_fields
from records.schema_changes.changing_fields import ChangedField, change_field
from records.schema_changes.field_order import order_fields
from records.schema_changes.options import count_chosen
from records.schema_changes.removing_fields import count_losses, remove_field


class AddField(SchemaPage):
    """Gives an object type another field."""

    template_name = "kith/field.html"
    form_class = FieldForm
    title = "Add a field"
    button = "Add field"
    done = "The field is added."

    def perform(self, values: dict[str, Any]) -> Any:
        slug = values["slug"] or slug_from(values["label"])
        reader = DeclarationReader()
        said = declaration(values, "x-type", values["type"])
        declared = read_field(reader, slug, said, "/slug")
        reader.finish()
        actor = self.actor(self.thing.workspace)
        add_fields(actor, self.thing.slug, [declared])
        return self.thing

    def next_address(self, thing: Any) -> str:
        if "another" in self.request.POST:
            return self.request.path
        return super().next_address(thing)


class FieldPage(SchemaPage):
    """A page about one field of an object type."""

    @cached_property
    def field(self) -> Field:
        """The field of the address.

        Raises:
            Http404: if there is none.
        """
        fields = Field.objects.select_related("object_type", "target")
        return get_object_or_404(
            fields, object_type=self.thing, slug=self.kwargs["field"]
        )


class EditField(FieldPage):
    """Changes what a field is called, is and can be."""

    route = "fields/<slug:field>"
    template_name = "kith/field.html"
    form_class = EditFieldForm
    title = "Edit field"
    done = "The field is changed."
    changed: ChangedField
    """What became of it, once it is done."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"field": self.field}

    def get_initial(self) -> dict[str, Any]:
        own = {name: getattr(self.field, name) for name in FLAGS}
        names = ("label", "slug", "type", "description")
        plain = {name: getattr(self.field, name) for name in names}
        shape = {"shape": shape_text(self.field.options.get("shape", {}))}
        return own | plain | dict(self.field.options) | shape

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        remove = ""
        if self.field.is_custom:
            remove = self.model_admin.address(
                "remove-field", self.thing.pk, self.field.slug
            )
        return super().get_context_data(field=self.field, remove=remove, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        gone = self.options_gone(form.cleaned_data)
        if gone and self.request.POST.getlist("sure") != gone:
            many = count_chosen(self.field, gone)
            context = self.get_context_data(form=form, gone=gone, many=many)
            return self.render_to_response(context)
        return super().form_valid(form)

    def options_gone(self, values: dict[str, Any]) -> list[str]:
        """Return the labels of options that would be gone, and cleared on records."""
        if values.get("type", self.field.type) != self.field.type:
            return []
        kept = {option.get("id") for option in values.get("options") or []}
        old = self.field.options.get("options", [])
        return [option["label"] for option in old if kept and option["id"] not in kept]

    def perform(self, values: dict[str, Any]) -> Any:
        reader = DeclarationReader()
        type_ = values.get("type", self.field.type)
        said = declaration(values, "type", type_)
        declared = read_field_change(reader, self.field.slug, said, "")
        declared.may_clear = True  # The page has asked whether they are sure.
        reader.finish()
        actor = self.actor(self.thing.workspace)
        self.changed = change_field(actor, self.thing.slug, self.field.slug, declared)
        return self.thing

    def answer(self, thing: Any) -> HttpResponse:
        """Go on to the job, if the change takes longer than a moment."""
        if self.changed.job is None:
            response = super().answer(thing)
            many = self.changed.records_changed
            if many:
                said = f"{many:,} record{pluralize(many)} changed with it."
                messages.info(self.request, said)
            return response
        self.note(thing)
        messages.info(self.request, "A job takes the records through the change.")
        return HttpResponseRedirect(progress_of(self.changed.job).link)


class RemoveField(FieldPage):
    """Removes a field, or a relationship from both of its sides."""

    route = "fields/<slug:field>/remove"
    title = "Remove this field?"
    text = (
        "It goes from every record, with what they have there; a relationship goes "
        "from both of its sides. It cannot be undone."
    )
    button = "Remove"
    is_dangerous = True
    done = "The field is removed."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading, many = f"Remove {self.field.label}?", count_losses(self.field)
        if self.field.type == "relationship":
            losses = f"{many:,} link{pluralize(many)} will be gone."
        else:
            losses = f"{many:,} record{pluralize(many, ' has,s have')} a value there."
        context = {"heading": heading, "text": f"{losses} {self.text}"}
        return super().get_context_data(**kwargs) | context

    def perform(self, values: dict[str, Any]) -> Any:
        actor = self.actor(self.thing.workspace)
        remove_field(actor, self.thing.slug, self.field.slug)
        return self.thing


class OrderFields(SchemaPage):
    """Puts the fields of an object type in an order."""

    title = "Order of the fields"
    text = "The order in which people see the fields is changed where they are listed."
    done = "The order is changed."
    form_class = forms.Form

    def perform(self, values: dict[str, Any]) -> Any:
        order = self.request.POST.getlist("order")
        step, _, slug = self.request.POST.get("move", "").partition(":")
        if slug in order:
            position = order.index(slug) + {"up": -1, "down": 1}.get(step, 0)
            order.remove(slug)
            order.insert(max(position, 0), slug)
        declared = OrderDeclaration("/order", order)
        order_fields(self.actor(self.thing.workspace), self.thing.slug, declared)
        return self.thing


def declaration(values: dict[str, Any], type_name: str, type_: str) -> JSONObject:
    """Return what a form says of a field, as a client of the API would say it."""
    names = ("label", "slug", "description")
    said: JSONObject = {name: values[name] for name in names if name in values}
    if type_name == "x-type":
        said.pop("slug")
    said |= {flag: values[flag] for flag in FLAGS if flag in values}
    if values.get("type"):
        said[type_name] = values["type"]
    if values.get("options") or ("options" in values and type_ in CHOOSING):
        said["options"] = values["options"]
    if values.get("currency"):
        said["x-currency"] = values["currency"]
    if values.get("shape"):
        said["x-shape"] = shape_in(values["shape"])
    return said


def shape_in(text: str) -> JSONObject:
    """Return members and their types from text such as ``email: email, name: text``."""
    members = (one.partition(":") for one in text.split(",") if one.strip())
    return {name.strip(): type_.strip() for name, _, type_ in members}


def shape_text(shape: JSONObject) -> str:
    """Return members and their types as people write them."""
    return ", ".join(f"{name}: {type_}" for name, type_ in shape.items())

"""Forms for fields: what a field of any type can be told."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from crm.json_types import JSONObject
from interfaces.admin.forms import choice_field, switch, text_field
from interfaces.admin.records.values import COLOURS
from objects.declarations.reader import LONGEST_DESCRIPTION, LONGEST_LABEL, LONGEST_SLUG
from objects.field_types import FIELD_TYPES
from objects.models import Field

TYPE_GROUPS: dict[str, dict[str, str]] = {
    "Text": {
        "text": "Text, one line",
        "multiline_text": "Text, several lines",
    },
    "Numbers": {
        "number": "Number",
        "integer": "Whole number",
        "currency": "Amount of money",
        "checkbox": "Yes or no",
    },
    "Time": {"date": "Date", "datetime": "Date and time"},
    "Choices": {
        "select": "One of several options",
        "multi_select": "Some of several options",
        "tags": "Tags, any words",
    },
    "Contact": {
        "email": "E-mail address",
        "phone": "Phone number",
        "url": "Web address",
        "domain": "Domain",
        "location": "Place",
    },
    "Several of a kind": {
        "text_collection": "Texts",
        "email_collection": "E-mail addresses",
        "phone_collection": "Phone numbers",
        "url_collection": "Web addresses",
        "domain_collection": "Domains",
        "date_collection": "Dates",
        "location_collection": "Places",
        "json_collection": "Objects with members",
    },
    "Other": {
        "owner": "Owner: agent or member",
        "agent": "Agent",
        "json": "JSON, anything",
    },
}
"""The types of fields, as people choose among them."""

TYPE_LABELS = {
    name: label for group in TYPE_GROUPS.values() for name, label in group.items()
}
TYPE_CHOICES = [(group, list(types.items())) for group, types in TYPE_GROUPS.items()]


class OptionsWidget(forms.Widget):
    """The options of a select, a row each: label and colour, with an id that stays."""

    template_name = "kith/options.html"

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, Any], name: str
    ) -> list[JSONObject]:
        parts = (data.getlist(f"{name}-{part}") for part in ("id", "label", "color"))
        rows = [
            {"id": id_, "label": label, "color": color}
            for id_, label, color in zip(*parts, strict=False)
        ]
        return [
            {part: value for part, value in row.items() if value}
            for row in rows
            if row["label"].strip()
        ]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"name": name, "rows": value or [{}], "colours": COLOURS}


class OptionsField(forms.Field):
    """Options. Whether they can be is for the verb to say."""

    widget = OptionsWidget


class FieldForm(forms.Form):
    """What can be said of a field. The page shows what its type makes use of."""

    label = text_field("Label", max_length=LONGEST_LABEL, help_text="For people.")
    slug = text_field(
        "Name in the API",
        max_length=LONGEST_SLUG,
        required=False,
        help_text="Lower-case letters, digits and underscores. Made from the label if "
        "left empty.",
    )
    type = choice_field("Type", TYPE_CHOICES)
    options = OptionsField(
        label="Options",
        required=False,
        help_text="Removing an option clears it on records; renaming renames it there.",
    )
    currency = text_field(
        "Currency", max_length=3, required=False, help_text="Three letters: EUR."
    )
    shape = text_field(
        "Members",
        required=False,
        help_text="What each object has, such as email: email, name: text.",
    )
    description = text_field(
        "Description", max_length=LONGEST_DESCRIPTION, required=False
    )
    required = switch("Required", help_text="Every record must have a value.")
    unique = switch("Unique", help_text="No two records have the same value.")
    indexed = switch("Sorted", help_text="Sorting and comparing by it are quick.")
    searchable = switch("Searched", help_text="Searching looks through it.")
    hidden = switch("Hidden", help_text="People do not see it in lists.")

    @property
    def fitting(self) -> dict[str, str]:
        """The types that each part of the form is for, with spaces between."""
        return {
            "options": "select multi_select",
            "currency": "currency",
            "shape": "json_collection",
            **{
                flag: " ".join(n for n, t in FIELD_TYPES.items() if flag in t.can_be)
                for flag in ("unique", "indexed", "searchable")
            },
        }


class EditFieldForm(FieldForm):
    """What can be changed of a field."""

    def __init__(self, *args: Any, field: Field, **kwargs: Any) -> None:
        """Take the field. A standard one keeps its name and its type."""
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = True
        self.fields["slug"].help_text = "The former name goes on working."
        self.fixed_type = ""
        if not field.is_custom or field.type == "relationship":
            self.fixed_type = field.type
            del self.fields["type"]
        if not field.is_custom:
            del self.fields["slug"]
        if field.type == "relationship":
            for name in self.fields.keys() - {"label", "slug", "description", "hidden"}:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Return what was changed. A flag that is said again calls its backfill off."""
        changed = self.changed_data
        return {name: v for name, v in self.cleaned_data.items() if name in changed}


def slug_from(label: str) -> str:
    """Return a name for the API from a label: Due date gives due_date."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")

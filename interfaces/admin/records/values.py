"""Values of records as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import quote

from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from crm.json_types import JSON, JSONObject
from crm.jsonapi.rendering import indented
from interfaces.admin.records.names import Names
from objects.field_types.base import ValueKind
from objects.field_types.collection import Collection
from objects.field_types.location import Location
from objects.field_types.shaped import shape_of, written
from objects.models import Field
from objects.schema import Schema, is_blank

Shown = SafeString | str

SYSTEM_LABELS = {
    "_created_at": "Created",
    "_updated_at": "Updated",
    "_created_by": "Created by",
    "_updated_by": "Updated by",
}
TITLES = ("name", "title", "subject")
"""The fields that records are known by, where they have one of them."""

COLOURS = ("gray", "blue", "purple", "orange", "green", "red", "pink", "yellow")


def title_field(schema: Schema) -> Field | None:
    """Return the field that records of a type are known by."""
    named = [schema.fields[slug] for slug in TITLES if slug in schema.fields]
    texts = [f for f in schema.fields.values() if f.type == "text"]
    notable = [f for f in texts if f.required or f.unique or f.searchable]
    return next(iter([*named, *notable, *texts]), None)


def title_of(schema: Schema, attributes: JSONObject) -> str:
    """Return what a record is known by; nothing if it has no such value."""
    known_by = title_field(schema)
    value = attributes.get(known_by.slug) if known_by else None
    return value if isinstance(value, str) else ""


def show(field: Field, value: JSON, names: Names) -> Shown:
    """Return a value of a field as people read it; nothing for none."""
    if is_blank(value):
        return ""
    if isinstance(field.field_type, Collection):
        items = value.get("items", []) if isinstance(value, dict) else []
        assert isinstance(items, list)
        return listed(show_item(item, field, names) for item in items)
    return show_item(value, field, names)


def listed(items: Iterable[Shown]) -> Shown:
    """Return items one below the other."""
    lines = format_html_join("", "<li>{}</li>", ((item,) for item in items))
    return format_html('<ul class="kith-items">{}</ul>', lines)


def show_item(value: JSON, field: Field, names: Names) -> Shown:
    """Return a single value of a field, or an item of several."""
    type_ = field.item_type
    shower = SHOWERS_OF_TYPES.get(type_.name) or SHOWERS[type_.kind]
    return shower(value, field, names)


def show_text(value: JSON, field: Field, names: Names) -> Shown:
    """Show text as it is."""
    return str(value)


def show_linked(scheme: str) -> Shower:
    """Return what shows a value as a link."""

    def shower(value: JSON, field: Field, names: Names) -> Shown:
        address = str(value) if scheme == "" else f"{scheme}{quote(str(value), '@+')}"
        link = '<a href="{}" rel="noopener noreferrer nofollow">{}</a>'
        return format_html(link, address, value)

    return shower


def show_lines(value: JSON, field: Field, names: Names) -> Shown:
    """Show text with its line breaks."""
    return format_html('<span class="kith-lines">{}</span>', value)


def show_number(value: JSON, field: Field, names: Names) -> Shown:
    """Show a number with its thousands apart, and its currency if it has one."""
    assert isinstance(value, int | Decimal)
    digits = number_format(value, use_l10n=True, force_grouping=True)
    currency = field.options.get("currency", "") if field.type == "currency" else ""
    return f"{digits} {currency}".strip()


def show_checkbox(value: JSON, field: Field, names: Names) -> Shown:
    """Show yes or no."""
    return "Yes" if value else "No"


def show_date(value: JSON, field: Field, names: Names) -> Shown:
    """Show a day."""
    return date_format(date.fromisoformat(str(value)), "M j, Y")


def moment(value: JSON) -> Shown:
    """Show a moment, in UTC."""
    at = datetime.fromisoformat(str(value))
    shown = date_format(at, "M j, Y, H:i")
    return format_html('<time datetime="{}">{} UTC</time>', value, shown)


def show_moment(value: JSON, field: Field, names: Names) -> Shown:
    """Show a moment."""
    return moment(value)


def show_choice(value: JSON, field: Field, names: Names) -> Shown:
    """Show an option in its colour."""
    options = field.options.get("options", [])
    colours = {one["label"]: one.get("color") for one in options}
    colour = colours.get(value)
    known = colour if colour in COLOURS else "gray"
    return format_html('<span class="kith-chip is-{}">{}</span>', known, value)


def show_location(value: JSON, field: Field, names: Names) -> Shown:
    """Show the parts of a place, one behind the other."""
    assert isinstance(value, dict)
    return ", ".join(str(value[part]) for part in Location.PARTS if value.get(part))


def show_members(value: JSON, field: Field, names: Names) -> Shown:
    """Show the members of an object, one behind the other."""
    assert isinstance(value, dict)
    there = (name for name in shape_of(field) if name in value)
    return ", ".join(f"{name}: {written(value[name])}" for name in there)


def show_document(value: JSON, field: Field, names: Names) -> Shown:
    """Show JSON, indented."""
    return format_html('<pre class="kith-json">{}</pre>', indented(value))


def show_agent(value: JSON, field: Field, names: Names) -> Shown:
    """Show an agent by its handle, and a user by name."""
    return names.agents.get(str(value), str(value))


Shower: TypeAlias = "Callable[[JSON, Field, Names], Shown]"

SHOWERS: dict[ValueKind, Shower] = {
    ValueKind.TEXT: show_text,
    ValueKind.NUMBER: show_number,
    ValueKind.MOMENT: show_moment,
    ValueKind.SELECT: show_choice,
    ValueKind.CHECKBOX: show_checkbox,
    ValueKind.LOCATION: show_location,
    ValueKind.SHAPED: show_members,
    ValueKind.JSON: show_document,
    ValueKind.AGENT: show_agent,
}
"""How single values of each kind are shown."""

SHOWERS_OF_TYPES: dict[str, Shower] = {
    "multiline_text": show_lines,
    "date": show_date,
    "tag": show_choice,
    "url": show_linked(""),
    "email": show_linked("mailto:"),
    "phone": show_linked("tel:"),
    "domain": show_linked("https://"),
}
"""How values of some types are shown, where their kind alone would not do."""

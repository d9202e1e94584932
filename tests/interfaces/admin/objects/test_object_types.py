"""Object types are described in the admin, by the verbs that keep records right."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pytest
from django.urls import reverse

from crm.models import Member, Workspace
from objects.models import Field, ObjectType
from records.models import JournalEntry
from records.schema_changes.backfill import Backfill
from tests.api_client import Api, resource
from tests.browsing import Person, join

ADD = "/admin/objects/objecttype/add/"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


def type_of(slug: str) -> ObjectType:
    return ObjectType.objects.get(workspace__slug="acme", slug=slug)


def address(slug: str, page: str, *field: str) -> str:
    """Return the address of a page about an object type."""
    return reverse(f"admin:objects_objecttype_{page}", args=[type_of(slug).pk, *field])


def field(type_: str, slug: str) -> dict[str, Any]:
    """Return a field as it is stored."""
    found = Field.objects.filter(object_type=type_of(type_), slug=slug)
    return dict(found.values().get())


def test_makes_a_type_with_a_name_for_the_api(
    owner: Person, workspace: Workspace
) -> None:
    names = {"name": "Sales order", "plural": "Sales orders"}

    page = owner.submit(ADD, workspace=workspace.pk, description="Sold", **names)

    made = type_of("c_sales_order")
    assert (made.label, made.plural, made.description) == (*names.values(), "Sold")
    assert "Add the first field" in page


def test_a_name_that_is_taken_is_refused(owner: Person, workspace: Workspace) -> None:
    form = {"workspace": workspace.pk, "name": "Order", "plural": "Orders"}
    owner.submit(ADD, **form)

    page = owner.submit(ADD, **form)

    assert "There is a c_order already." in page


def test_adds_a_field_and_journals_who_did_it(owner: Person) -> None:
    form = {"label": "Tax number", "type": "text", "unique": "on", "indexed": "on"}

    owner.submit(address("company", "add-field"), **form)

    made = field("company", "tax_number")
    assert (made["label"], made["unique"], made["indexed"]) == (
        "Tax number",
        True,
        True,
    )
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.actor) == ("reshaped", f"user:{owner.user.pk}")


def test_options_keep_their_order_and_colours(owner: Person) -> None:
    form = {
        "label": "Tier",
        "type": "select",
        "options-id": ["", "", ""],
        "options-label": ["Gold", "", "Silver"],
        "options-color": ["yellow", "red", "gray"],
    }

    owner.submit(address("company", "add-field"), **form)

    assert field("company", "tier")["options"] == {
        "options": [
            {"id": "gold", "label": "Gold", "color": "yellow"},
            {"id": "silver", "label": "Silver", "color": "gray"},
        ]
    }


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"slug": "No Slug"}, "Use lower-case letters, digits and underscores"),
        ({"slug": "name"}, "company has name already."),
        ({"slug": "search"}, "This name is reserved."),
        ({"label": "日本"}, "Use lower-case letters, digits and underscores"),
        ({"type": "select"}, "Give at least one option."),
        ({"type": "relationship"}, "Select a valid choice"),
        ({"type": "currency", "currency": "eur"}, "Give three capital letters"),
        ({"currency": "EUR"}, "A text field has no currency."),
        ({"type": "json", "unique": "on"}, "A json field cannot be unique."),
    ],
)
def test_says_why_a_field_cannot_be(
    owner: Person, values: dict[str, str], why: str
) -> None:
    form = {"label": "Odd", "type": "text"} | values

    page = owner.submit(address("company", "add-field"), **form)

    errors = " ".join(re.findall(r"<li>\s*(.*?)\s*</li>", page, re.DOTALL))
    assert why in errors + page.partition("novalidate")[2]
    assert not Field.objects.filter(label__in=["Odd", "日本"]).exists()


def test_a_renamed_field_keeps_its_values(owner: Person, api: Api) -> None:
    owner.submit(address("company", "add-field"), label="Ref", type="text")
    made = api.post("objects/company/records", resource("company", ref="A-1"))

    form = {"label": "Reference", "slug": "reference", "type": "text"}
    owner.submit(address("company", "field", "ref"), **form)

    read = api.get(f"objects/company/records/{made.id}").data["attributes"]
    assert read["reference"] == "A-1"


def test_a_standard_field_keeps_its_name_and_type(owner: Person) -> None:
    form = {"label": "Trade", "slug": "trade", "type": "json", "indexed": "on"}

    owner.submit(address("company", "field", "industry"), **form)

    changed = field("company", "industry")
    assert (changed["label"], changed["type"]) == ("Trade", "text")
    assert changed["indexed"] is True


def test_another_label_calls_no_filling_off(owner: Person) -> None:
    backfill = asdict(Backfill(["unique"], ["unique"], {}, 9))
    industry = Field.objects.filter(object_type=type_of("company"), slug="industry")
    industry.update(backfill=backfill)
    form = {"label": "Trade", "searchable": "on"}

    owner.submit(address("company", "field", "industry"), **form)

    changed = field("company", "industry")
    assert (changed["label"], changed["backfill"]) == ("Trade", backfill)


def test_removes_a_field_after_saying_how_many_have_a_value(
    owner: Person, api: Api
) -> None:
    owner.submit(address("company", "add-field"), label="Ref", type="text")
    for ref in ("A", "B", None):
        api.post("objects/company/records", resource("company", ref=ref))
    place = address("company", "remove-field", "ref")

    assert "2 records have a value there. It goes from every" in owner.page(place)
    assert Field.objects.filter(slug="ref").exists()
    owner.submit(place)

    assert not Field.objects.filter(slug="ref").exists()


def test_relates_a_type_to_itself(owner: Person) -> None:
    form = {"kind": "many-to-one", "entity": "company"}
    labels = {"label": "Parent", "back_label": "Subsidiaries"}

    owner.submit(address("company", "add-relationship"), **form, **labels)

    assert field("company", "parent")["kind"] == "many-to-one"
    assert field("company", "subsidiaries")["kind"] == "one-to-many"


def test_relates_no_type_of_another_workspace(owner: Person, stranger: Api) -> None:
    theirs = ObjectType.objects.create(
        workspace=stranger.workspace, slug="c_x", label="X", plural="Xs", prefix="x"
    )
    form = {"kind": "many-to-one", "label": "X", "back_label": "Y"}

    page = owner.submit(
        address("company", "add-relationship"), entity=theirs.slug, **form
    )

    assert "Select a valid choice" in page


def test_puts_fields_in_an_order(owner: Person) -> None:
    owner.submit(address("deal", "order"), order=["amount", "name"], move="")

    slugs = [one.slug for one in type_of("deal").fields.all()]
    assert slugs[:3] == ["amount", "name", "stage"]


@pytest.mark.parametrize("order", [["nothing"], ["name", "name"]])
def test_refuses_an_order_that_is_none(owner: Person, order: list[str]) -> None:
    before = [one.slug for one in type_of("deal").fields.all()]

    page = owner.submit(address("deal", "order"), order=order)

    assert "There is no such field, or it was named before." in page
    assert [one.slug for one in type_of("deal").fields.all()] == before


def test_changes_what_records_are_known_by(owner: Person, workspace: Workspace) -> None:
    owner.submit(ADD, workspace=workspace.pk, name="Order", plural="Orders")
    form = {"label": "Number", "type": "text", "unique": "on"}
    owner.submit(address("c_order", "add-field"), **form)

    names = {"name": "Order", "plural": "Orders"}
    owner.submit(address("c_order", "edit"), match_fields=["number"], **names)

    assert type_of("c_order").match_fields == ["number"]


def test_standard_types_stay(owner: Person) -> None:
    page = owner.submit(address("person", "erase"))

    assert "person is a standard object, which stays." in page
    assert address("person", "erase") not in owner.page(address("person", "change"))


def test_a_select_does_not_lose_its_last_option(owner: Person) -> None:
    before = field("deal", "stage")["options"]

    page = owner.submit(address("deal", "field", "stage"), label="Stage")

    assert "Give at least one option." in page
    assert field("deal", "stage")["options"] == before


def test_asks_before_an_option_is_cleared_on_records(owner: Person, api: Api) -> None:
    conversations = "objects/conversation/records"
    made = api.post(conversations, resource("conversation", status="open")).id
    options = {"id": ["closed"], "label": ["closed"], "color": ["red"]}
    form = {f"options-{part}": value for part, value in options.items()}
    place = address("conversation", "field", "status")

    asked = owner.submit(place, label="Status", **form)
    before = api.get(f"{conversations}/{made}").data["attributes"]["status"]
    sure = re.findall(r'name="sure" value="(\w+)"', asked)
    done = owner.submit(place, label="Status", sure=sure, **form)

    after = api.get(f"{conversations}/{made}").data["attributes"]["status"]
    assert sure == ["open", "resolved"]
    assert "It will be cleared on 1 record that has it." in asked
    assert "1 record changed with it." in done
    assert (before, after) == ("open", None)

"""``/contacts``: contacts, found and changed as the Inkbox API has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from crm.errors import InvalidParameter
from crm.json_types import JSON, JSONObject
from crm.jsonapi.pagination import OffsetPage
from crm.jsonapi.queries import Place
from crm.sql import FALSE, Sql
from interfaces.compat.contact_book import Book
from interfaces.compat.inkbox.contact import (
    CONTACT,
    E164,
    FN,
    inkbox_contact_of,
    inkbox_contacts_of,
)
from interfaces.compat.inkbox.door import BadLookup, InkboxDoor
from interfaces.compat.parameters import Parameters
from interfaces.compat.sent_back import Shape, change_record
from objects.field_types.base import InvalidValue
from records.reading.filters.columns import column_of
from records.reading.filters.operands import read_text
from records.reading.rows import RecordRow
from records.writing.operations import Delete, Update, Viewers
from records.writing.outcomes import Result

SEARCHED = ("name", "first_name", "last_name", "company_name", "title", "notes")
ORDERS = {"name": "name", "recent": "-_created_at"}
LOOKUPS = ("email", "email_contains", "email_domain", "phone", "phone_contains")
REVIEW, CONFIRMED, UNREVIEWED = "review_status", "confirmed", "unreviewed"
SHAPE = Shape(CONTACT, inkbox_contacts_of)
MOST_FOUND = 200
MOST_IDENTITIES = 500
MOST_AT_ONCE = 200
WRITTEN_IN_PHONES = str.maketrans("", "", " ()-./")


class InkboxContactDoor(InkboxDoor):
    """What the views of contacts have in common."""

    @cached_property
    def book(self) -> Book:
        """The people whom the caller may see."""
        return Book.of(self.actor, "person")

    def place(self, pointer: str) -> str:
        return CONTACT.place(pointer)

    def show(self, rows: Sequence[RecordRow], status: int = 200) -> HttpResponse:
        """Return the answer with contacts."""
        return self.answer(inkbox_contacts_of(self.book, rows), status)

    def show_one(self, row: RecordRow) -> HttpResponse:
        """Return the answer with one contact."""
        return self.answer(inkbox_contact_of(self.book, row))

    def show_written(self, row: RecordRow, status: int = 200) -> HttpResponse:
        """Return the answer with a contact that was just written."""
        (contact,) = inkbox_contacts_of(self.book, [row], are_written=True)
        return self.answer(contact, status)


class InkboxContacts(InkboxContactDoor):
    """All contacts that the caller may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer a part of them, by name or newest first."""
        known = ("q", "order", "limit", "offset", REVIEW)
        parameters = Parameters(request, *known, several=REVIEW)
        page = OffsetPage(
            parameters.whole("offset", 0, 0),
            parameters.whole("limit", 50, 1, 200),
        )
        sort = parameters.choice("order", ORDERS, "name")
        conditions = [
            *self.matching(parameters.text("q")),
            *reviewed(parameters.texts(REVIEW)),
        ]
        return self.show(self.book.page(conditions, page, sort).rows)

    def matching(self, text: str | None) -> list[Sql]:
        """Return the condition that the searched fields have all words of a text."""
        if text is None:
            return []
        if len(text) > 100:
            raise InvalidParameter({"q": "Enter at most 100 characters."})
        return [self.book.search("q", text, *SEARCHED)]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create one and answer 201."""
        body = self.read_object(request)
        access = self.viewers(body.pop("access_identity_ids", None))
        changes = CONTACT.take(body, self.book.schema)
        creation = replace(changes.creation(), access=access, needs=FN)
        row = self.book.write(creation)
        return self.show_written(row, 201)

    def viewers(self, value: JSON) -> Viewers | None:
        """Return who is to see a new contact; None for whom the workspace says.

        Raises:
            InvalidValue: if it is not an array of ids.
        """
        if value is None:
            return None
        at = "/access_identity_ids"
        ids = value if isinstance(value, list) else []
        if len(ids) > MOST_IDENTITIES or ids is not value:
            why = f"Send an array of at most {MOST_IDENTITIES} ids."
            raise InvalidValue({at: why})
        places = ((identity, f"{at}/{index}") for index, identity in enumerate(ids))
        return Viewers({str(read_uuid(*place)): place[1] for place in places}, at)


def reviewed(states: Sequence[str]) -> list[Sql]:
    """Return the condition that a contact is in one of some states of review.

    Nobody reviews contacts here: all of them are confirmed.

    Raises:
        InvalidParameter: if there is no such state.
    """
    if not set(states) <= {CONFIRMED, UNREVIEWED}:
        why = f"{REVIEW} must be {UNREVIEWED} or {CONFIRMED}."
        raise InvalidParameter({REVIEW: why})
    return [FALSE] if states and CONFIRMED not in states else []


class InkboxContact(InkboxContactDoor):
    """``/contacts/{id}``: one contact."""

    def get(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer the contact."""
        Parameters(request)
        return self.show_one(self.book.one(contact))

    def patch(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Merge changes into the contact (RFC 7396) and answer what comes of it."""
        body = self.read_object(request)
        named = self.book.identify(contact)

        def update_of(members: JSONObject) -> Update:
            update = CONTACT.take(members, self.book.schema).update(named)
            is_repeated = body and not members
            return update if is_repeated else replace(update, needs=FN)

        row = change_record(self.book, contact, body, SHAPE, update_of)
        return self.show_written(row)

    def delete(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Delete it and answer 204."""
        record_id = str(self.book.identify(contact))
        self.book.delete(Delete("person", id=record_id))
        return HttpResponse(status=204)


class Lookup(InkboxContactDoor):
    """Contacts by an address or a phone number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer those that the one parameter fits."""
        parameters = Parameters(request, *LOOKUPS)
        if len(parameters.values) != 1:
            raise BadLookup(f"Give exactly one of {', '.join(LOOKUPS)}.")
        ((name, value),) = parameters.values.items()
        if not value.strip():
            raise BadLookup(f"{name} is empty.")
        return self.show(self.found(name, value.strip()))

    def found(self, name: str, value: str) -> Sequence[RecordRow]:
        """Return the people whom a parameter fits.

        Raises:
            BadLookup: if its value cannot be looked for.
        """
        try:
            if name == "email":
                return self.book.with_value(name, "email_addresses", value)
            page = OffsetPage(0, MOST_FOUND)
            return self.book.page([self.condition(name, value)], page).rows
        except InvalidParameter as refusal:
            raise BadLookup(str(refusal)) from refusal

    def condition(self, name: str, value: str) -> Sql:
        """Return the condition that a parameter stands for.

        Raises:
            BadLookup: if its value cannot be looked for.
        """
        match name:
            case "email_contains":
                return self.book.where(name, "email_addresses", "icontains", value)
            case "email_domain":
                return self.ends_with(value.removeprefix("@"))
            case "phone":
                return self.phone(value)
        digits = value.translate(WRITTEN_IN_PHONES)
        if not digits:
            raise BadLookup("phone_contains has no digits.")
        return self.book.where(name, "phone_numbers", "icontains", digits)

    def ends_with(self, domain: str) -> Sql:
        """Return the condition that an address is of a domain, not of one below it."""
        if not domain or len(domain) > 253:
            raise BadLookup("email_domain must have 1 to 253 characters.")
        place = Place("email_domain")
        column = column_of(self.book.schema, "email_addresses", "r", place)
        return column.matches(read_text(f"@{domain}", place), "end")

    def phone(self, number: str) -> Sql:
        """Return the condition that a phone number is exactly this one."""
        if not E164.fullmatch(number) and self.actor.workspace.region.country is None:
            raise BadLookup("phone must be in E.164 form, such as +14155550100.")
        return self.book.where("phone", "phone_numbers", "eq", number)


class BulkDelete(InkboxContactDoor):
    """Several contacts to be deleted."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Delete those that are there and answer what became of each."""
        ids = read_ids(self.read_object(request), most=MOST_AT_ONCE)
        deletes = [Delete("person", id=str(record_id)) for record_id in ids]
        outcomes = self.book.write_good(deletes)
        results: list[JSON] = [
            {"contact_id": str(record_id), "status": "deleted"}
            if outcome.result == Result.DELETED
            else {
                "contact_id": str(record_id),
                "status": "error",
                "error": "Contact not found.",
            }
            for record_id, outcome in zip(ids, outcomes, strict=True)
        ]
        deleted = sum(outcome.result == Result.DELETED for outcome in outcomes)
        return self.answer(
            {
                "deleted_count": deleted,
                "error_count": len(ids) - deleted,
                "results": results,
            }
        )


def read_ids(body: JSONObject, *, most: int) -> list[UUID]:
    """Return the ids of contacts in a body.

    Raises:
        Refusal: if there are none, too many, or something else.
    """
    value = body.get("contact_ids")
    if body.keys() != {"contact_ids"} or not isinstance(value, list):
        raise InvalidValue("Send an object with contact_ids, an array of ids.")
    if not 1 <= len(value) <= most:
        raise InvalidValue({"/contact_ids": f"Send 1 to {most} ids."})
    return [read_uuid(one, f"/contact_ids/{index}") for index, one in enumerate(value)]


def read_uuid(value: JSON, place: str) -> UUID:
    """Return a UUID in a body.

    Raises:
        InvalidValue: if it is none.
    """
    try:
        return UUID(value) if isinstance(value, str) else not_a_uuid(place)
    except ValueError:
        return not_a_uuid(place)


def not_a_uuid(place: str) -> UUID:
    """Refuse what is no UUID.

    Raises:
        InvalidValue: always.
    """
    raise InvalidValue({place: "Give the id of one, a UUID."})

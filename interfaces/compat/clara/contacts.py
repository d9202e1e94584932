"""``/contacts``: contacts, found and changed as the AgentClara API has it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from crm.errors import InvalidParameter, Required
from crm.json_types import JSONObject
from crm.jsonapi.pagination import OffsetPage
from crm.sql import Sql
from interfaces.compat.clara.contact import CONTACT, clara_contacts_of
from interfaces.compat.clara.door import ClaraDoor
from interfaces.compat.contact_book import Book
from interfaces.compat.members import Card
from interfaces.compat.parameters import Parameters
from interfaces.compat.plain_members import Primary
from interfaces.compat.sent_back import Shape, change_record
from records.reading.rows import RecordRow
from records.writing.operations import Delete, Update

ORDERS = {"created": "-_created_at", "updated": "-_updated_at", "name": "name"}
LARGEST = 100
SHAPE = Shape(CONTACT, clara_contacts_of)


class ClaraContactDoor(ClaraDoor):
    """What the views of contacts have in common."""

    @cached_property
    def book(self) -> Book:
        """The people whom the caller may see."""
        return Book.of(self.actor, "person")

    def place(self, pointer: str) -> str:
        return CONTACT.place(pointer)

    def show_many(self, rows: Sequence[RecordRow]) -> HttpResponse:
        """Return an answer with contacts."""
        return self.show(clara_contacts_of(self.book, rows))

    def show_one(self, row: RecordRow, status: int = 200) -> HttpResponse:
        """Return an answer with one contact."""
        (contact,) = clara_contacts_of(self.book, [row])
        return self.show(contact, status)

    def matching(self, parameter: str, text: str) -> Sql:
        """Return the condition that name and addresses have all words of a text."""
        return self.book.search(parameter, text, "name", "email_addresses")


class ClaraContacts(ClaraContactDoor):
    """All contacts that the caller may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer a part of those that fit."""
        known = ("limit", "offset", "search", "tag", "sort")
        parameters = Parameters(request, *known)
        sort = parameters.choice("sort", ORDERS, "created")
        conditions = self.conditions(parameters)
        page = read_part(parameters)
        found = self.book.page(conditions, page, sort, is_counted=True)
        response = self.show_many(found.rows)
        response["X-Total-Count"] = str(found.total)
        return response

    def conditions(self, parameters: Parameters) -> list[Sql]:
        """Return the condition of each parameter that filters."""
        text, tag = parameters.text("search"), parameters.text("tag")
        found = [] if text is None else [self.matching("search", text)]
        if tag is not None:
            found.append(self.book.where("tag", "tags", "eq", tag))
        return found

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create one and answer 201."""
        body = self.read_object(request)
        if "name" not in body:
            raise Required({"/name": "A contact needs a name."})
        row = self.book.write(CONTACT.take(body, self.book.schema).creation())
        return self.show_one(row, 201)


class ClaraContact(ClaraContactDoor):
    """``/contacts/{id}``: one contact."""

    def get(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer the contact."""
        Parameters(request)
        return self.show_one(self.book.one(contact))

    def patch(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Change the members that are sent and answer what comes of it."""
        body = self.read_object(request)
        named = self.book.identify(contact)

        def update_of(members: JSONObject) -> Update:
            return CONTACT.take(members, self.book.schema).update(named)

        return self.show_one(change_record(self.book, contact, body, SHAPE, update_of))

    put = patch

    def delete(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Delete the contact and say so."""
        record_id = str(self.book.identify(contact))
        self.book.delete(Delete("person", id=record_id))
        return self.show({"id": record_id, "deleted": True})


class ContactSearch(ClaraContactDoor):
    """Contacts by a part of their name or address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer those that fit, newest first."""
        parameters = Parameters(request, "q", "limit")
        text = parameters.text("q")
        if not text or not text.strip():
            raise InvalidParameter({"q": "Say what to search for."})
        page = OffsetPage(0, parameters.whole("limit", 10, 1, LARGEST))
        found = self.book.page([self.matching("q", text.strip())], page)
        return self.show_many(found.rows)


class Conversations(ClaraContactDoor):
    """The conversations of one contact."""

    def get(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer a part of them, those with the latest message first."""
        page = read_part(Parameters(request, "limit", "offset"))
        person = Card.of(self.book.one(contact), self.book.schema)
        talks = Book.of(self.actor, "conversation")
        own = talks.where("contact", "person", "eq", str(person.row.id))
        found = talks.page([own], page, "-last_message_at,-_created_at")
        cards = [Card.of(row, talks.schema) for row in found.rows]
        return self.show([talk_of(card, person) for card in cards])


def talk_of(talk: Card, person: Card) -> JSONObject:
    """Return a conversation of a contact as this API has it."""
    return {
        "id": str(talk.row.id),
        "customer_id": str(person.row.id),
        "customer_name": CONTACT.show(person)["name"],
        "customer_email": Primary("", "email_addresses").show(person),
        "customer_phone": Primary("", "phone_numbers").show(person),
        "channel": talk.attributes["channel"],
        "subject": talk.attributes["subject"],
        "last_message": talk.attributes["last_message"],
        "timestamp": talk.attributes["last_message_at"],
        "status": talk.attributes["status"],
        "unread": bool(talk.attributes["unread"]),
    }


def read_part(parameters: Parameters) -> OffsetPage:
    """Return the part of a list that a request asks for.

    Raises:
        InvalidParameter: if it is out of bounds.
    """
    offset = parameters.whole("offset", 0, 0)
    return OffsetPage(offset, parameters.whole("limit", 25, 1, LARGEST))

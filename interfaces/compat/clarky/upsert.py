"""``/contacts/by-email`` and ``/contacts/upsert``: contacts by how they are reached.

Decision 35 in docs/decisions.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from crm.agents import find_agent
from crm.errors import InvalidParameter, ReadOnly, Refusal, Refused, Required
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Identifier
from interfaces.compat.clarky.contact import CONTACT, CONTACTS
from interfaces.compat.clarky.door import message
from interfaces.compat.clarky.views import ResourceDoor
from interfaces.compat.members import Card, Changes, linked
from interfaces.compat.parameters import Parameters
from objects.field_types.base import InvalidValue
from records.writing.operations import NoSuchRecord, Strategy, Upsert
from records.writing.outcomes import Outcome, Result

MOST_ROWS = 200
KNOWN_BY = ("email_addresses", "phone_numbers")
"""What a contact is known by when it is sent again: its first item of each, in turn."""


class ByEmail(ResourceDoor):
    """The contact with a primary address."""

    resource = CONTACTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the contact."""
        address = (Parameters(request, "email").text("email") or "").strip().lower()
        if not address:
            raise InvalidParameter({"email": "email is required."})
        for row in self.book.with_value("email", "email_addresses", address):
            first = Card.of(row, self.book.schema).items("email_addresses")[0]
            if first == self.normal(address):
                return self.show_one(row)
        raise NoSuchRecord("No contact has this primary email.")

    def normal(self, address: str) -> JSON:
        """Return an address in the form in which it is stored."""
        changes = CONTACT.take({"emails": [address]}, self.book.schema)
        return first_item(changes, "email_addresses")


class UpsertMany(ResourceDoor):
    """Many contacts, each of which updates the one that it is or makes a new one."""

    resource = CONTACTS

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write the good ones and answer what became of each."""
        body = self.read_object(request)
        owner = self.read_owner(body.get("bot_id"))
        wanted = [self.read_row(row, owner) for row in read_rows(body)]
        good = [operation for operation in wanted if isinstance(operation, Upsert)]
        outcomes = iter(self.book.write_good(good) if good else [])
        ends = [next(outcomes) if isinstance(w, Upsert) else w for w in wanted]
        return self.show(
            {
                "created": self.contacts(ends, {Result.CREATED}),
                "updated": self.contacts(ends, {Result.UPDATED, Result.UNCHANGED}),
                "errors": [
                    {"index": index, "message": self.why(refusals)}
                    for index, end in enumerate(ends)
                    if (refusals := reasons_of(end))
                ],
            }
        )

    def read_owner(self, value: JSON) -> str:
        """Return the agent that is to own new contacts.

        Raises:
            Required: if none is named.
            InvalidValue: if there is none of that id.
        """
        if value is None:
            raise Required({"/bot_id": "bot_id is required."})
        if not isinstance(value, str) or not find_agent(self.actor, value):
            raise InvalidValue({"/bot_id": "No such agent."})
        return value

    def read_row(self, row: JSON, owner: str) -> Upsert | list[tuple[str, Refusal]]:
        """Return the operation that a row stands for, or why it stands for none."""
        try:
            if not isinstance(row, dict):
                raise InvalidValue("Send an object.")
            if row.get("bot_id", owner) != owner:
                raise ReadOnly({"/bot_id": "Send the batch's bot_id, or none."})
            members = {name: v for name, v in row.items() if name != "bot_id"}
            return upsert_owned_by(CONTACT.take(members, self.book.schema), owner)
        except Refusal as refusal:
            return [("", refusal)]
        except Refused as several:
            return several.refusals

    def contacts(
        self, ends: Sequence[Outcome | list[tuple[str, Refusal]]], results: set[Result]
    ) -> list[JSONObject]:
        """Return the contacts of the rows that ended in one of these ways."""
        rows = [
            self.book.saved(end.record)
            for end in ends
            if isinstance(end, Outcome) and end.record and end.result in results
        ]
        return self.kind.shown(self.book, rows)

    def why(self, refusals: Iterable[tuple[str, Refusal]]) -> str:
        """Return what is wrong with a row."""
        return message(
            problem
            for at, refusal in refusals
            for problem in self.problems(at, refusal)
        )


def read_rows(body: JSONObject) -> list[JSON]:
    """Return the rows of a request.

    Raises:
        InvalidValue: if there is no array of them, or it is too long.
    """
    rows = body.get("contacts")
    if not isinstance(rows, list):
        raise InvalidValue({"/contacts": "contacts must be an array."})
    if len(rows) > MOST_ROWS:
        why = f"contacts must have {MOST_ROWS} rows or less."
        raise InvalidValue({"/contacts": why})
    return rows


def upsert_owned_by(changes: Changes, owner: str) -> Upsert:
    """Return the operation that updates a contact, or makes one for an agent."""
    firsts = ((slug, first_item(changes, slug)) for slug in KNOWN_BY)
    in_front = dict.fromkeys(KNOWN_BY, Strategy.FIRST)
    return replace(
        changes.creation(),
        soft_matches=tuple(
            (slug, first) for slug, first in firsts if first is not None
        ),
        initial={"owner": linked([Identifier("agent", owner)], is_array=False)},
        strategies=changes.strategies | in_front,
    )


def first_item(changes: Changes, slug: str) -> JSON:
    """Return the first item that a body has of a collection, or None."""
    value = changes.attributes.get(slug)
    items = value.get("items") if isinstance(value, dict) else None
    return items[0] if isinstance(items, list) and items else None


def reasons_of(
    end: Outcome | list[tuple[str, Refusal]],
) -> list[tuple[str, Refusal]]:
    """Return why a row was refused; nothing if it was not."""
    if isinstance(end, Outcome):
        return [("", refusal) for refusal in end.refusals]
    return end

"""A contact of the AgentClara API, and what each of its properties is of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.json_types import JSON, JSONObject
from interfaces.compat.contact_book import Book
from interfaces.compat.members import Card, Changes, Property, Translation
from interfaces.compat.pair_members import Named
from interfaces.compat.plain_members import Fixed, Primary, Tags
from objects.field_types.base import InvalidValue
from objects.field_types.text import clean_text
from records.reading.rows import RecordRow
from records.reading.summaries import COUNT, latest


@dataclass(frozen=True)
class FullName(Property):
    """The whole name, which is all that this API knows of it.

    It is set by hand, and split at its last space into its parts if there are none.
    """

    def show(self, card: Card) -> JSON:
        reached = (card.items(slug) for slug in ("email_addresses", "phone_numbers"))
        others = [items[0] for items in reached if items]
        return card.attributes.get(self.slug) or next(iter(others), "")

    def take(self, value: JSON, changes: Changes) -> None:
        name = clean_text(value, 255).strip()
        if not name:
            raise InvalidValue("Enter a name.")
        changes.attributes[self.slug] = name
        first, _, last = name.rpartition(" ")
        changes.defaults["first_name"] = first.strip() or last
        changes.defaults["last_name"] = last if first else None


CONTACT = Translation(
    (
        Fixed("id", of=lambda card: str(card.row.id)),
        FullName("name", "name"),
        Primary("email", "email_addresses"),
        Primary("phone", "phone_numbers"),
        Tags("tags", "tags"),
        Named("custom_fields", "custom_fields"),
        Fixed("created_at", of=lambda card: card.row.created_at),
        Fixed("updated_at", of=lambda card: card.row.updated_at),
    ),
    # A client may send back what it read; this stays as it is.
    ignored=frozenset(
        {"id", "created_at", "updated_at", "last_conversation", "conversation_count"}
    ),
)


def clara_contacts_of(book: Book, rows: Sequence[RecordRow]) -> list[JSONObject]:
    """Return people as contacts, each with how many conversations it has."""
    summaries = COUNT, latest("last_message_at")
    talks = book.summaries("conversations", rows, *summaries)
    shown = []
    for row in rows:
        count, at = talks.get(row.id, (0, None))
        counted: JSONObject = {"last_conversation": at, "conversation_count": count}
        shown.append({**CONTACT.show(Card.of(row, book.schema)), **counted})
    return shown

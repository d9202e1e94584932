"""``/contacts/import`` and the like: contacts come and go as vCards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from crm.errors import Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.negotiation import UnsupportedMediaType, read_media_type
from crm.jsonapi.parsing import TooLarge, content_length, read_body
from interfaces.compat.inkbox.contact import (
    FN,
    inkbox_contact_of,
    inkbox_contacts_of,
)
from interfaces.compat.inkbox.contacts import InkboxContactDoor, read_ids
from interfaces.compat.inkbox.door import sentence_of
from interfaces.compat.inkbox.vcard_contacts import remarks_on, take_card
from interfaces.compat.inkbox.vcard_parts import CardParts
from interfaces.compat.inkbox.vcard_reader import read_cards
from interfaces.compat.inkbox.vcard_writer import file_name, write_card
from interfaces.compat.parameters import Parameters
from records.reading.rows import RecordRow
from records.writing.operations import NoSuchRecord, Upsert
from records.writing.outcomes import Outcome

VCARD = "text/vcard"
VCARDS = frozenset({VCARD, "text/x-vcard"})
LARGEST = 5 * 1024 * 1024
MOST_CARDS = 1_000
MOST_EXPORTED = 25


class UnreadableCard(Refusal):
    """A card is none that can be read."""

    status = 422
    code = "unreadable_card"
    title = "Unreadable card"
    source = None


class Import(InkboxContactDoor):
    """Cards to be made contacts."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the good ones and answer what became of each."""
        cards = read_file(request, self.actor.workspace.region.country)
        results = self.results(cards, [self.creation(card) for card in cards])
        created = sum("contact" in result for result in results)
        return self.answer(
            {
                "created_count": created,
                "error_count": len(results) - created,
                "results": results,
            }
        )

    def creation(self, card: CardParts) -> Upsert | Exception:
        """Return the operation that makes a card a contact, or why there is none."""
        if not card.is_complete:
            return UnreadableCard("The card has no END:VCARD.")
        try:
            changes = take_card(card, self.book.schema)
        except Refused as refusal:
            return refusal
        return replace(changes.creation(), needs=FN)

    def results(
        self, cards: Sequence[CardParts], wanted: Sequence[Upsert | Exception]
    ) -> list[JSONObject]:
        """Perform the operations that there are and return a result for each card."""
        good = [operation for operation in wanted if isinstance(operation, Upsert)]
        outcomes = iter(self.book.write_good(good) if good else [])
        ends = [next(outcomes) if isinstance(w, Upsert) else w for w in wanted]
        made = [self.saved(end) for end in ends]
        rows = [row for row in made if row]
        shown = {
            contact["id"]: contact
            for contact in inkbox_contacts_of(self.book, rows, are_written=True)
        }
        results: list[JSONObject] = [
            {"status": "created", "contact": shown[str(row.id)]}
            if row
            else {"status": "error", "error": self.why(end)}
            for row, end in zip(made, ends, strict=True)
        ]
        return [
            {"index": index, **result, **remarks_on(card)}
            for index, (card, result) in enumerate(zip(cards, results, strict=True))
        ]

    def saved(self, end: Outcome | Exception) -> RecordRow | None:
        """Return the record that a card was made, if it was."""
        if isinstance(end, Outcome) and end.record:
            return self.book.saved(end.record)
        return None

    def why(self, end: Outcome | Exception) -> str:
        """Return what was wrong with a card."""
        if isinstance(end, Outcome):
            refusals = [("", refusal) for refusal in end.refusals]
        elif isinstance(end, Refused):
            refusals = end.refusals
        else:
            assert isinstance(end, Refusal)
            refusals = [("", end)]
        problems = (p for at, refusal in refusals for p in self.problems(at, refusal))
        return "; ".join(dict.fromkeys(sentence_of(problem) for problem in problems))


class Export(InkboxContactDoor):
    """One contact as a card."""

    def get(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer the card as a file."""
        Parameters(request)
        shown = inkbox_contact_of(self.book, self.book.one(contact))
        name = file_name(shown)
        plain = name.encode("ascii", "replace").decode().replace("?", "_")
        disposition = f'attachment; filename="{plain}"'
        if plain != name:
            disposition += f"; filename*=UTF-8''{quote(name)}"
        return HttpResponse(
            write_card(shown),
            content_type=f"{VCARD}; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )


class BulkExport(InkboxContactDoor):
    """Several contacts as cards, in one text."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer the cards in the order of the ids."""
        ids = read_ids(self.read_object(request), most=MOST_EXPORTED)
        found = inkbox_contacts_of(self.book, self.book.some(ids))
        if len(found) < len(set(ids)):
            raise NoSuchRecord("One of the contacts does not exist.")
        cards: JSON = "".join(write_card(contact) for contact in found)
        return self.answer(
            {"content_type": VCARD, "contact_count": len(found), "vcard": cards}
        )


def read_file(request: HttpRequest, country: str | None) -> list[CardParts]:
    """Return what the cards in the body of a request say.

    Raises:
        TooLarge: if it is larger than it may be. Then it has not been read.
        UnsupportedMediaType: if it is not cards by its media type.
        UnreadableCard: if no card in it goes from BEGIN to END.
    """
    if content_length(request) > LARGEST:
        raise TooLarge(f"Send at most {LARGEST:,} bytes.")
    media_type = read_media_type(request.META.get("CONTENT_TYPE", ""))
    if media_type.name not in VCARDS:
        raise UnsupportedMediaType({"Content-Type": f"Send {VCARD}."})
    body = read_body(request, LARGEST)
    cards = read_cards(body, media_type.parameters.get("charset"), country)
    found = list(islice(cards, MOST_CARDS + 1))
    if not any(card.is_complete for card in found):
        raise UnreadableCard("There is no complete card from BEGIN to END.")
    if len(found) > MOST_CARDS:
        raise TooLarge(f"Send at most {MOST_CARDS:,} cards.")
    return found

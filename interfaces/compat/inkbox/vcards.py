"""``/contacts/import`` and the like: contacts come and go as vCards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from crm.errors import Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.negotiation import UnsupportedMediaType, read_media_type
from crm.jsonapi.parsing import TooLarge, read_body
from interfaces.compat.inkbox.contact import CONTACT, FN, inkbox_contacts_of
from interfaces.compat.inkbox.contacts import InkboxContactDoor, read_ids
from interfaces.compat.inkbox.door import sentence_of
from interfaces.compat.inkbox.vcard_reader import UnreadableCard, read_card, split_cards
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


class NotText(Refusal):
    """The body is not UTF-8."""

    status = 400
    code = "not_utf8"
    title = "Not UTF-8"
    source = None


class Import(InkboxContactDoor):
    """Cards to be made contacts."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the good ones and answer what became of each."""
        cards, rest = split_cards(read_cards(request))
        if not cards:
            raise UnreadableCard("There is no complete card from BEGIN to END.")
        if len(cards) > MOST_CARDS:
            raise TooLarge(f"Send at most {MOST_CARDS:,} cards.")
        results = self.results([self.creation(card) for card in cards])
        if rest.strip():
            results.append(failure(len(cards), "The card has no END:VCARD."))
        created = sum("contact" in result for result in results)
        return self.answer(
            {
                "created_count": created,
                "error_count": len(results) - created,
                "results": results,
            }
        )

    def creation(self, card: str) -> Upsert | Exception:
        """Return the operation that makes a card a contact, or why there is none."""
        try:
            changes = CONTACT.take(read_card(card), self.book.schema)
        except (Refusal, Refused) as refusal:
            return refusal
        return replace(changes.creation(), needs=FN)

    def results(self, wanted: Sequence[Upsert | Exception]) -> list[JSONObject]:
        """Perform the operations that there are and return a result for each card."""
        good = [operation for operation in wanted if isinstance(operation, Upsert)]
        outcomes = iter(self.book.write_good(good) if good else [])
        ends = [next(outcomes) if isinstance(w, Upsert) else w for w in wanted]
        made = [self.saved(end) for end in ends]
        shown = {
            contact["id"]: contact
            for contact in inkbox_contacts_of(self.book, [row for row in made if row])
        }
        return [
            {"index": index, "status": "created", "contact": shown[str(row.id)]}
            if row
            else failure(index, self.why(end))
            for index, (row, end) in enumerate(zip(made, ends, strict=True))
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
        (shown,) = inkbox_contacts_of(self.book, [self.book.one(contact)])
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


def read_cards(request: HttpRequest) -> str:
    """Return the text in the body of a request.

    Raises:
        TooLarge: if it is larger than it may be. Then it has not been read.
        UnsupportedMediaType: if it is not cards by its media type.
        NotText: if it is not UTF-8.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise TooLarge(f"Send at most {LARGEST:,} bytes.")
    if read_media_type(request.META.get("CONTENT_TYPE", "")).name not in VCARDS:
        raise UnsupportedMediaType({"Content-Type": f"Send {VCARD}."})
    try:
        return read_body(request, LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText("The body is not UTF-8.") from error


def failure(index: int, why: str) -> JSONObject:
    """Return the result of a card that could not be made a contact."""
    return {"index": index, "status": "error", "error": why}

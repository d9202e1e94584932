"""``/contacts/{id}/merge``: contacts go into another one."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from crm.errors import NotAllowed
from crm.json_types import JSON, JSONObject
from interfaces.compat.inkbox.contact import CONTACT
from interfaces.compat.inkbox.contacts import InkboxContactDoor, read_uuid
from objects.field_types.base import InvalidValue
from records.writing.mergers import merge_records
from records.writing.merges import MOST_LOSERS, Loser, Merge

LOSERS, SOURCES = "losing_contact_ids", "field_sources"
SLUGS = {one.name: one.slug for one in CONTACT.properties if one.is_written}
"""The fields of a person by the members of a contact."""


class ContactMerge(InkboxContactDoor):
    """What lets contacts go into that of the address."""

    def place(self, pointer: str) -> str:
        _, member, *steps = pointer.split("/") if pointer else ("", "")
        names = {slug: name for name, slug in SLUGS.items()}
        if member != SOURCES or not steps:
            return pointer
        return f"/{SOURCES}/{names.get(steps[0], steps[0])}"

    def post(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer 200 with the survivor."""
        if not self.actor.is_admin:
            raise NotAllowed("Only an admin key may merge contacts.")
        body = self.read_object(request)
        if unknown := body.keys() - {LOSERS, SOURCES}:
            raise InvalidValue({f"/{min(unknown)}": "There is no such field."})
        survivor = self.book.identify(contact)
        losers = self.losers(body.get(LOSERS))
        if str(survivor) in {loser.id for loser in losers}:
            raise InvalidValue({f"/{LOSERS}": "A contact cannot go into itself."})
        merge = Merge(
            self.book.schema.slug,
            id=str(survivor),
            losers=losers,
            picks=picks_in(body),
            picks_at=f"/{SOURCES}",
        )
        outcome = merge_records(actor=self.actor, merge=merge)
        assert outcome.record is not None
        return self.show_written(self.book.saved(outcome.record))

    def losers(self, value: JSON) -> tuple[Loser, ...]:
        """Return the contacts that are to go.

        Raises:
            InvalidValue: if there are none, too many, or something else.
        """
        at = f"/{LOSERS}"
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_LOSERS:
            raise InvalidValue({at: f"Send 1 to {MOST_LOSERS} ids."})
        ids = [str(read_uuid(one, f"{at}/{n}")) for n, one in enumerate(value)]
        if len(set(ids)) < len(ids):
            raise InvalidValue({at: "Name each contact once."})
        return tuple(Loser(one, f"{at}/{n}") for n, one in enumerate(ids))


def picks_in(body: JSONObject) -> Mapping[str, str]:
    """Return from which contact each field is to come, by the field of a person.

    Raises:
        InvalidValue: if a member is none of a contact, or the source no id.
    """
    sources = body.get(SOURCES) or {}
    if not isinstance(sources, dict):
        raise InvalidValue({f"/{SOURCES}": "Send an object."})
    for name in sources:
        if name not in SLUGS:
            raise InvalidValue({f"/{SOURCES}/{name}": "There is no such field."})
    return {
        SLUGS[name]: str(read_uuid(source, f"/{SOURCES}/{name}"))
        for name, source in sources.items()
    }

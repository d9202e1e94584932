"""``/records/access``: who may see many records, changed at once."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import MalformedDocument
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import JSONAPI_OBJECT, Reader, escape
from crm.jsonapi.queries import Place
from interfaces.api.records.bodies import read_ids
from interfaces.api.records.view import ObjectViewSet
from interfaces.api.records.viewers import read_viewers
from records.access.chosen import ChosenRecords, MatchingRecords, NamedRecords
from records.access.many import AccessChange, How, change_access

CHOICES = ("items", "filter")
"""What says which records are meant."""
FILTER = Place("/filter", is_parameter=False)


class AccessChangeViewSet(ObjectViewSet):
    """Changes of access, for records of the object type in the address."""

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer how many records are meant, and how many are seen otherwise now."""
        self.parameters.only()
        document = self.document
        check_members(document)
        change = read_change(document)
        listing = self.records.listing(FILTER)
        with listing.advice():
            done = change_access(
                actor=self.actor,
                schema=self.record_schema,
                chosen=self.chosen(document),
                change=change,
            )
        meta = {"records": done.records, "changed": done.changed}
        return Response({"jsonapi": JSONAPI_OBJECT, "meta": meta})

    def chosen(self, document: JSONObject) -> ChosenRecords:
        """Return the records that a document means.

        Raises:
            Refusal: if they are not named as they can be.
        """
        most = self.workspace.bulk_limit
        if "items" in document:
            return NamedRecords(read_ids(document, most), "/items")
        condition = self.records.filters.of_document(document["filter"], FILTER)
        return MatchingRecords(condition, "/filter", most)


def check_members(document: JSONObject) -> None:
    """Refuse a document that does not say which records, and one change of access.

    Raises:
        MalformedDocument: if it does not.
    """
    unknown = document.keys() - {*CHOICES, *How}
    if unknown:
        valid = ", ".join([*CHOICES, *How])
        raise MalformedDocument({f"/{escape(n)}": f"Use {valid}." for n in unknown})
    for names in (CHOICES, tuple(How)):
        if len(document.keys() & set(names)) != 1:
            raise MalformedDocument(f"Send one of {', '.join(names)}.")


def read_change(document: JSONObject) -> AccessChange:
    """Return what a document wants to change.

    Raises:
        MalformedDocument: if it does not name agents as they can be.
    """
    (how,) = (how for how in How if how in document)
    reader = Reader()
    value: JSON = document[how]
    viewers = read_viewers(reader, value, f"/{how}")
    if how != How.SET and not viewers.agents:
        reader.problems.setdefault(f"/{how}", "Name one agent or more.")
    reader.finish()
    return AccessChange(how, viewers.agents)

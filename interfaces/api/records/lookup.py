"""``/records/lookup``: which records some addresses, numbers, domains or names mean."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Reader
from crm.models import Scope
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.records.bodies import check_count
from interfaces.api.records.view import ObjectViewSet
from objects.field_types.text import SURROGATE
from records.ids import encode_id
from records.reading.lookup import Wanted, find_holders, readings_of

MOST_ITEMS = 500
MOST_MATCHES = 25


class LookupViewSet(ObjectViewSet):
    """Records of the type in the address, by how they are known."""

    scopes = {"POST": Scope.READ}

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer the records, and which of them each item means and why."""
        self.parameters.only(*ONE_PARAMETERS)
        schema = self.record_schema
        selection = self.selection(self.parameters, schema)
        texts = read_items(self.document)
        readings = [readings_of(schema, text) for text in texts]
        wanted = [one for several in readings for one in several]
        holders = iter(find_holders(self.actor, wanted, most=MOST_MATCHES))
        matches = [[(one, next(holders)) for one in several] for several in readings]
        ids = [i for found in matches for _, held in found for i in held]
        unique = list(dict.fromkeys(ids))
        fields = selection.fields(schema)
        rows = {row.id: row for row in self.records.get(unique, fields)}
        seen = [rows[record_id] for record_id in unique if record_id in rows]
        document = self.compose(schema, seen, selection)
        document["meta"] = {
            "results": [
                {"index": index, "value": text, "matches": self.why(found)}
                for index, (text, found) in enumerate(zip(texts, matches, strict=True))
            ]
        }
        return Response(document)

    def why(self, found: list[tuple[Wanted, list[UUID]]]) -> list[JSON]:
        """Return the records that an item means, each with the fields that say so."""
        fields: dict[UUID, list[JSON]] = {}
        for wanted, holders in found:
            for record_id in holders:
                fields.setdefault(record_id, []).append(wanted.field.slug)
        prefix = self.record_schema.prefix
        return [
            {"id": encode_id(prefix, record_id), "fields": slugs}
            for record_id, slugs in fields.items()
        ]


def read_items(document: JSONObject) -> list[str]:
    """Return the items of a document: ``{"items": ["ada@example.com", ...]}``.

    Raises:
        MalformedDocument: if the document is not such a one.
        TooManyRows: if there are too many, or none.
    """
    reader = Reader()
    items = reader.array(reader.member(document, "items", ""), "/items")
    for index, item in enumerate(items):
        if not isinstance(item, str) or not item.strip():
            reader.problems[f"/items/{index}"] = "Give text that is not empty."
        elif SURROGATE.search(item):
            why = "A surrogate on its own is not a character."
            reader.problems[f"/items/{index}"] = why
    for name in document.keys() - {"items"}:
        reader.problems[f"/{name}"] = "Nothing of this name can be said here."
    reader.finish()
    check_count(items, "/items", MOST_ITEMS)
    return [str(item).strip() for item in items]

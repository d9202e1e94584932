"""``/records/{id}/history``: what happened to one record, the last first."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from interfaces.api.records.changes import JournalViewSet, read_size
from records.ids import decode_id
from records.journal.conditions import OF_ONE_RECORD, AskedReader
from records.journal.cursors import find_place
from records.journal.history import History
from records.writing.operations import NoSuchRecord


class HistoryViewSet(JournalViewSet):
    """The changes of the record in the address, which may be gone."""

    def list(self, request: Request, object: str, id: str, **kwargs: str) -> Response:
        """Answer the last changes, or those before a place."""
        self.parameters.only("page", "filter", "fields", "include")
        head, schema = self.journal, self.catalog.schema(object)
        record = decode_id(schema.prefix, id)
        if record is None:
            raise NoSuchRecord()
        asked = AskedReader(self.actor, self.catalog, head)
        size, conditions = (
            read_size(self.parameters),
            asked.read(self.parameters, OF_ONE_RECORD),
        )
        history = History(self.actor, self.catalog, head, schema, record, conditions)
        selection = self.selected()
        page = history.read(self.place_before(find_place, "change"), size)
        if not page.changes and not history.is_there():
            raise NoSuchRecord()
        return self.answer_changes(page, size, selection)

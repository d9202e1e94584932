"""From documents that ask to put something back to what is asked."""

from __future__ import annotations

from enum import StrEnum

from crm.json_types import JSONObject
from crm.jsonapi.documents import read_resource
from crm.jsonapi.strict_documents import StrictReader
from interfaces.api.records.bodies import linkages_of
from objects.schema import Schema
from records.writing.operations import Mode
from records.writing.reversals import OnConflict, Restore
from records.writing.undo import Undo
from records.writing.undo_entries import Only

MODES = (Mode.ATOMIC, Mode.DRY_RUN)


def read_restore(
    document: JSONObject, schema: Schema, record: str
) -> tuple[Restore, Mode]:
    """Return how a document asks to let the record of the address come back.

    Raises:
        MalformedDocument: if it is not such a document.
    """
    reader = StrictReader()
    reader.unknown(document, "", "data", "meta", "jsonapi", "links")
    meta = reader.meta(document, "on_conflict", "mode")
    on_conflict = reader.chosen(meta, "on_conflict", *OnConflict)
    mode = reader.chosen(meta, "mode", *MODES)
    data = reader.object(document.get("data", {}), "/data")
    reader.finish()
    resource = read_resource({"data": {"type": schema.slug, **data}})
    restore = Restore(
        schema.slug,
        at="/data",
        type=resource.type,
        attributes=resource.attributes,
        relationships=linkages_of(resource),
        id=record,
        sent_id=resource.id,
        on_conflict=on_conflict,
    )
    return restore, mode


class Conflict(StrEnum):
    """What happens to what somebody has changed since, in the words of clients."""

    REFUSE = "refuse"
    SKIP = "skip"


def read_undo(document: JSONObject, change: str) -> Undo:
    """Return how a document asks to undo the change of the address.

    Raises:
        MalformedDocument: if it is not such a document.
    """
    reader = StrictReader()
    reader.unknown(document, "", "meta", "jsonapi", "links")
    meta = reader.meta(document, "only", "on_conflict", "mode")
    only = reader.chosen(meta, "only", *Only)
    is_lenient = reader.chosen(meta, "on_conflict", *Conflict) == Conflict.SKIP
    is_tried = reader.chosen(meta, "mode", *MODES) == Mode.DRY_RUN
    reader.finish()
    on_conflict = OnConflict.DROP if is_lenient else OnConflict.REFUSE
    return Undo(change, only, on_conflict, is_tried)

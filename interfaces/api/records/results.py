"""From outcomes of writes to response documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crm.json_types import JSON, JSONObject
from crm.jsonapi.errors import error_objects
from records.ids import encode_id
from records.resources.addresses import Addresses
from records.resources.records import Resources
from records.writing.operations import Operation
from records.writing.outcomes import Outcome, Result, SavedRecord, row_of_saved


def results(
    operations: Sequence[Operation], outcomes: Iterable[Outcome], request_id: str
) -> JSONObject:
    """Return what became of each row, for ``meta``."""
    pairs = enumerate(zip(operations, outcomes, strict=True))
    rows: list[JSON] = [
        {
            "index": index,
            "outcome": outcome.result.value,
            **details(operation, outcome, request_id),
        }
        for index, (operation, outcome) in pairs
    ]
    return {"results": rows}


def details(operation: Operation, outcome: Outcome, request_id: str) -> JSONObject:
    """Return the id of a row's record, or why the row was refused."""
    if outcome.result == Result.REFUSED:
        errors: list[JSON] = [
            error
            for refusal in outcome.refusals
            for error in error_objects(refusal, operation.at, request_id)
        ]
        return {"errors": errors}
    record = outcome.record
    return {"id": encode_id(record.schema.prefix, record.id)} if record else {}


def resource_of_saved(record: SavedRecord, addresses: Addresses) -> dict[str, object]:
    """Return the resource of a record that was just written, with nothing besides."""
    resources = Resources(record.schema, addresses.records(record.schema))
    return resources.resource(row_of_saved(record, None), {})

"""From documents that ask to erase a record to what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from crm.errors import (
    InvalidValue,
    MalformedDocument,
    Refusal,
    Refused,
    Required,
    UnknownField,
)
from crm.json_types import JSONObject
from crm.jsonapi.documents import (
    ClientId,
    Identifier,
    ResourceObject,
    TypeMismatch,
    escape,
    read_resource,
)
from crm.jsonapi.strict_documents import StrictReader
from crm.nearest import quoted
from records.erasing.erasures import Wish

TYPE = "erasure"
RECORD = "/data/relationships/record"
REASON = "/data/attributes/reason"
MOST_REASON = 1000


def read_wish(document: JSONObject) -> Wish:
    """Return which record a document asks to erase, and why.

    Raises:
        MalformedDocument: if it is not such a document.
        Refused: with all that is wrong with it.
    """
    reader = StrictReader()
    reader.unknown(document, "", "data", "meta", "jsonapi", "links")
    reader.meta(document)
    reader.finish()
    resource = read_resource(document)
    refusals = [*refusals_of(resource)]
    if refusals:
        raise Refused([("", refusal) for refusal in refusals])
    record = resource.relationships["record"]
    assert isinstance(record, Identifier)
    reason = (resource.attributes or {}).get("reason") or ""
    return Wish(record.type, str(record.id), str(reason))


def refusals_of(resource: ResourceObject) -> Iterator[Refusal]:
    """Yield what is wrong with a resource that asks for an erasure."""
    if resource.type != TYPE:
        yield TypeMismatch({"/data/type": f"The type must be {TYPE!r}."})
    if resource.id is not None:
        yield ClientId({"/data/id": "Ids are made here."})
    yield from unknown_members(resource)
    reason = (resource.attributes or {}).get("reason")
    if not isinstance(reason, str | None) or len(reason or "") > MOST_REASON:
        why = f"Say in {MOST_REASON:,} characters at most why, or nothing."
        yield InvalidValue({REASON: why})
    record = resource.relationships.get("record")
    if "record" not in resource.relationships:
        yield Required({RECORD: "Name the record that is to be erased."})
    elif not isinstance(record, Identifier) or record.id is None:
        yield MalformedDocument({f"{RECORD}/data": "Name one record by its id."})


def unknown_members(resource: ResourceObject) -> Iterator[Refusal]:
    """Yield a refusal for each member of a resource that nobody can set."""
    for name in resource.attributes or {}:
        if name != "reason":
            place = f"/data/attributes/{escape(name)}"
            yield UnknownField({place: f"There is no {quoted(name)} to set."})
    for name in resource.relationships:
        if name != "record":
            place = f"/data/relationships/{escape(name)}"
            yield UnknownField({place: f"There is no {quoted(name)} to set."})

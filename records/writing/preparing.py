"""Making rows of operations: which record is meant, and its values cleaned."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from uuid_utils.compat import uuid7

from crm.errors import Refusal
from crm.jsonapi.documents import ClientId, IdMismatch, escape
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import SYSTEM_FIELDS
from objects.spreading import spread_names
from records.ids import decode_id
from records.writing.drafts import unique_fields
from records.writing.merges import Merge
from records.writing.operations import (
    Delete,
    Operation,
    Strategy,
    Update,
    Upsert,
    Write,
)
from records.writing.preparing_links import (
    prepare_agent,
    prepare_relationships,
    prepare_target,
    soft_match,
)
from records.writing.preparing_merges import prepare_merge
from records.writing.preparing_reversals import prepare_reversal
from records.writing.reversals import Restore, Revert, SetAccess
from records.writing.rows import Key, Row


def prepare(operation: Operation, catalog: Catalog) -> Row:
    """Return an operation as a row, with all that is wrong with it by itself.

    Raises:
        NoSuchObject: if the object type does not exist.
    """
    schema = catalog.schema(operation.object)
    row = Row(operation, schema, uuid7())
    row.check_type(operation.type, "/type")
    match operation:
        case Upsert():
            prepare_upsert(row, operation)
        case Update() | Delete() | Restore() | Revert() | SetAccess() | Merge():
            prepare_name(row, operation, catalog)
    if isinstance(operation, Write):
        prepare_values(row, operation, catalog)
    if isinstance(operation, Merge):
        prepare_merge(row, operation)
    prepare_reversal(row, operation)
    return row


def prepare_upsert(row: Row, operation: Upsert) -> None:
    """Check what only a new record has."""
    if operation.sent_id is not None:
        row.refusals.append(ClientId({"/id": "Ids are made here; send none."}))
    for name, change in operation.initial.items():
        at = change.at or f"/relationships/{escape(name)}/data"
        prepare_agent(row, row.schema.slug_of(name), change, at, is_initial=True)
    for name, value in operation.soft_matches or ():
        with suppress(Refusal):  # The attributes have it too, and say what is wrong.
            row.soft_matches.append(
                soft_match(row.schema.fields[row.schema.slug_of(name)], value)
            )


def sent_id_of(operation: Operation) -> str | None:
    """Return the id in the body, where the address has one too."""
    if isinstance(operation, Update | Delete | Restore):
        return operation.sent_id
    return None


def prepare_name(
    row: Row,
    operation: Update | Delete | Restore | Revert | SetAccess | Merge,
    catalog: Catalog,
) -> None:
    """Find out which record is meant, by its id or by what else names it."""
    if not isinstance(operation, Update | Delete) or operation.named is None:
        prepare_id(row, operation.id, sent_id_of(operation))
        return
    try:
        row.named = prepare_target(
            operation.named, catalog.schema(operation.object), ""
        )
    except Refusal as refusal:
        row.refusals.append(refusal.moved_to(operation.named_at or operation.at))


def prepare_id(row: Row, name: str, sent: str | None) -> None:
    """Find out which record an id means."""
    record_id = decode_id(row.schema.prefix, name)
    if record_id is None:
        return  # The row keeps an id that no record has, so it will not be found.
    row.id = record_id
    if sent is not None and decode_id(row.schema.prefix, sent) != record_id:
        row.refusals.append(IdMismatch({"/id": "The address has another id."}))


def prepare_values(row: Row, operation: Write, catalog: Catalog) -> None:
    """Clean the attributes and take the relationships apart."""
    attributes = dict(operation.attributes or {})
    if isinstance(operation, Update):
        kept = attributes.keys() & set(SYSTEM_FIELDS)
        row.system = {name: attributes.pop(name) for name in kept}
    spread = spread_names(row.schema, attributes)
    if spread.places:
        row.operation = replace(operation, attributes=spread.attributes)
        row.places = spread.places
    row.values, refusals = row.schema.clean(spread.attributes, spread.places)
    row.defaults, others = row.schema.clean(operation.defaults)
    row.refusals += spread.refusals + refusals + others
    row.strategies = {
        row.schema.slug_of(name): how for name, how in operation.strategies.items()
    }
    row.keys = wanted_keys(row)
    if operation.relationships:
        prepare_relationships(row, operation.relationships, catalog)


def wanted_keys(row: Row) -> dict[Key, Field]:
    """Return the unique values that a row wants to be its record's own."""
    wanted = {
        slug: value
        for slug, value in row.values.items()
        if row.strategies.get(slug) != Strategy.REMOVE
    }
    return unique_fields(row.schema, wanted)

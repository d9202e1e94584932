"""Backfill the narrow tables for a field that is made unique, indexed or searchable.

Writers keep up from the start with what the field shall be; readers rely on it only
when all records are through. They go through in batches, each alone in the workspace
for a moment, so that nobody waits for all of them. How far it is stands in
``Field.backfill``; who asks again for the same goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID

from crm.authentication import Actor
from crm.errors import Refusal, ValueTaken
from crm.json_types import JSON
from crm.sql import query
from objects.catalog import Catalog, load_catalog
from objects.models import Field
from records.ids import encode_id
from records.schema_changes.changes import SchemaChange, alone, change_schemas
from records.schema_changes.options import replace_options
from records.writing.drafts import Draft, keys_of, lock_records

BATCH = 2000
"""Records in one step; about a tenth of a second's work."""

MOST_OFFENDERS = 100
"""How many records a refusal names."""

NEXT = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND id > %(after)s::uuid
ORDER BY id LIMIT %(many)s
"""
FIRST = "00000000-0000-0000-0000-000000000000"

CLAIM = """
INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
SELECT %(workspace)s, %(field)s, wanted.*
FROM unnest(%(keys)s::text[], %(records)s::uuid[]) AS wanted
ON CONFLICT DO NOTHING
RETURNING key, record_id
"""
HELD = """
SELECT key, record_id FROM records_uniquevalue
WHERE workspace_id = %(workspace)s AND field_id = %(field)s AND key = ANY(%(keys)s)
"""

SEARCH = """
UPDATE records_record record SET search = fresh.search
FROM unnest(%(ids)s::uuid[], %(searches)s::text[]) AS fresh (id, search)
WHERE record.workspace_id = %(workspace)s AND record.id = fresh.id
  AND record.search <> fresh.search
"""

INDEX = """
INSERT INTO records_indexedvalue (workspace_id, field_id, record_id, key)
SELECT %(workspace)s, %(field)s, value.*
FROM unnest(%(records)s::uuid[], %(keys)s::text[]) AS value
ON CONFLICT (workspace_id, record_id, field_id) DO UPDATE SET key = excluded.key
"""

PURGE = (
    "DELETE FROM {table} WHERE workspace_id = %(workspace)s AND field_id = %(field)s"
)
TABLES = {"unique": "records_uniquevalue", "indexed": "records_indexedvalue"}


@dataclass
class Backfill:
    """What is to be filled for a field, and how far it is."""

    flags: list[str]
    """What the field will be in the end."""
    work: list[str]
    """What is to be written: unique values, indexed ones, searchable text."""
    replace: dict[str, str | None]
    """What is to become of options on records before; null for those that go."""
    total: int
    """How many records the type had when it began."""
    done: int = 0
    after: str = FIRST
    """The last record that is through."""
    replaced: int = 0
    """How many records lost an option, or got another."""
    offenders: list[str] = field(default_factory=list)
    """Ids of records that stand in the way."""


def finish_backfill(actor: Actor, field_id: UUID, at: str = "") -> int:
    """Take all records through, and let readers rely on it.

    ``at`` is where a refusal points. Return how many records lost an option, or got
    another.

    Raises:
        ValueTaken: if records share values of a field that is to be unique. The field
            is as it was.
    """
    if not Field.objects.filter(pk=field_id).exclude(backfill={}).exists():
        return 0
    while fill_batch(actor, field_id):
        pass
    with change_schemas(actor) as change:
        field_ = Field.objects.select_related("object_type").filter(pk=field_id).first()
        if field_ is None or not field_.backfill:
            return 0
        backfill = Backfill(**field_.backfill)
        settle(change, field_, backfill)
    if backfill.offenders:
        finish_backfill(actor, field_id)
        raise shared_values(field_, backfill.offenders, at)
    return backfill.replaced


def settle(change: SchemaChange, field_: Field, backfill: Backfill) -> None:
    """Make a field what it was to be, or what it was if records stand in the way."""
    field_.backfill = {}
    if not backfill.offenders:
        switch_on(change, field_, backfill.flags)
    else:
        purge(field_, backfill.flags)
        if "searchable" in backfill.work:
            field_.backfill = asdict(Backfill([], ["searchable"], {}, backfill.total))
    field_.save()


def switch_on(change: SchemaChange, field_: Field, flags: Collection[str]) -> None:
    """Note that a field is what it was to be."""
    for flag in flags:
        setattr(field_, flag, True)
    if flags:
        before: JSON = dict.fromkeys(flags, False)
        after: JSON = dict.fromkeys(flags, True)
        change.note_field(field_, before, after)


def fill_batch(actor: Actor, field_id: UUID) -> bool:
    """Take some more records through. Return whether there may be others."""
    with alone(actor.workspace.id):
        field_ = Field.objects.select_related("object_type").filter(pk=field_id).first()
        if field_ is None or not field_.backfill:
            return False
        backfill = Backfill(**field_.backfill)
        is_done = (
            not replace_some(actor, field_, backfill)
            if backfill.replace
            else not fill_some(field_, backfill)
        )
        field_.backfill = asdict(backfill)
        field_.save(update_fields=["backfill"])
    return not is_done


def replace_some(actor: Actor, field_: Field, backfill: Backfill) -> bool:
    """Replace options on some records. Return whether there is more to do."""
    changed = replace_options(actor, field_, backfill.replace)
    backfill.replaced += changed
    if not changed:
        backfill.replace = {}
    return bool(changed or backfill.work)


def fill_some(field_: Field, backfill: Backfill) -> bool:
    """Fill for some records. Return whether there may be others."""
    if not backfill.work:
        return False
    catalog = load_catalog(field_.object_type.workspace)
    drafts = next_drafts(catalog, field_.object_type_id, backfill.after)
    fill(field_, drafts, backfill)
    return bool(drafts) and len(backfill.offenders) < MOST_OFFENDERS


def next_drafts(catalog: Catalog, object_type: UUID, after: str) -> list[Draft]:
    """Return the records of a type behind another, locked."""
    workspace = catalog.workspace_id
    rows = query(NEXT, workspace=workspace, type=object_type, after=after, many=BATCH)
    ids = [record_id for (record_id,) in rows]
    return lock_records(workspace, catalog, ids) if ids else []


def fill(field_: Field, drafts: Sequence[Draft], backfill: Backfill) -> None:
    """Write the rows and the search text of some records for a field."""
    if not drafts:
        return
    workspace = field_.object_type.workspace_id
    ids = [draft.id for draft in drafts]
    if "unique" in backfill.work:
        backfill.offenders += claim(field_, drafts)
    if "indexed" in backfill.work:
        keys = [draft.sort_key(field_.slug) for draft in drafts]
        query(INDEX, workspace=workspace, field=field_.id, records=ids, keys=keys)
    if "searchable" in backfill.work:
        texts = [draft.search_text() for draft in drafts]
        query(SEARCH, workspace=workspace, ids=ids, searches=texts)
    backfill.after = str(drafts[-1].id)
    backfill.done += len(drafts)


def claim(field_: Field, drafts: Sequence[Draft]) -> list[str]:
    """Claim the values of records, and return the ids of those that share one."""
    pairs = [
        (key, draft.id)
        for draft in drafts
        for key in dict.fromkeys(keys_of(field_, draft.attributes.get(field_.slug)))
    ]
    owner = {"workspace": field_.object_type.workspace_id, "field": field_.id}
    keys, records = ([pair[place] for pair in pairs] for place in (0, 1))
    claimed = set(query(CLAIM, **owner, keys=keys, records=records))
    lost = [pair for pair in pairs if pair not in claimed]
    keys = [key for key, _ in lost]
    holders: dict[str, UUID] = dict(query(HELD, **owner, keys=keys) if lost else ())
    shared = [
        record_id
        for key, record in lost
        if holders[key] != record
        for record_id in (holders[key], record)
    ]
    prefix = field_.object_type.prefix
    return [encode_id(prefix, record_id) for record_id in dict.fromkeys(shared)]


def shared_values(field_: Field, offenders: Sequence[str], at: str) -> Refusal:
    """Return the refusal to make a field unique whose values records share."""
    ids: list[JSON] = list(dict.fromkeys(offenders))
    why = f"Records share values of {field_.slug}. Change them first."
    return ValueTaken({at: why}, meta={"matches": ids[:MOST_OFFENDERS]})


def purge(field_: Field, flags: Collection[str]) -> None:
    """Remove the rows of a field from the narrow tables."""
    workspace = field_.object_type.workspace_id
    for flag in TABLES.keys() & set(flags):
        query(PURGE.format(table=TABLES[flag]), workspace=workspace, field=field_.id)

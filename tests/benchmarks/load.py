"""Fills workspaces by COPY, with as many people as large customers have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from crm.json_types import JSONObject
from crm.jsonapi.rendering import dumps
from crm.models import Workspace
from crm.sql import query
from objects.catalog import Catalog
from objects.schema import Schema
from records.writing.drafts import Draft, unique_keys

START = datetime(2024, 1, 1, tzinfo=UTC)
TITLES = ("Engineer", "VP of Sales", "Founder", "Account Executive", "Buyer")
CHUNK = 10_000

INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename LIKE 'records\\_%%'
  AND indexname NOT LIKE '%%pkey'
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text LIKE 'records\\_%%'
"""


def person(number: int) -> JSONObject:
    """Return the attributes of the person of a number."""
    surname = "Quetzalcoatl" if number == 777 else "Müller"
    return {
        "name": f"Person {number:07d} {surname}",
        "first_name": "Person",
        "last_name": f"Müller {number % 5000}",
        "email_addresses": {"items": [f"person{number}@example{number % 997}.com"]},
        "title": TITLES[number % len(TITLES)],
        "company_name": f"Company {number % 9973}",
        "tags": {
            "items": ["customer" if number % 100 else "vip", f"batch {number // 10}"]
        },
        "deal_value": number % 100_000,
        "last_contacted_at": f"2025-{number % 12 + 1:02d}-01T00:00:00.000Z",
    }


def company(number: int) -> JSONObject:
    """Return the attributes of the company of a number."""
    return {
        "name": f"Company {number}",
        "domains": {"items": [f"company{number}.example"]},
    }


def load_workspace(workspace: Workspace, many: int) -> None:
    """Load people, a company for every hundred of them, and the links between."""
    people = load(workspace, "person", person, many)
    companies = load(workspace, "company", company, max(many // 100, 10))
    catalog = Catalog.of(workspace)
    field = catalog.schema("person").relationships["companies"].field_id
    copy(
        "records_link (workspace_id, field_id, source_id, target_id, position)",
        (
            tab(workspace.id, field, one, companies[number % len(companies)], number)
            for number, one in enumerate(people)
        ),
    )
    counts = {
        str(catalog.schema("person").id): len(people),
        str(catalog.schema("company").id): len(companies),
    }
    query(
        "INSERT INTO records_journalhead (workspace_id, last_seq, counts) "
        "VALUES (%(workspace)s, 0, %(counts)s)",
        workspace=workspace.id,
        counts=dumps(counts).decode(),
    )


def load(
    workspace: Workspace, type_: str, make: Callable[[int], JSONObject], many: int
) -> list[UUID]:
    """Load records of one type and all that belongs to them, and return their ids."""
    ids: list[UUID] = []
    schema = Catalog.of(workspace).schema(type_)
    for first in range(0, many, CHUNK):
        numbers = range(first, min(first + CHUNK, many))
        drafts = make_drafts(schema, make, numbers)
        ids += [draft.id for draft in drafts]
        copy(RECORDS, (record_line(workspace, draft) for draft in drafts))
        copy(
            UNIQUE,
            (line for draft in drafts for line in unique_lines(workspace, draft)),
        )
        copy(
            INDEXED,
            (line for draft in drafts for line in index_lines(workspace, draft)),
        )
    return ids


RECORDS = (
    "records_record (workspace_id, id, object_type_id, attributes, folded, details, "
    "search, version, created_at, created_by, updated_at, updated_by)"
)
UNIQUE = "records_uniquevalue (workspace_id, field_id, key, record_id)"
INDEXED = "records_indexedvalue (workspace_id, record_id, field_id, key)"


def make_drafts(
    schema: Schema, make: Callable[[int], JSONObject], numbers: Sequence[int]
) -> list[Draft]:
    """Return records as the write engine has them before they are saved."""
    drafts = [Draft(uuid7(), schema, make(number), {}) for number in numbers]
    for number, draft in zip(numbers, drafts, strict=True):
        draft.stamp("system", START + timedelta(seconds=number))
    return drafts


def record_line(workspace: Workspace, draft: Draft) -> str:
    """Return a record as COPY reads it."""
    attributes, folded = dumps(draft.attributes), dumps(draft.folded())
    texts = [attributes.decode(), folded.decode(), "{}", draft.search_text()]
    escaped = [text.replace("\\", "\\\\") for text in texts]
    at = draft.created_at
    owner = (workspace.id, draft.id, draft.schema.id)
    return tab(*owner, *escaped, 1, at, "system", at, "system")


def unique_lines(workspace: Workspace, draft: Draft) -> Iterator[str]:
    """Return a record's unique values as COPY reads them."""
    for field, key in unique_keys(draft.schema, draft.attributes):
        yield tab(workspace.id, field, key, draft.id)


def index_lines(workspace: Workspace, draft: Draft) -> Iterator[str]:
    """Return a record's sorted values as COPY reads them."""
    for slug, field in draft.schema.indexed.items():
        yield tab(workspace.id, draft.id, field.id, draft.sort_key(slug) or "\\N")


def tab(*values: object) -> str:
    """Return a line of values."""
    return "\t".join(map(str, values)) + "\n"


def copy(table: str, lines: Iterable[str]) -> None:
    """Write lines into a table."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as pipe:
        pipe.write("".join(lines))


@contextmanager
def without_indexes() -> Iterator[None]:
    """Load first and build the indexes and foreign keys after that, which is faster."""
    indexes, keys = query(INDEXES), query(FOREIGN_KEYS)
    for table, name, _ in keys:
        query(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        query(f"DROP INDEX {name}")
    yield
    query("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2")
    for _, definition in indexes:
        query(definition.replace("%", "%%"))
    for table, name, definition in keys:
        query(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    query("VACUUM ANALYZE")

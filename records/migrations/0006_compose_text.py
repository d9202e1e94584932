"""Brings stored text into Unicode's composed form (NFC) and domains into that in which
people read them, and makes anew what is made of it: what is compared, searched, sorted
and unique.

It goes through all records in batches, each of them a transaction, and may be run again
where it was interrupted. Versions and the journal stay: the text is the same text.

Where the values of two records become the same one in a unique field, the record that
had it in this form already holds it, else the older one. The other keeps its value too,
but does not hold it: matching and equality find the one that does. The log names both.
"""

import json
import logging
from collections import defaultdict
from decimal import Decimal

from django.db import migrations, transaction

from crm.jsonapi.rendering import dumps
from objects.field_types import FIELD_TYPES
from objects.field_types.base import texts
from objects.field_types.collection import Collection
from objects.domain_names import decode_domains, encode_domain
from objects.folding import compose, fold_accents, fold_json

BATCH = 1000
FIRST = "00000000-0000-0000-0000-000000000000"
SEPARATOR = "\x1f"

NEXT = """
SELECT id, object_type_id, attributes::text, details::text
FROM records_record WHERE workspace_id = %s AND id > %s
ORDER BY id LIMIT %s FOR NO KEY UPDATE
"""
SAVE = """
UPDATE records_record record
SET attributes = fresh.attributes, folded = fresh.folded, details = fresh.details,
    search = fresh.search
FROM unnest(%s::uuid[], %s::jsonb[], %s::jsonb[], %s::jsonb[], %s::text[])
     AS fresh (id, attributes, folded, details, search)
WHERE record.workspace_id = %s AND record.id = fresh.id
  AND (record.attributes::text, record.folded::text, record.details::text, record.search)
      <> (fresh.attributes::text, fresh.folded::text, fresh.details::text, fresh.search)
"""
SORT = """
UPDATE records_indexedvalue value SET key = fresh.key
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS fresh (record, field, key)
WHERE value.workspace_id = %s AND value.record_id = fresh.record
  AND value.field_id = fresh.field AND value.key <> fresh.key
"""
CLAIM = """
INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
SELECT %s, wanted.* FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS wanted
ON CONFLICT DO NOTHING
"""
SHARED = """
SELECT wanted.record, held.record_id
FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS wanted (field, key, record)
JOIN records_uniquevalue held
  ON held.workspace_id = %s AND held.field_id = wanted.field AND held.key = wanted.key
WHERE held.record_id <> wanted.record
"""
GIVE_UP = """
DELETE FROM records_uniquevalue held
USING unnest(%s::uuid[]) AS fresh (record)
WHERE held.workspace_id = %s AND held.record_id = fresh.record
  AND held.field_id = ANY(%s::uuid[])
  AND NOT EXISTS (
      SELECT FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS wanted (field, key, record)
      WHERE wanted.field = held.field_id AND wanted.key = held.key
        AND wanted.record = held.record_id
  )
"""

logger = logging.getLogger(__name__)


def compose_records(apps, schema_editor):
    fields = defaultdict(list)
    for field in apps.get_model("objects", "Field").objects.exclude(type="relationship"):
        fields[field.object_type_id].append(field)
    for workspace in apps.get_model("crm", "Workspace").objects.values_list("id", flat=True):
        after = FIRST
        while after:
            with transaction.atomic():
                after = compose_some(schema_editor.connection, workspace, fields, after)


def compose_some(connection, workspace, fields, after):
    """Bring some records into order, and return the last of them, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [workspace, after, BATCH])
        rows = [Row(row, fields[row[1]]) for row in cursor.fetchall()]
        if not rows:
            return ""
        cursor.execute(SAVE, [*columns(rows), workspace])
        sorted_values = list(zip(*(v for row in rows for v in row.sort_keys())))
        if sorted_values:
            cursor.execute(SORT, [*map(list, sorted_values), workspace])
        claim(cursor, workspace, rows)
    return rows[-1].id


def columns(rows):
    return [
        [row.id for row in rows],
        [dumps(row.attributes).decode() for row in rows],
        [dumps(row.folded()).decode() for row in rows],
        [dumps(row.details).decode() for row in rows],
        [row.search_text() for row in rows],
    ]


def claim(cursor, workspace, rows):
    """Let records hold the composed form of what they held."""
    unique = {f.id for row in rows for f in row.fields if is_kept(f, "unique")}
    wanted = [list(part) for part in zip(*(k for row in rows for k in row.unique_keys()))]
    if not wanted:
        return
    ids = [row.id for row in rows]
    cursor.execute(CLAIM, [workspace, *wanted])
    cursor.execute(SHARED, [*wanted, workspace])
    for record, holder in cursor.fetchall():
        logger.warning("Records %s and %s share a unique value.", record, holder)
    cursor.execute(GIVE_UP, [ids, workspace, list(unique), *wanted])


class Row:
    """A record as it is stored, and what is made of it."""

    def __init__(self, row, fields):
        self.id, _, attributes, details = row
        self.fields = fields
        self.attributes = composed(load(attributes))
        self.details = composed(load(details))
        for field in fields:
            kind = FIELD_TYPES[field.type]
            value = self.attributes.get(member(field))
            if value and "domain" in {kind.name, item_name(kind)}:
                self.attributes[member(field)] = value = readable(value)
            if isinstance(kind, Collection) and value:
                self.attributes[member(field)] = {"items": each_once(kind, value)}

    def values(self, flag):
        for field in self.fields:
            value = self.attributes.get(member(field))
            if value is not None and is_kept(field, flag):
                yield field, FIELD_TYPES[field.type], value

    def folded(self):
        names = {member(field) for field in self.fields if field.type != "json"}
        return fold_json({k: v for k, v in self.attributes.items() if k in names})

    def search_text(self):
        found = (text for _, _, v in self.values("searchable") for text in texts(v))
        folded = fold_accents(SEPARATOR.join(found))
        read = fold_accents(decode_domains(folded))
        return folded if read == folded else f"{folded}{SEPARATOR}{read}"

    def sort_keys(self):
        for field, kind, value in self.values("indexed"):
            yield self.id, field.id, kind.sort_key(value, field)

    def unique_keys(self):
        for field, kind, value in self.values("unique"):
            for key in dict.fromkeys(kind.unique_keys(value)):
                yield field.id, key, self.id


def member(field):
    return field.storage_name or field.slug


def is_kept(field, flag):
    return getattr(field, flag) or flag in field.backfill.get("flags", ())


def load(text):
    return json.loads(text, parse_float=Decimal, parse_int=whole)


def whole(digits):
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else Decimal(number)


def item_name(kind):
    return kind.item.name if isinstance(kind, Collection) else ""


def readable(value):
    """Return a domain, or several, as people read them."""
    if isinstance(value, str):
        return decode_domains(encode_domain(value)) or value
    return {"items": [readable(item) for item in value["items"]]}


def each_once(kind, value):
    items = {}
    for item in value["items"]:
        items.setdefault(kind.item_key(item), item)
    return list(items.values())


def composed(value):
    """Return a value with its text composed, but for names that would become one."""
    match value:
        case str():
            return compose(value)
        case list():
            return [composed(one) for one in value]
        case dict():
            names = {name: compose(name) for name in value}
            if len(set(names.values())) < len(names):
                names = {name: name for name in names}
            return {names[name]: composed(one) for name, one in value.items()}
    return value


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("crm", "0002_refused_requests"),
        ("objects", "0005_compose_labels"),
        ("records", "0005_functions_without_accents"),
    ]

    operations = [migrations.RunPython(compose_records, migrations.RunPython.noop)]

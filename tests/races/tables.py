"""What the tables hold, always told by two of them, to be compared."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from crm.json_types import JSON
from crm.sql import Row, query
from objects.models import Field
from records.ids import encode_id

HELD = """
SELECT address, id
FROM records_record,
     jsonb_array_elements_text(attributes #> '{email_addresses,items}') AS address
ORDER BY address, id
"""
CLAIMED = """
SELECT key, record_id
FROM records_uniquevalue JOIN objects_field ON objects_field.id = field_id
WHERE slug = 'email_addresses' ORDER BY key
"""
RECORDS = """
SELECT prefix, record.id, record.version, attributes::text
FROM records_record record JOIN objects_objecttype type ON type.id = object_type_id
"""
LINKS = """
SELECT field.slug, inverse.slug,
       source.prefix, link.source_id, target.prefix, link.target_id
FROM records_link link
JOIN objects_field field ON field.id = field_id
JOIN objects_field inverse ON inverse.inverse_of_id = field_id
JOIN objects_objecttype source ON source.id = field.object_type_id
JOIN objects_objecttype target ON target.id = inverse.object_type_id
"""
ENTRIES = """
SELECT prefix, record_id, action, before::text, after::text
FROM records_change JOIN objects_objecttype type ON type.id = object_type_id
ORDER BY seq
"""


@dataclass
class Known:
    """What is known of a record."""

    version: int = 0
    values: dict[str, JSON] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)
    """Pairs of a relationship's slug and the id of a record on its other side."""


def held_addresses() -> list[Row]:
    """Return each address with each person that has it."""
    return query(HELD)


def claimed_addresses() -> list[Row]:
    """Return each address with the one person that the unique values name."""
    return query(CLAIMED)


def stored_records() -> dict[str, Known]:
    """Return each record by its id, as it is stored."""
    records = {
        encode_id(prefix, record_id): Known(version, json.loads(attributes))
        for prefix, record_id, version, attributes in query(RECORDS)
    }
    for slug, inverse, *ends in query(LINKS):
        source, target = encode_id(*ends[:2]), encode_id(*ends[2:])
        records[source].links.add((slug, target))
        records[target].links.add((inverse, source))
    return records


def told_records() -> dict[str, Known]:
    """Return each record by its id, as the journal's entries add up."""
    sides = Field.objects.filter(type="relationship").values_list("slug", flat=True)
    links = frozenset(sides)
    records: dict[str, Known] = {}
    gone: dict[str, int] = {}
    for prefix, record_id, action, before, after in query(ENTRIES):
        name = encode_id(prefix, record_id)
        if action in {"deleted", "merged"}:
            gone[name] = records.pop(name).version + 1
        elif action == "erased":
            gone[name] = gone.pop(name) + 1
        elif action != "access":
            known = records.setdefault(name, Known(gone.pop(name, 0)))
            add_entry(known, json.loads(before), json.loads(after), links)
            known.version += action != "linked"
    return records


def add_entry(
    record: Known,
    before: dict[str, JSON],
    after: dict[str, JSON],
    links: frozenset[str],
) -> None:
    """Add what one entry of the journal tells of a record."""
    record.links -= pairs_of(before, links)
    record.links |= pairs_of(after, links)
    for slug in [name for name in after.keys() - links if name[0] != "_"]:
        record.values[slug] = after[slug]
        if after[slug] is None:
            del record.values[slug]


def pairs_of(values: dict[str, JSON], links: frozenset[str]) -> set[tuple[str, str]]:
    """Return the links that stand among the values of an entry."""
    return {
        (slug, str(other))
        for slug, ids in values.items()
        if slug in links and isinstance(ids, list)
        for other in ids
    }

"""Whatever batches do to records, what is kept of them beside stays true to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.authentication import Actor
from crm.errors import Refused
from crm.json_types import JSONObject
from crm.jsonapi.documents import Identifier
from crm.models import Workspace
from objects.catalog import Catalog
from objects.models import Kind
from records.models import (
    IndexedValue,
    JournalEntry,
    JournalHead,
    Link,
    Record,
    UniqueValue,
)
from records.writing.drafts import Draft, unique_keys
from records.writing.engine import write
from records.writing.operations import (
    Delete,
    Linkage,
    Mode,
    OnMatch,
    Operation,
    Repeat,
    Strategy,
    Update,
    Upsert,
)
from tests.schemas import make_field, make_relationship

ADDRESSES = st.sampled_from(["a@b.co", "b@b.co", "c@b.co"])
PEOPLE = st.integers(0, 4)
"""Which of the records that are there, by their age."""

SIDES = {"boss": "reports", "spouse": "wed_to"}
"""Relationships to one, and what they are called on the other side."""

ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "email_addresses": st.lists(ADDRESSES, max_size=2).map(lambda v: {"items": v}),
        "c_number": st.sampled_from([None, "1", "2"]),
        "last_name": st.sampled_from([None, "A"]),
    },
)
ONE = st.none() | PEOPLE | ADDRESSES
RELATIONSHIPS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "boss": ONE,
        "spouse": ONE,
        "wed_to": ONE,
        "reports": st.lists(PEOPLE | ADDRESSES, max_size=2),
    },
)
WAYS = st.sampled_from([Strategy.REPLACE, Strategy.APPEND, Strategy.REMOVE])
ROWS = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(["upsert", "upsert", "update", "update", "delete"]),
        "who": PEOPLE,
        "attributes": ATTRIBUTES,
        "relationships": RELATIONSHIPS,
        "on_match": st.sampled_from(OnMatch),
        "match_on": st.sampled_from(
            [None, ("c_number",), ("c_number", "email_addresses")]
        ),
        "items": WAYS,
        "links": WAYS,
    }
)
BATCHES = st.tuples(
    st.lists(ROWS, min_size=1, max_size=5),
    st.sampled_from(Mode),
    st.sampled_from(Repeat),
)


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    """Somebody who writes in a workspace with relationships of every cardinality."""
    make_field(workspace, "person", "c_number", "text", unique=True, indexed=True)
    boss, spouse = ("person", "boss"), ("person", "spouse")
    make_relationship(workspace, boss, Kind.MANY_TO_ONE, ("person", "reports"))
    make_relationship(workspace, spouse, Kind.ONE_TO_ONE, ("person", "wed_to"))
    return Actor(workspace, "tests", frozenset({"write"}))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(batches=st.lists(BATCHES, min_size=1, max_size=5))
def test_what_is_kept_beside_records_is_true_to_them(
    actor: Actor, batches: Sequence[tuple[list[dict[str, Any]], Mode, Repeat]]
) -> None:
    with transaction.atomic():
        begin(actor)

        for rows, mode, on_repeat in batches:
            perform(actor, rows, mode, on_repeat)

            drafts = stored_drafts(actor)
            check_values(drafts)
            check_links()
            check_journal(actor, drafts)
        transaction.set_rollback(True)


def begin(actor: Actor) -> None:
    """Store a few people who hold values and are related."""
    people: list[JSONObject] = [
        {"email_addresses": {"items": ["a@b.co"]}},
        {"email_addresses": {"items": ["b@b.co"]}},
        {"c_number": "1"},
        {},
    ]
    made = [Upsert("person", attributes=attributes) for attributes in people]
    ids = [str(o.record.id) for o in write(actor=actor, operations=made) if o.record]
    related = [(0, {"boss": 1, "spouse": 2}), (1, {"boss": 3, "spouse": 3})]
    updates = [
        Update(
            "person", id=ids[who], relationships=links_of(named, ids, Strategy.REPLACE)
        )
        for who, named in related
    ]
    write(actor=actor, operations=updates)


def perform(
    actor: Actor, rows: Iterable[dict[str, Any]], mode: Mode, on_repeat: Repeat
) -> None:
    """Perform a batch, which may be refused."""
    ids = [str(r.id) for r in Record.objects.order_by("id")] or ["nobody"]
    operations = [
        operation_of(row, ids, f"/data/{index}") for index, row in enumerate(rows)
    ]
    with suppress(Refused):
        write(actor=actor, operations=operations, mode=mode, on_repeat=on_repeat)


def operation_of(row: dict[str, Any], ids: Sequence[str], at: str) -> Operation:
    """Return the operation that a row stands for."""
    who = ids[row["who"] % len(ids)]
    if row["verb"] == "delete":
        return Delete("person", at=at, id=who)
    collections = {"email_addresses"} & row["attributes"].keys()
    said: dict[str, Any] = {
        "at": at,
        "attributes": row["attributes"],
        "relationships": links_of(row["relationships"], ids, row["links"]),
        "strategies": dict.fromkeys(collections, row["items"]),
    }
    if row["verb"] == "update":
        return Update("person", id=who, **said)
    return Upsert("person", match_on=row["match_on"], on_match=row["on_match"], **said)


def links_of(
    named: dict[str, Any], ids: Sequence[str], how: Strategy = Strategy.REPLACE
) -> dict[str, Linkage]:
    """Return changes of linkage from people by their age, or by an address."""

    def identifier(who: int | str) -> Identifier:
        if isinstance(who, str):
            return Identifier("person", match={"email_addresses": who})
        return Identifier("person", ids[who % len(ids)])

    return {
        slug: Linkage(tuple(map(identifier, who)), is_array=True, how=how)
        if isinstance(who, list)
        else Linkage(() if who is None else (identifier(who),), is_array=False)
        for slug, who in named.items()
    }


def stored_drafts(actor: Actor) -> list[Draft]:
    """Return the records that there are."""
    schema = Catalog.of(actor.workspace).schema("person")
    return [
        Draft(record.id, schema, record.attributes, record.details)
        for record in Record.objects.all()
    ]


def check_values(drafts: Sequence[Draft]) -> None:
    """Check the unique values, the sort keys and the search text."""
    held = Counter((v.record_id, v.field_id, v.key) for v in UniqueValue.objects.all())
    assert held == Counter(
        (draft.id, *key)
        for draft in drafts
        for key in unique_keys(draft.schema, draft.attributes)
    )
    sorted_by = {(v.record_id, v.field_id): v.key for v in IndexedValue.objects.all()}
    assert sorted_by == {
        (draft.id, field.id): draft.sort_key(slug)
        for draft in drafts
        for slug, field in draft.schema.indexed.items()
    }
    texts = dict(Record.objects.values_list("id", "search"))
    assert texts == {draft.id: draft.search_text() for draft in drafts}


def check_links() -> None:
    """Check that nobody has more partners than the relationship allows."""
    links = list(Link.objects.select_related("field"))
    sources = Counter((link.field_id, link.source_id) for link in links)
    wed = Counter(link.target_id for link in links if link.field.slug == "spouse")
    assert max(sources.values(), default=1) == 1
    assert max(wed.values(), default=1) == 1


def check_journal(actor: Actor, drafts: Sequence[Draft]) -> None:
    """Check that the journal has no gap, and tells the versions, counts and values."""
    changes = list(JournalEntry.objects.order_by("seq"))
    head = JournalHead.objects.get(workspace=actor.workspace)
    schema = Catalog.of(actor.workspace).schema("person")
    assert [change.seq for change in changes] == list(range(1, head.last_seq + 1))
    assert head.counts[str(schema.id)] == len(drafts)
    entries = Counter(c.record_id for c in changes if c.action != "linked")
    versions = dict(Record.objects.values_list("id", "version"))
    assert versions == {draft.id: entries[draft.id] for draft in drafts}
    assert replayed(changes, drafts) == [draft.attributes for draft in drafts]


def replayed(
    changes: Iterable[JournalEntry], drafts: Iterable[Draft]
) -> list[dict[str, Any]]:
    """Return the values that records have by what the journal says of them."""
    values: dict[Any, dict[str, Any]] = {}
    sides = {*SIDES, *SIDES.values()}
    for change in changes:
        own = values.setdefault(change.record_id, {})
        own.update({s: v for s, v in change.after.items() if s not in sides})
    return [
        {slug: value for slug, value in values[draft.id].items() if value is not None}
        for draft in drafts
    ]

"""Which record an upsert means, given what is locked and what was decided before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from crm.authentication import Actor
from crm.errors import MalformedDocument, Refusal, ValueTaken
from crm.json_types import JSON
from crm.models import Workspace
from objects.catalog import Catalog
from objects.models import Field, ObjectType
from objects.schema import Schema
from records.ids import encode_id
from records.writing.batch import Batch
from records.writing.claims import Collided
from records.writing.drafts import Draft, unique_keys
from records.writing.matching import find_match, note_holder
from records.writing.operations import (
    Intent,
    MultipleMatches,
    Repeat,
    RepeatedInBatch,
    Strategy,
    Upsert,
)
from records.writing.preparing import prepare
from records.writing.rows import Row

WORKSPACE = Workspace(id=uuid7(), slug="acme")
SCOUT = uuid7()
PERSON = Schema(
    ObjectType(slug="person", prefix="per", match_fields=["number", "emails"]),
    [
        Field(slug="number", type="text", unique=True, aliases=["no"]),
        Field(slug="emails", type="email_collection", unique=True),
        Field(slug="phones", type="phone_collection"),
        Field(slug="name", type="text"),
    ],
    {},
)
CATALOG = Catalog(WORKSPACE, [PERSON])
PHONE = "+14155550100"


def items(*values: str) -> JSON:
    return {"items": list(values)}


def make_draft(name: str, **attributes: JSON) -> Draft:
    """Return a stored record."""
    values: dict[str, JSON] = {"name": name, **attributes}
    return Draft(uuid7(), PERSON, values, {}, version=1, before=dict(values))


@pytest.fixture
def ada() -> Draft:
    return make_draft("Ada", number="1", emails=items("a@b.co"), phones=items(PHONE))


@pytest.fixture
def bea() -> Draft:
    return make_draft("Bea", number="2", emails=items("b@b.co"), phones=items(PHONE))


def make_batch(
    *drafts: Draft, agent: UUID | None = None, on_repeat: Repeat = Repeat.REFUSE
) -> Batch:
    """Return a batch that has locked records and knows who holds their values."""
    actor = Actor(WORKSPACE, "tests", frozenset({"write"}), agent)
    batch = Batch(Intent(actor, [], on_repeat=on_repeat), CATALOG, [])
    for draft in drafts:
        batch.drafts[draft.id] = draft
        keys = unique_keys(PERSON, draft.attributes)
        batch.claims.holders |= dict.fromkeys(keys, draft.id)
    return batch


def make_row(**said: Any) -> tuple[Row, Upsert]:
    operation = Upsert("person", **said)
    return prepare(operation, CATALOG), operation


def meant(batch: Batch, **said: Any) -> tuple[str, JSON] | None:
    """Return the field by which a record is known, and its name."""
    match = find_match(batch, *make_row(**said))
    return (match.field.slug, match.draft.before["name"]) if match else None


def refusal_of(batch: Batch, **said: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        meant(batch, **said)
    return refused.value


@pytest.mark.parametrize(
    ("attributes", "match_on", "who"),
    [
        ({"emails": items("a@b.co")}, None, ("emails", "Ada")),
        ({"emails": items("x@b.co", " A@B.co")}, None, ("emails", "Ada")),
        ({"emails": items("x@b.co")}, None, None),
        ({"name": "Ada"}, None, None),
        ({}, None, None),
        ({"number": "2"}, None, ("number", "Bea")),
        ({"no": "2"}, None, ("number", "Bea")),
        ({"number": "2", "emails": items("a@b.co")}, None, ("number", "Bea")),
        ({"number": "3", "emails": items("a@b.co")}, None, ("emails", "Ada")),
        ({"number": "2", "emails": items("a@b.co")}, ("emails",), ("emails", "Ada")),
        (
            {"number": "2", "emails": items("a@b.co")},
            ("emails", "no"),
            ("emails", "Ada"),
        ),
        ({"number": "3", "emails": items("a@b.co")}, ("no",), None),
        ({"emails": items("a@b.co")}, (), None),
    ],
)
def test_the_first_field_with_a_holder_decides(
    ada: Draft,
    bea: Draft,
    attributes: dict[str, JSON],
    match_on: tuple[str, ...] | None,
    who: tuple[str, JSON] | None,
) -> None:
    batch = make_batch(ada, bea)

    assert meant(batch, attributes=attributes, match_on=match_on) == who


def test_a_value_that_is_to_be_removed_means_nobody(ada: Draft) -> None:
    row = {"attributes": {"emails": items("a@b.co")}}
    removing = {"strategies": {"emails": Strategy.REMOVE}}

    assert meant(make_batch(ada), **row, **removing) is None


def test_a_field_that_is_not_unique_any_more_is_refused(ada: Draft) -> None:
    refusal = refusal_of(make_batch(ada), attributes={}, match_on=("number", "name"))

    assert isinstance(refusal, MalformedDocument)


def test_several_holders_are_refused_and_those_in_sight_named(
    ada: Draft, bea: Draft
) -> None:
    both = {"emails": items("a@b.co", "b@b.co")}
    bea.visible_to = []

    refusals = [
        refusal_of(make_batch(ada, bea, agent=agent), attributes=both)
        for agent in (None, SCOUT)
    ]

    assert [type(refusal) for refusal in refusals] == [MultipleMatches] * 2
    assert list(refusals[0].problems) == ["/attributes/emails"]
    assert [refusal.meta for refusal in refusals] == [
        {"matches": [encode_id("per", ada.id), encode_id("per", bea.id)]},
        {"matches": [encode_id("per", ada.id)]},
    ]


def test_a_holder_out_of_sight_is_refused_and_not_named(ada: Draft) -> None:
    ada.visible_to = []

    refusal = refusal_of(make_batch(ada, agent=SCOUT), attributes={"no": "1"})

    assert isinstance(refusal, ValueTaken)
    assert (list(refusal.problems), refusal.meta) == (["/attributes/no"], None)


def test_a_holder_that_an_earlier_row_meant_is_a_repeat(ada: Draft) -> None:
    ada.is_touched = True

    refusal = refusal_of(make_batch(ada), attributes={"no": "1"})

    assert isinstance(refusal, RepeatedInBatch)
    assert list(refusal.problems) == ["/attributes/no"]


def test_a_repeat_may_be_folded(ada: Draft) -> None:
    ada.is_touched = True

    batch = make_batch(ada, on_repeat=Repeat.FOLD)

    assert meant(batch, attributes={"number": "1"}) == ("number", "Ada")


def test_what_an_earlier_row_took_or_deleted_is_not_held(ada: Draft) -> None:
    batch = make_batch(ada)
    ada.is_touched, ada.attributes["number"] = True, "7"
    assert meant(batch, attributes={"number": "1"}) is None

    ada.is_deleted = True
    assert meant(batch, attributes={"emails": items("a@b.co")}) is None


def test_what_an_earlier_row_gave_is_held(ada: Draft, bea: Draft) -> None:
    batch = make_batch(ada, bea, on_repeat=Repeat.FOLD)
    row, _ = make_row(attributes={"number": "7"})
    bea.is_touched, bea.attributes["number"] = True, "7"
    batch.claims.give(row, bea.id)

    assert meant(batch, attributes={"number": "7"}) == ("number", "Bea")


def test_collides_if_the_holder_is_gone_since_we_looked(ada: Draft) -> None:
    batch = make_batch(ada)
    del batch.drafts[ada.id]

    with pytest.raises(Collided):
        meant(batch, attributes={"number": "1"})


def test_collides_if_the_holder_lost_the_value_since_we_looked(ada: Draft) -> None:
    batch = make_batch(ada)
    ada.attributes["number"] = "7"

    with pytest.raises(Collided):
        meant(batch, attributes={"number": "1"})


def softly(*matches: tuple[str, str]) -> dict[str, Any]:
    return {"soft_matches": matches}


def make_soft_batch(*drafts: Draft) -> Batch:
    """Return a batch that has found who holds the phone, the oldest first."""
    batch = make_batch(*drafts, on_repeat=Repeat.FOLD)
    row, _ = make_row(**softly(("phones", PHONE)))
    batch.soft_holders[row.soft_matches[0].key] = [draft.id for draft in drafts]
    return batch


@pytest.mark.parametrize(
    ("matches", "who"),
    [
        ([("phones", "+1 415 555 0100")], ("phones", "Ada")),
        ([("phones", "+14155550199")], None),
        ([("phones", "nobody")], None),
        ([("emails", "b@b.co"), ("phones", PHONE)], ("emails", "Bea")),
        ([("phones", PHONE), ("emails", "b@b.co")], ("phones", "Ada")),
        ([], None),
    ],
)
def test_the_oldest_holder_is_meant_if_values_need_not_be_unique(
    ada: Draft,
    bea: Draft,
    matches: list[tuple[str, str]],
    who: tuple[str, JSON] | None,
) -> None:
    batch = make_soft_batch(ada, bea)

    assert meant(batch, **softly(*matches)) == who


def test_the_next_holder_is_meant_if_the_oldest_is_none_by_now(
    ada: Draft, bea: Draft
) -> None:
    batch = make_soft_batch(ada, bea)

    ada.attributes["phones"] = items("+14155550199")
    assert meant(batch, **softly(("phones", PHONE))) == ("phones", "Bea")

    bea.is_deleted = True
    assert meant(batch, **softly(("phones", PHONE))) is None


def test_a_record_that_an_earlier_row_made_is_the_last_one_meant(ada: Draft) -> None:
    batch = make_soft_batch(ada)
    cleo = make_draft("Cleo", phones=items(PHONE))
    batch.drafts[cleo.id] = cleo
    note_holder(batch, cleo)
    assert meant(batch, **softly(("phones", PHONE))) == ("phones", "Ada")

    ada.is_deleted = True
    assert meant(batch, **softly(("phones", PHONE))) == ("phones", "Cleo")

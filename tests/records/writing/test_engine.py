"""`write` performs operations of any kind together, in one transaction."""

from __future__ import annotations

from typing import Any

import pytest

from crm.authentication import Actor
from crm.errors import Refused
from crm.json_types import JSONObject
from crm.jsonapi.documents import Identifier
from crm.models import Workspace
from objects.catalog import NoSuchObject
from records.models import JournalEntry, Link, Record, UniqueValue
from records.writing.engine import write
from records.writing.operations import (
    Delete,
    Linkage,
    Mode,
    Operation,
    Repeat,
    Update,
    Upsert,
)
from records.writing.outcomes import Outcome
from tests.schemas import make_field

ADA: JSONObject = {"email_addresses": {"items": ["ada@example.com"]}}


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return Actor(workspace, "tests", frozenset({"write"}))


def perform(actor: Actor, *operations: Operation, **how: Any) -> list[Outcome]:
    return write(actor=actor, operations=operations, **how)


def person(**attributes: Any) -> Upsert:
    return Upsert("person", attributes=attributes)


def id_of(outcome: Outcome) -> str:
    assert outcome.record
    return str(outcome.record.id)


def employed(by: Identifier) -> Upsert:
    """Return an operation that creates a person who is linked to a company."""
    companies = Linkage((by,), is_array=True)
    return Upsert("person", relationships={"companies": companies})


def test_writes_records_of_several_types(actor: Actor) -> None:
    outcomes = perform(
        actor,
        Upsert("company", attributes={"domains": {"items": ["acme.com"]}}),
        employed(by=Identifier("company", match={"domains": "acme.com"})),
    )

    acme, ada = (id_of(outcome) for outcome in outcomes)
    link = Link.objects.get()
    assert (str(link.source_id), str(link.target_id)) == (ada, acme)
    assert [change.action for change in JournalEntry.objects.all()] == ["created"] * 2


def test_a_record_that_only_a_later_operation_creates_is_not_found(
    actor: Actor,
) -> None:
    with pytest.raises(Refused) as refused:
        perform(
            actor,
            employed(by=Identifier("company", match={"domains": "acme.com"})),
            Upsert("company", attributes={"domains": {"items": ["acme.com"]}}),
        )

    ((_, refusal),) = refused.value.refusals
    assert refusal.code == "not_found"
    assert not Record.objects.exists()


def test_a_value_of_a_record_that_is_deleted_can_be_taken_at_once(
    actor: Actor,
) -> None:
    (ada,) = perform(actor, person(**ADA))

    _, created = perform(actor, Delete("person", id=id_of(ada)), person(**ADA))

    assert created.result == "created"
    assert str(UniqueValue.objects.get().record_id) == id_of(created)
    assert perform(actor, person(**ADA))[0].result == "unchanged"


def test_a_value_of_a_record_that_is_deleted_can_be_given_to_another(
    actor: Actor,
) -> None:
    ada, bea = perform(actor, person(**ADA), person())

    perform(
        actor,
        Delete("person", id=id_of(ada)),
        Update("person", id=id_of(bea), attributes=ADA),
    )

    assert str(UniqueValue.objects.get().record_id) == id_of(bea)


def test_what_was_deleted_earlier_cannot_be_changed(actor: Actor) -> None:
    (ada,) = perform(actor, person(**ADA))
    operations = [
        Delete("person", id=id_of(ada), at="/data/0"),
        Update("person", id=id_of(ada), at="/data/1", attributes={"title": "Ms"}),
    ]

    for on_repeat in Repeat:
        with pytest.raises(Refused):
            perform(actor, *operations, on_repeat=on_repeat)

    assert Record.objects.count() == 1


def test_operations_that_mean_one_record_may_be_folded(actor: Actor) -> None:
    created, updated = perform(
        actor,
        person(**ADA, title="Ms", notes="Poet"),
        person(**ADA, title="Countess"),
        on_repeat=Repeat.FOLD,
    )

    assert (created.result, updated.result) == ("created", "updated")
    assert id_of(created) == id_of(updated)
    record = Record.objects.get()
    assert (record.version, record.attributes) == (
        1,
        ADA | {"title": "Countess", "notes": "Poet"},
    )


def test_folded_operations_are_noted_once(actor: Actor) -> None:
    (ada,) = perform(actor, person(**ADA, title="Ms"))

    perform(
        actor,
        Update("person", id=id_of(ada), attributes={"title": "Dr"}),
        Update("person", id=id_of(ada), attributes={"title": "Ms", "notes": "Poet"}),
        on_repeat=Repeat.FOLD,
    )

    assert JournalEntry.objects.get(seq=2).after == {"notes": "Poet"}
    assert Record.objects.get().version == 2


def test_reads_the_schemas_again_when_they_have_changed(
    actor: Actor, workspace: Workspace
) -> None:
    stale = Workspace.objects.get()
    perform(actor, person())
    make_field(workspace, "person", "shoe_size", "integer")
    old = Actor(stale, "tests", frozenset({"write"}))

    (outcome,) = perform(old, person(shoe_size=42))

    assert outcome.record
    assert outcome.record.attributes == {"shoe_size": 42}


def test_cleans_by_the_schemas_of_now(actor: Actor, workspace: Workspace) -> None:
    stale = Workspace.objects.get()
    field = make_field(workspace, "person", "shoe_size", "integer")
    perform(Actor(stale, "tests", frozenset({"write"})), person(shoe_size=42))
    field.delete()
    make_field(workspace, "person", "hat_size", "integer")

    with pytest.raises(Refused):
        perform(Actor(stale, "tests", frozenset({"write"})), person(shoe_size=43))


def test_a_type_or_a_workspace_that_is_gone_is_not_found(actor: Actor) -> None:
    with pytest.raises(NoSuchObject):
        perform(actor, Upsert("unicorn"))

    Workspace.objects.all().delete()
    with pytest.raises(NoSuchObject):
        perform(actor, person())


def test_a_dry_run_returns_no_new_record(actor: Actor) -> None:
    (outcome,) = perform(actor, person(**ADA), mode=Mode.DRY_RUN)

    assert (outcome.result, outcome.record) == ("created", None)
    assert not Record.objects.exists()


def test_nothing_to_do_is_done(actor: Actor) -> None:
    assert perform(actor) == []
    assert not JournalEntry.objects.exists()

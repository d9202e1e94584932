"""Jobs are put into the queue with their transaction, and run in steps."""

from __future__ import annotations

from threading import Event
from uuid import UUID

import pytest
from django.db import connection, transaction

from crm.authentication import Actor
from crm.errors import InvalidValue
from crm.models import Scope, Workspace
from jobs.acting import actor_of
from jobs.kinds import KINDS, Kind
from jobs.models import Job
from jobs.queue import enqueue
from jobs.running import PutBack, run_job, take_step

KEY = UUID(int=7)


def count_to_three(job: Job) -> bool:
    """Do one of three things."""
    job.done += 1
    return job.done < 3


def refuse_the_second(job: Job) -> bool:
    """Do one thing, and refuse the next."""
    if job.done:
        job.done += 1
        raise InvalidValue({"/attributes/email": "Two records share it."})
    return count_to_three(job)


def crash(job: Job) -> bool:
    """Fail as a mistake of ours does."""
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (count_to_three, refuse_the_second, crash):
        monkeypatch.setitem(KINDS, step.__name__, Kind(f"{__name__}.{step.__name__}"))


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    """Who asks for all of it."""
    scopes = frozenset([Scope.ADMIN])
    return Actor(workspace, f"api-key:{KEY}", scopes, None, "import-7", KEY)


def queued() -> list[tuple[str, str]]:
    """Return what workers find in the queue: arguments and locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'job', lock FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


def test_a_job_is_queued_in_one_statement_beside_its_row(actor: Actor) -> None:
    job = enqueue(actor, "count_to_three", {"what": 1}, object_type_id=KEY, total=3)

    assert queued() == [(str(job.id), str(KEY))]
    assert (job.state, job.done, job.total) == ("queued", 0, 3)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_not_queued_if_its_transaction_comes_to_nothing(actor: Actor) -> None:
    with transaction.atomic():
        enqueue(actor, "count_to_three", {})
        transaction.set_rollback(True)

    assert queued() == []
    assert not Job.objects.exists()


def test_runs_a_job_to_its_end(actor: Actor) -> None:
    job = enqueue(actor, "count_to_three", {})

    run_job(actor.workspace.id, job.id, Event())

    job.refresh_from_db()
    assert (job.state, job.done, job.errors) == ("succeeded", 3, [])
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at


def test_acts_on_behalf_of_who_asked(actor: Actor) -> None:
    job = enqueue(actor, "count_to_three", {})

    again = actor_of(job)

    assert (again.name, again.key_id, again.request_id) == (actor.name, KEY, "import-7")
    assert (again.source, again.cause) == ("job", {"job": str(job.id)})


def test_what_a_step_had_done_when_it_was_refused_is_undone(actor: Actor) -> None:
    job = enqueue(actor, "refuse_the_second", {})

    run_job(actor.workspace.id, job.id, Event())

    job.refresh_from_db()
    assert (job.state, job.done) == ("failed", 1)
    (error,) = job.errors
    assert (error["code"], error["detail"]) == (
        "invalid_value",
        "Two records share it.",
    )
    assert error["source"] == {"pointer": "/attributes/email"}


@pytest.mark.parametrize("kind", ["crash", "of a later release"])
def test_a_mistake_of_ours_fails_the_job_and_tells_only_the_log(
    actor: Actor, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = enqueue(actor, kind, {})

    run_job(actor.workspace.id, job.id, Event())

    job.refresh_from_db()
    assert (job.state, job.errors[0]["code"]) == ("failed", "internal_error")
    assert f"Job {job.id} failed." in caplog.text


def test_is_cancelled_between_two_steps(actor: Actor) -> None:
    job = enqueue(actor, "count_to_three", {})
    take_step(actor.workspace.id, job.id)
    Job.objects.update(is_cancelled=True)

    run_job(actor.workspace.id, job.id, Event())

    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 1)


def test_a_worker_that_leaves_puts_it_back_for_another(actor: Actor) -> None:
    job, leaving = enqueue(actor, "count_to_three", {}), Event()
    leaving.set()

    with pytest.raises(PutBack):
        run_job(actor.workspace.id, job.id, leaving)

    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 1)


def test_a_job_that_is_over_or_gone_is_left_alone(actor: Actor) -> None:
    job = enqueue(actor, "count_to_three", {})
    run_job(actor.workspace.id, job.id, Event())

    assert not take_step(actor.workspace.id, job.id)
    assert not take_step(actor.workspace.id, KEY)
    assert Job.objects.get().done == 3

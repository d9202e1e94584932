"""``/jobs``: who sees which, how one is waited for, and cancelled."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from interfaces.api.waiting import WaitingRoom
from jobs.looking_after import trim_jobs
from jobs.models import Job
from objects.models import ObjectType
from tests.api_client import Answer, Api


def make_job(workspace: Workspace, created_by: str = "user:1", **values: Any) -> Job:
    """Make a job that nobody works on."""
    return Job.objects.create(
        workspace=workspace, kind="fill", created_by=created_by, **values
    )


def ids(answer: Answer) -> list[str]:
    """Return the ids of the resources in an answer."""
    return [one["id"] for one in answer.data]


def test_shows_a_job(api: Api, workspace: Workspace) -> None:
    person = ObjectType.objects.get(workspace=workspace, slug="person")
    error = {"code": "value_taken", "meta": {"record": "per_1"}}
    job = make_job(
        workspace,
        state=Job.State.RUNNING,
        object_type_id=person.id,
        done=2000,
        total=10_500,
        errors=[error] * 101,
    )

    answer = api.get(f"jobs/{job.id}")

    assert answer.data["links"] == {"self": f"{api.base}/jobs/{job.id}"}
    attributes = answer.data["attributes"]
    assert attributes.pop("created_at").endswith("Z")
    assert attributes == {
        "kind": "fill",
        "state": "running",
        "object": "person",
        "done": 2000,
        "total": 10_500,
        "errors": [error] * 100,
        "result": None,
        "created_by": "user:1",
        "started_at": None,
        "finished_at": None,
    }


def test_lists_the_newest_first_and_finds_those_of_a_state(
    api: Api, workspace: Workspace
) -> None:
    old, new = make_job(workspace), make_job(workspace, state="running")

    assert ids(api.get("jobs")) == [str(new.id), str(old.id)]
    assert ids(api.get("jobs?filter[state]=queued")) == [str(old.id)]


def test_an_agent_sees_its_own_jobs(
    scout: Api, agent: Agent, workspace: Workspace, stranger: Api
) -> None:
    own, other = make_job(workspace, f"agent:{agent.id}"), make_job(workspace)

    assert ids(scout.get("jobs")) == [str(own.id)]
    assert scout.get(f"jobs/{other.id}").status == 404
    assert scout.delete(f"jobs/{other.id}").status == 404
    assert stranger.get(f"jobs/{own.id}").status == 404


def test_cancels_at_once_what_nobody_has_begun(api: Api, workspace: Workspace) -> None:
    job = make_job(workspace)

    answer = api.delete(f"jobs/{job.id}")

    assert answer.status == 202
    assert answer.data["attributes"]["state"] == "cancelled"


def test_what_is_running_is_told_to_end(api: Api, workspace: Workspace) -> None:
    job = make_job(workspace, state="running")

    answer = api.delete(f"jobs/{job.id}")

    assert (answer.status, answer.data["attributes"]["state"]) == (202, "running")
    job.refresh_from_db()
    assert job.is_cancelled


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_what_is_over_is_not_cancelled(
    api: Api, workspace: Workspace, state: str
) -> None:
    job = make_job(workspace, state=state, finished_at=timezone.now())

    answer = api.delete(f"jobs/{job.id}")

    assert (answer.status, answer.errors) == (409, [("finished", "")])


def test_a_key_that_writes_cancels_its_own_jobs_alone(workspace: Workspace) -> None:
    new = create_key(workspace=workspace, scopes=[Scope.WRITE])
    writer = Api(workspace, new.secret)
    own = make_job(workspace, f"api-key:{new.key.id}")

    assert writer.delete(f"jobs/{make_job(workspace).id}").status == 403
    assert writer.delete(f"jobs/{own.id}").status == 202


@pytest.mark.django_db(transaction=True)
def test_waits_until_it_is_over(api: Api, workspace: Workspace) -> None:
    job = make_job(workspace)

    def finish() -> None:
        sleep(0.3)
        Job.objects.update(state="succeeded", finished_at=timezone.now())
        connection.close()

    thread = Thread(target=finish)
    thread.start()
    answer = api.get(f"jobs/{job.id}?max_wait=20")
    thread.join()

    assert answer.data["attributes"]["state"] == "succeeded"


def test_who_finds_no_place_to_wait_is_told_to_ask_again(
    api: Api, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WaitingRoom, "here", WaitingRoom(0))

    answer = api.get(f"jobs/{make_job(workspace).id}?max_wait=20")

    assert (answer.status, answer.headers["Retry-After"]) == (200, "1")


def test_is_kept_for_thirty_days_once_it_is_over(
    api: Api, workspace: Workspace
) -> None:
    now = timezone.now()
    make_job(workspace, state="failed", finished_at=now - timedelta(days=30, hours=1))
    kept = [
        make_job(workspace, created_at=now - timedelta(days=90)),
        make_job(workspace, state="failed", finished_at=now - timedelta(days=29)),
    ]

    assert trim_jobs() == 1
    assert sorted(ids(api.get("jobs"))) == sorted(str(job.id) for job in kept)


def test_me_tells_how_many_wait_and_whether_a_worker_was_there(
    api: Api, workspace: Workspace
) -> None:
    make_job(workspace)
    make_job(workspace, state="running")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    jobs = api.get("me").data["attributes"]["jobs"]

    assert jobs["waiting"] == 1
    assert jobs["worker_seen_at"].endswith("Z")

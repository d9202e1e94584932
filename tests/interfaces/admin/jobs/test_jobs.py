"""Jobs in the admin: who sees how far they are, and who ends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crm.models import Member, Workspace
from interfaces.admin.jobs.progress import progress_of
from jobs.models import Job
from objects.models import ObjectType
from objects.workspaces import create_workspace
from records.schema_changes.field_edits.edited_field import EditedField
from tests.api_client import Api
from tests.browsing import Person, join
from tests.interfaces.api.schemas.schema_calls import add_fields, create

JOBS = "/admin/jobs/job/"
LEFT_ALONE = "No worker has been seen for a minute"


@pytest.fixture
def owner(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.OWNER)


def make_job(workspace: Workspace, **values: Any) -> Job:
    """Make a job about people."""
    person = ObjectType.objects.get(workspace=workspace, slug="person")
    plain = {"kind": "fill", "object_type_id": person.id, "total": 25_000}
    said = {"created_by": "user:1", **plain, **values}
    return Job.objects.create(workspace=workspace, **said)


def address(job: Job, page: str = "change") -> str:
    """Return the address of a page about a job."""
    return f"{JOBS}{job.pk}/{page}/"


def test_tells_how_much_is_done_how_fast_and_how_long_it_may_take() -> None:
    now = timezone.now()
    job = Job(
        kind="fill",
        state="running",
        done=5000,
        total=25_000,
        started_at=now - timedelta(seconds=50),
    )

    progress = progress_of(job, now)

    assert (progress.percent, progress.rate, progress.time_left) == (
        *(20, 100.0),
        "3 min 20 s left",
    )
    assert progress.amount == "5,000 of 25,000"


def test_tells_no_rate_before_there_is_one() -> None:
    now = timezone.now()
    job = Job(kind="fill", state="running", done=5, total=9, started_at=now)

    progress = progress_of(job, now)

    assert (progress.rate, progress.time_left) == (0, "")


def test_lists_the_jobs_of_ones_workspaces(owner: Person, workspace: Workspace) -> None:
    own = make_job(workspace, state="running", done=5000)
    other = make_job(create_workspace(slug="globex"))

    page = owner.page(JOBS)

    assert "5,000 of 25,000" in page
    assert address(own) in page
    assert str(other.pk) not in page
    owner.page(address(other), status=404)


def test_shows_what_stood_in_the_way(owner: Person, workspace: Workspace) -> None:
    error = {"detail": "Records share it.", "meta": {"record": "per_1"}}
    job = make_job(
        workspace, state="failed", finished_at=timezone.now(), errors=[error]
    )

    page = owner.page(address(job))

    assert "per_1" in page
    assert "Records share it." in page
    assert address(job, "cancel") not in page


def test_an_owner_cancels_a_job_and_a_member_does_not(
    owner: Person, workspace: Workspace
) -> None:
    job = make_job(workspace, kind="remove")
    member = join(workspace, Member.Role.MEMBER)

    assert address(job, "cancel") not in member.page(address(job))
    member.page(address(job, "cancel"), status=403)
    assert "told to end" in owner.submit(address(job, "cancel"))

    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_object_type_tells_what_is_done_to_it(
    owner: Person, workspace: Workspace
) -> None:
    job = make_job(workspace, state="running", done=5000)
    type_page = f"/admin/objects/objecttype/{job.object_type_id}/change/"

    page = owner.page(type_page)
    Job.objects.update(state="succeeded", finished_at=timezone.now())

    assert address(job) in page
    assert "5,000 of 25,000 done" in page
    assert address(job) not in owner.page(type_page)


def test_says_that_no_worker_is_there_once_it_has_been_gone_for_a_minute(
    owner: Person, workspace: Workspace
) -> None:
    job = make_job(workspace)

    alone = owner.page(address(job))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    attended = owner.page(address(job))
    with connection.cursor() as cursor:
        long_ago = "last_heartbeat - interval '61 seconds'"
        cursor.execute(f"UPDATE procrastinate_workers SET last_heartbeat = {long_ago}")
    left = owner.page(address(job))

    assert [LEFT_ALONE in page for page in (alone, attended, left)] == [
        *(True, False, True)
    ]


def test_a_change_that_takes_longer_leads_to_its_job(
    owner: Person, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EditedField, "is_long", True)
    add_fields(api, "deal", colour={"type": "string"})
    create(api, "deal", name="A", colour="Red")
    deal = ObjectType.objects.get(workspace=api.workspace, slug="deal")
    form = {"label": "Colour", "slug": "colour", "type": "text", "unique": "on"}

    page = owner.submit(f"/admin/objects/objecttype/{deal.pk}/fields/colour/", **form)

    assert "A job takes the records through the change." in page
    assert Job.objects.get().kind == "fill"

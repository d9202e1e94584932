"""Jobs in the admin: how far they are, and how to end one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from interfaces.admin.filters import ChoiceFilter
from interfaces.admin.jobs.progress import progress_of, warning_about
from interfaces.admin.records.names import Names
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb, VerbPage
from jobs.cancelling import cancel_job
from jobs.models import ALIVE, Job
from objects.models import ObjectType

COLOURS = {
    "queued": "",
    "running": "info",
    "succeeded": "success",
    "failed": "danger",
    "cancelled": "warning",
}


class CancelJob(VerbPage):
    """Ends a job before its next step."""

    title = "Cancel this job?"
    text = "It ends before its next step. What a field was to be, it will not be."
    button = "Cancel the job"
    is_dangerous = True
    done = "The job is told to end."

    def perform(self, values: dict[str, Any]) -> Any:
        return cancel_job(self.thing)


class AtWorkFilter(ChoiceFilter):
    """Jobs that are at work, or over."""

    title = "state"
    parameter_name = "state"
    choices_offered = [("alive", "At work or waiting"), ("over", "Over")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.chosen is None:
            return queryset
        alive = {"state__in": ALIVE}
        is_alive = self.chosen == "alive"
        return queryset.filter(**alive) if is_alive else queryset.exclude(**alive)


@admin.register(Job)
class JobAdmin(ThingAdmin):
    """The jobs of the workspaces, newest first."""

    list_display = ["called", "workspace", "shown_state", "bar", "created_at"]
    list_display_links = ["called"]
    list_filter = [WorkspaceFilter, AtWorkFilter]
    list_select_related = ["workspace"]
    ordering = ["-id"]
    pages = {"cancel": CancelJob}
    page_template = "kith/job.html"
    empty_title = "No jobs"
    empty_text = "What takes longer than a moment is a job, and shown here for a month."

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Job")
    def called(self, job: Job) -> str:
        return progress_of(job).label

    @display(description="State", label=COLOURS)
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @admin.display(description="Done")
    def bar(self, job: Job) -> str:
        progress = progress_of(job)
        if progress.percent is None:
            return progress.amount
        return format_html(
            '<progress class="kith-bar" max="100" value="{}" aria-label="{}">'
            "</progress> {}",
            progress.percent,
            "Done",
            progress.amount,
        )

    def called_on_its_page(self, thing: Job) -> str:
        return progress_of(thing).label

    def facts(self, request: HttpRequest, thing: Job) -> list[Fact]:
        types = ObjectType.objects.filter(pk=thing.object_type_id or thing.id)
        names = Names.of(thing.workspace, actors={thing.created_by})
        return [
            Fact("State", thing.get_state_display()),
            Fact("Object type", types.first() or "None"),
            Fact("Workspace", thing.workspace),
            Fact("Asked for by", names.actor(thing.created_by)),
            Fact("Asked for", thing.created_at),
            Fact("Begun", thing.started_at),
            Fact("Over", thing.finished_at),
        ]

    def panels(self, request: HttpRequest, thing: Job) -> dict[str, Any]:
        changed = (thing.result or {}).get("records_changed")
        return {
            "progress": progress_of(thing),
            "changed": changed,
            "warning": "" if thing.is_over else warning_about(thing.workspace_id),
        }

    def verbs(self, request: HttpRequest, thing: Job) -> list[Verb]:
        if thing.is_over or not self.may_change(request, thing):
            return []
        link = self.address("cancel", thing.pk)
        return [Verb("Cancel", link, "cancel", is_dangerous=True)]

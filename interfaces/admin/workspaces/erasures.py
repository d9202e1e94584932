"""Erasures in the admin: what was erased for good, with the receipt of each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display

from crm.models import Erasure
from interfaces.admin.records.names import Names
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Verb
from jobs.models import Job
from records.erasing.receipts import COVERS, not_covered

COLOURS = {"erased": "success", "waiting": "info"}
CALLED = {
    "records": "Records that lived",
    "tombstones": "Records that were gone",
    "unique_values": "Unique values",
    "sort_keys": "Sort keys",
    "links": "Links",
    "access_rules": "Rules of who sees them",
    "entries": "Changes of theirs, emptied",
    "entries_of_partners": "Changes of others that named them",
    "answers": "Answers kept for retries",
    "pairs": "Pairs of duplicates",
    "deliveries": "Deliveries of webhooks",
}
"""What receipts count, in words. What is not here is called as receipts call it."""


@admin.register(Erasure)
class ErasureAdmin(ThingAdmin):
    """The erasures of the workspaces, newest first."""

    list_display = ["record", "workspace", "shown_state", "reason", "created_at"]
    list_display_links = ["record"]
    list_filter = [WorkspaceFilter]
    list_select_related = ["workspace"]
    search_fields = ["record", "reason"]
    search_help_text = "Search by id or reason"
    ordering = ["-id"]
    page_template = "kith/erasure.html"
    empty_title = "No erasures"
    empty_text = "A record is erased on its page. The receipt stays here for good."

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="State", label=COLOURS)
    def shown_state(self, erasure: Erasure) -> tuple[str, str]:
        return ("erased", "Erased") if erasure.at else ("waiting", "Left to a job")

    def called_on_its_page(self, thing: Erasure) -> str:
        return f"Erasure of {thing.record}"

    def facts(self, request: HttpRequest, thing: Erasure) -> list[Fact]:
        names = Names.of(thing.workspace, actors={thing.by})
        return [
            Fact("Record", thing.record),
            Fact("Type", thing.object_slug),
            Fact("Became one with it", ", ".join(thing.merged)),
            Fact("Workspace", thing.workspace),
            Fact("Reason", thing.reason),
            Fact("Asked for by", names.actor(thing.by)),
            Fact("Asked for", thing.created_at),
            Fact("Erased", thing.at),
        ]

    def panels(self, request: HttpRequest, thing: Erasure) -> dict[str, Any]:
        names = [*CALLED, *(thing.counts.keys() - CALLED.keys())]
        counts = [(n, thing.counts[n]) for n in names if n in thing.counts]
        return {
            "counts": [Fact(CALLED.get(n, n), f"{many:,}") for n, many in counts],
            "covers": COVERS,
            "not_covered": not_covered(thing),
        }

    def verbs(self, request: HttpRequest, thing: Erasure) -> list[Verb]:
        job = Job.objects.filter(id=thing.job_id or thing.id).first()
        if job is None:
            return []
        return [
            Verb(
                "The job",
                reverse("admin:jobs_job_change", args=[job.pk]),
                "pending_actions",
            )
        ]

"""The admin's first page and its menu, which know of everything below."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape

from crm.models import ApiKey, Member, Workspace
from crm.roles import Role, Roles, roles_of
from objects.models import ObjectType
from records.models import JournalHead
from webhooks.models import Endpoint
from webhooks.queue.outages import FAILING

MOST_LISTED = 8
"""How many workspaces the menu lists."""

MOST_SHOWN = 50
"""How many workspaces the first page shows."""


class FirstStep(NamedTuple):
    """Something that a new owner does first."""

    title: str
    text: str
    button: str
    link: str
    is_done: bool


class Overview(NamedTuple):
    """A workspace at a glance."""

    workspace: Workspace
    role: str
    members: int
    keys: int
    records: int
    link: str
    records_link: str


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the first page shows, as Unfold's ``DASHBOARD_CALLBACK``."""
    roles = roles_of(request)
    steps = first_steps(roles) if roles.owns_any else []
    to_do = [step for step in steps if not step.is_done]
    return context | {
        "heading": "Home",
        "steps": steps if to_do else [],
        "next_step": next(iter(to_do), None),
        "workspaces": overviews(roles),
        "given_up": given_up(roles),
    }


def first_steps(roles: Roles) -> list[FirstStep]:
    """Return what to do first, and whether it is done in any workspace of theirs."""
    run = roles.run.values("id")
    has_workspace = roles.run.exists()
    members = Member.objects.filter(workspace__in=run).values("workspace")
    crowded = members.annotate(many=Count("id")).filter(many__gt=1)
    own = ObjectType.objects.filter(workspace__in=run, is_custom=True)
    keys = ApiKey.objects.filter(workspace__in=run)
    return [
        FirstStep(
            "Create a workspace",
            "It holds your records and begins with people, companies, deals and more.",
            "Create",
            reverse("admin:crm_workspace_add"),
            has_workspace,
        ),
        FirstStep(
            "Add an object type",
            "Describe what else you keep records of: invoices, shipments, projects.",
            "Add",
            reverse("admin:objects_objecttype_add") if has_workspace else "",
            own.exists(),
        ),
        FirstStep(
            "Invite a member",
            "Let colleagues see the records, or set things up with you.",
            "Invite",
            reverse("admin:crm_member_add") if has_workspace else "",
            crowded.exists(),
        ),
        FirstStep(
            "Make a key",
            "Programs and AI agents read and write records with it.",
            "Make",
            reverse("admin:crm_apikey_add") if has_workspace else "",
            keys.exists(),
        ),
    ]


def overviews(roles: Roles) -> list[Overview]:
    """Return the workspaces that somebody sees, newest first."""
    workspaces = roles.seen.order_by("-created_at").annotate(
        many_members=Count("members", distinct=True),
        many_keys=Count("api_keys", distinct=True),
    )[:MOST_SHOWN]
    heads = JournalHead.objects.filter(workspace__in=[one.pk for one in workspaces])
    records = {head.workspace_id: sum(head.counts.values()) for head in heads}
    return [
        Overview(
            one,
            dict(Role.choices)[roles.role(one.id) or Role.MEMBER],
            one.many_members,
            one.many_keys,
            records.get(one.id, 0),
            reverse("admin:crm_workspace_change", args=[one.pk]),
            reverse("browser:index", args=[one.slug]),
        )
        for one in workspaces
    ]


def given_up(roles: Roles) -> list[Endpoint]:
    """Return the webhooks that failed until nothing more was sent to them."""
    failed = Endpoint.objects.filter(disabled_reason=FAILING)
    seen = failed.filter(workspace__in=roles.seen.values("id"))
    return list(seen.select_related("workspace")[:MOST_LISTED])


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu. Unfold takes titles for markup, so they are escaped here."""
    roles = roles_of(request)
    if not roles.sees_any:
        return [group("", entry("Home", "home", reverse("admin:index")))]
    groups = [
        group("", entry("Home", "home", reverse("admin:index"))),
        records_group(roles),
        group(
            "Set up",
            entry("Workspaces", "domain", reverse("admin:crm_workspace_changelist")),
            entry(
                "Object types",
                "category",
                reverse("admin:objects_objecttype_changelist"),
            ),
            entry("Members", "group", reverse("admin:crm_member_changelist")),
            entry("Agents", "smart_toy", reverse("admin:crm_agent_changelist")),
            entry("API keys", "key", reverse("admin:crm_apikey_changelist")),
            entry("Jobs", "pending_actions", reverse("admin:jobs_job_changelist")),
            entry("Erasures", "ink_eraser", reverse("admin:crm_erasure_changelist")),
            entry("Webhooks", "webhook", reverse("admin:webhooks_endpoint_changelist")),
        ),
    ]
    if roles.owns_all:
        logins = reverse("admin:auth_user_changelist")
        groups.append(group("Server", entry("Logins", "passkey", logins)))
    return groups


def records_group(roles: Roles) -> dict[str, Any]:
    """Return the menu of records: by type in one workspace, else by workspace."""
    workspaces = list(roles.seen.order_by("name")[: MOST_LISTED + 1])
    if len(workspaces) != 1:
        entries = [
            entry(one.name, "folder_open", reverse("browser:index", args=[one.slug]))
            for one in workspaces[:MOST_LISTED]
        ]
        return group("Records", *entries)
    (only,) = workspaces
    types = ObjectType.objects.filter(workspace=only)
    return group(
        "Records",
        *(
            entry(
                one.plural,
                ICONS.get(one.slug, "deployed_code"),
                reverse("browser:list", args=[only.slug, one.slug]),
            )
            for one in types
        ),
    )


ICONS = {
    "person": "person",
    "company": "business_center",
    "deal": "handshake",
    "meeting": "event",
    "task": "task_alt",
    "conversation": "forum",
}


def group(title: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the menu."""
    return {"title": title, "items": list(entries)}


def entry(title: str, icon: str, link: str) -> dict[str, Any]:
    """Return a line of the menu."""
    return {"title": escape(title), "icon": icon, "link": link}

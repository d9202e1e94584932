"""Members in the admin: inviting people, giving them roles, removing them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_encode
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget

from crm.absolute import absolute
from crm.members import change_role, invite_member, may_make_link, remove_member
from crm.models import Member
from crm.roles import Role, roles_of
from interfaces.admin.filters import ChoiceFilter
from interfaces.admin.forms import WorkspaceForm, choice_field, text_field
from interfaces.admin.tenancy import WorkspaceFilter
from interfaces.admin.things import ThingAdmin
from interfaces.admin.verbs import Fact, Secret, Verb, VerbPage

ROLES = [
    (Role.MEMBER, "Member: sees everything, changes nothing here"),
    (Role.ADMIN, "Admin: sets everything up, except for owners"),
    (Role.OWNER, "Owner: may do everything"),
]


class InviteForm(WorkspaceForm):
    """Who is invited, and to what."""

    field_order = ["workspace", "email", "name", "role"]
    email = forms.EmailField(
        max_length=150, widget=UnfoldAdminEmailInputWidget(), label="E-mail address"
    )
    name = text_field("Name", max_length=150, required=False)
    role = choice_field("Role", ROLES)


class InviteMember(VerbPage):
    """Invites somebody to a workspace."""

    form_class = InviteForm
    title = "Invite a member"
    text = (
        "They get a login of their own. You will be given a link to send them, with "
        "which they choose a password."
    )
    button = "Invite"
    done = "Invited."

    def perform(self, values: dict[str, Any]) -> Any:
        self.invited = invite_member(
            workspace=self.workspace_of(values),
            by=self.roles.person,
            email=values["email"],
            role=values["role"],
            name=values["name"],
        )
        return self.invited.member

    def answer(self, thing: Any) -> HttpResponse:
        if self.invited.is_new:
            return show_password_link(self, thing)
        return super().answer(thing)


class ChangeRoleForm(forms.Form):
    """The role that a member is to have."""

    role = choice_field("Role", ROLES)


class ChangeRole(VerbPage):
    """Gives a member another role."""

    title = "Change the role"
    done = "The role is changed."
    form_class = ChangeRoleForm

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.thing.role}

    def perform(self, values: dict[str, Any]) -> Any:
        person = self.roles.person
        return change_role(member=self.thing, by=person, role=values["role"])


class RemoveMember(VerbPage):
    """Removes a member from a workspace."""

    title = "Remove this member?"
    text = (
        "They will not see this workspace any more. Their login stays, for other "
        "workspaces that they belong to. Keys that they made go on working."
    )
    button = "Remove"
    is_dangerous = True

    def perform(self, values: dict[str, Any]) -> Any:
        remove_member(member=self.thing, by=self.roles.person)
        return self.thing

    def answer(self, thing: Any) -> HttpResponse:
        return self.leave(f"{name_of(thing.user)} is removed.")


class MakeLink(VerbPage):
    """Makes a link with which a member chooses a password."""

    title = "Make a link to choose a password?"
    text = (
        "Send it to this person and to nobody else: whoever opens it first can log in "
        "as them. It works once, within three days. The password so far goes on "
        "working until then."
    )
    button = "Make a link"
    done = "Made a link to choose a password."

    def check_roles(self) -> None:
        super().check_roles()
        if not may_make_link(member=self.thing, by=self.roles.person):
            raise PermissionDenied

    def perform(self, values: dict[str, Any]) -> Any:
        return self.thing

    def answer(self, thing: Any) -> HttpResponse:
        return show_password_link(self, thing)


def show_password_link(page: VerbPage, member: Member) -> HttpResponse:
    """Answer with a link with which a member chooses a password."""
    user = member.user
    name = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    path = reverse("choose_password", args=[name, token])
    return page.show_once(
        member,
        heading=f"A link for {name_of(user)}",
        text="Send it to them and to nobody else: whoever opens it first can log in as "
        "them. It works once, within three days.",
        secrets=[Secret("Link", absolute(page.request, path))],
    )


class RoleFilter(ChoiceFilter):
    """Members of one role."""

    title = "role"
    parameter_name = "role"
    choices_offered = Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(role=self.chosen) if self.chosen else queryset


@admin.register(Member)
class MemberAdmin(ThingAdmin):
    """Who belongs to which workspace."""

    list_display = ["person", "workspace", "role_label", "last_seen"]
    list_display_links = ["person"]
    list_filter = [WorkspaceFilter, RoleFilter]
    list_select_related = ["user", "workspace"]
    search_fields = ["user__email", "user__username", "user__first_name"]
    search_help_text = "Search by name or e-mail"
    ordering = ["created_at"]
    add_page = InviteMember
    add_label = "Invite a member"
    empty_title = "No members found"
    empty_text = "Invite the people who should see or set up this workspace."
    pages = {"role": ChangeRole, "remove": RemoveMember, "link": MakeLink}

    @admin.display(description="Member", ordering="user__username")
    def person(self, member: Member) -> str:
        return format_html(
            '<span class="kith-two"><b>{}</b><small>{}</small></span>',
            name_of(member.user),
            member.user.email,
        )

    @display(
        description="Role",
        ordering="role",
        label={Role.OWNER: "primary", Role.ADMIN: "info"},
    )
    def role_label(self, member: Member) -> tuple[str, str]:
        return member.role, member.get_role_display()

    @admin.display(description="Last login", ordering="user__last_login")
    def last_seen(self, member: Member) -> Any:
        if member.user.last_login:
            return member.user.last_login
        return "never" if member.user.has_usable_password() else "invited, not yet here"

    def called_on_its_page(self, thing: Member) -> str:
        return name_of(thing.user)

    def facts(self, request: HttpRequest, thing: Member) -> list[Fact]:
        return [
            Fact("E-mail address", thing.user.email or "none"),
            Fact("Login", thing.user.username),
            Fact("Workspace", thing.workspace),
            Fact("Role", dict(ROLES)[Role(thing.role)]),
            Fact("Last login", self.last_seen(thing)),
            Fact("Member since", thing.created_at),
        ]

    def verbs(self, request: HttpRequest, thing: Member) -> list[Verb]:
        if not self.may_change(request, thing):
            return []
        verbs = [Verb("Change role", self.address("role", thing.pk), "badge")]
        if may_make_link(member=thing, by=roles_of(request).person):
            verbs.append(Verb("Password link", self.address("link", thing.pk), "link"))
        remove = self.address("remove", thing.pk)
        return [*verbs, Verb("Remove", remove, "person_remove", is_dangerous=True)]


def name_of(user: User) -> str:
    """Return what a person is called."""
    return user.get_full_name() or user.get_username()

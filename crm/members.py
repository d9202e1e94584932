"""Members: how people are invited to a workspace, given roles and removed."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from crm.errors import AlreadyExists, NotAllowed, Refusal
from crm.models import Member, Workspace
from crm.roles import Role, Roles

UNKNOWN = (
    "This address has a login on this server already, and you share no workspace with "
    "its holder. Ask whoever runs the server to add them."
)


FULL_NAME = Trim(Concat("user__first_name", Value(" "), "user__last_name"))


class Invited(NamedTuple):
    """A member, and whether their login was made for them."""

    member: Member
    is_new: bool


class AlreadyMember(AlreadyExists):
    """The person belongs to the workspace already."""


class UnknownToYou(AlreadyExists):
    """The address has a login, but nobody here knows whose it is."""


class LastOwner(Refusal):
    """A workspace without an owner could not be run any more."""

    status = 409
    code = "last_owner"
    title = "Last owner"


@transaction.atomic
def invite_member(
    *, workspace: Workspace, by: User, email: str, role: str, name: str = ""
) -> Invited:
    """Make somebody a member of a workspace, with a login if they have none yet.

    The new login has no password; `may_make_link` says who may let them choose one. A
    login that exists is only taken if its holder shares another workspace with who
    invites: whoever made it first might otherwise read along under a false address.

    Raises:
        AlreadyMember: if they are one.
        NotAllowed: if who invites may not give the role.
        UnknownToYou: if the login exists, and they share no workspace.
    """
    check_power(by, workspace, role)
    lock_members(workspace.pk)
    user, is_new = find_or_make_login(email.strip().lower(), name)
    if Member.objects.filter(workspace=workspace, user=user).exists():
        raise AlreadyMember({"/attributes/email": "They are a member already."})
    if not is_new and not knows(by, user):
        raise UnknownToYou({"/attributes/email": UNKNOWN})
    member = Member.objects.create(workspace=workspace, user=user, role=role)
    return Invited(member, is_new)


def known_members() -> QuerySet[Any]:
    """Return members with their ``name``, ``email`` and ``last_active_at``.

    These are of the logins, which know nothing of workspaces.
    """
    return Member.objects.annotate(
        name=Coalesce(NullIf(FULL_NAME, Value("")), "user__username"),
        email=F("user__email"),
        last_active_at=F("user__last_login"),
    )


def find_or_make_login(email: str, name: str) -> tuple[User, bool]:
    """Return the login of an address that may use the admin, and whether it is new."""
    user = User.objects.filter(email__iexact=email).order_by("id").first()
    if user is None:
        user, is_new = User.objects.get_or_create(
            username=email,
            defaults={
                "email": email,
                "first_name": name,
                "is_staff": True,
                "password": make_password(None),
            },
        )
        return user, is_new
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user, False


def knows(by: User, user: User) -> bool:
    """Whether somebody shares a workspace with another, or runs the server."""
    theirs = Member.objects.filter(user=user).values("workspace")
    shared = Member.objects.filter(user=by, workspace__in=theirs)
    return by.is_superuser or shared.exists()


@transaction.atomic
def change_role(*, member: Member, by: User, role: str) -> Member:
    """Give a member another role.

    Raises:
        LastOwner: if nobody else owns the workspace.
        NotAllowed: if who changes it may not give the role, or take the old one.
    """
    member = lock_member(member)
    check_power(by, member.workspace, role, member.role)
    if role != Role.OWNER:
        check_other_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(*, member: Member, by: User) -> None:
    """End a membership. The login stays, since other workspaces may know it.

    Raises:
        LastOwner: if nobody else owns the workspace.
        NotAllowed: if who removes them may not take their role.
    """
    member = lock_member(member)
    check_power(by, member.workspace, member.role)
    check_other_owner(member)
    member.delete()


def lock_members(workspace_id: UUID) -> None:
    """Keep the members of a workspace from being changed by others meanwhile."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)


def lock_member(member: Member) -> Member:
    """Return a member as they are now, while nobody else changes who owns what."""
    lock_members(member.workspace_id)
    return Member.objects.select_related("workspace").get(pk=member.pk)


def check_power(by: User, workspace: Workspace, *roles: str) -> None:
    """Refuse to let somebody give or take roles that are not theirs to give.

    Raises:
        NotAllowed: if they do not run the workspace, or one of the roles is that of
            an owner and they are none.
    """
    theirs = Roles(by)
    if Role.OWNER in roles and not theirs.owns(workspace.id):
        raise NotAllowed({"/attributes/role": "Only an owner can do this to owners."})
    if not theirs.runs(workspace.id):
        raise NotAllowed({"/attributes/role": "Only owners and admins can do this."})


def check_other_owner(member: Member) -> None:
    """Refuse to take the last owner from a workspace.

    Raises:
        LastOwner: if the member is it.
    """
    others = Member.objects.filter(workspace=member.workspace_id, role=Role.OWNER)
    if member.role == Role.OWNER and not others.exclude(pk=member.pk).exists():
        why = "A workspace needs an owner. Make somebody else an owner first."
        raise LastOwner({"/attributes/role": why})


def may_make_link(*, member: Member, by: User) -> bool:
    """Whether somebody may let a member choose a password, which is to become them.

    Whoever runs the server may. Others may if they are owners everywhere the member
    belongs; a login without a password needs no more than running those workspaces.
    """
    user = member.user
    if not user.is_active or user == by:
        return False
    if by.is_superuser:
        return True
    roles = Roles(by)
    has_power = roles.owns if user.has_usable_password() else roles.runs
    ids = Member.objects.filter(user=user).values_list("workspace_id", "role")
    return not user.is_superuser and all(
        has_power(one) and (role != Role.OWNER or roles.owns(one)) for one, role in ids
    )

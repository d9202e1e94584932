"""What somebody who is logged in may see and change: all of it is decided here.

Decision 38 in docs/decisions.md says why.
"""

from __future__ import annotations

from uuid import UUID
from weakref import WeakKeyDictionary

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.models import Member, Workspace

Role = Member.Role


class Roles:
    """The roles of a person in the workspaces. A superuser owns them all."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self.user = user
        self.owns_all = user.is_active and user.is_superuser
        self.roles: dict[UUID, str] = {}
        if isinstance(user, User) and user.is_active and not self.owns_all:
            mine = Member.objects.filter(user=user)
            self.roles = dict(mine.values_list("workspace_id", "role"))

    @property
    def person(self) -> User:
        """Who it is. Nobody gets to a page of the admin without a login."""
        assert isinstance(self.user, User)
        return self.user

    def role(self, workspace_id: UUID) -> str | None:
        """Return the role in a workspace; None for a stranger."""
        return Role.OWNER if self.owns_all else self.roles.get(workspace_id)

    def sees(self, workspace_id: UUID) -> bool:
        """Whether they may see what is in a workspace."""
        return self.role(workspace_id) is not None

    def runs(self, workspace_id: UUID) -> bool:
        """Whether they may change how a workspace is set up."""
        return self.role(workspace_id) in {Role.OWNER, Role.ADMIN}

    def owns(self, workspace_id: UUID) -> bool:
        """Whether they may do everything in a workspace."""
        return self.role(workspace_id) == Role.OWNER

    @property
    def sees_any(self) -> bool:
        """Whether there is anything for them to see."""
        return self.owns_all or bool(self.roles)

    @property
    def runs_any(self) -> bool:
        """Whether there may be anything for them to change."""
        return self.owns_all or any(map(self.runs, self.roles))

    @property
    def owns_any(self) -> bool:
        """Whether they may create further workspaces."""
        return self.owns_all or any(map(self.owns, self.roles))

    @property
    def seen(self) -> QuerySet[Workspace]:
        """The workspaces that they may see."""
        everything = Workspace.objects.all()
        return everything if self.owns_all else everything.filter(id__in=self.roles)

    @property
    def run(self) -> QuerySet[Workspace]:
        """The workspaces that they may change."""
        if self.owns_all:
            return self.seen
        return Workspace.objects.filter(id__in=filter(self.runs, self.roles))


_roles: WeakKeyDictionary[HttpRequest, Roles] = WeakKeyDictionary()


def roles_of(request: HttpRequest) -> Roles:
    """Return the roles of who makes a request, as they are when first asked for."""
    if request not in _roles:
        _roles[request] = Roles(request.user)
    return _roles[request]

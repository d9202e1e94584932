"""``/users``: the people with a login who may see or set up the workspace."""

from __future__ import annotations

from crm.members import known_members
from crm.models import Member
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import ChoiceColumn, MomentColumn, TextColumn
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.workspaces.serializers import UserSerializer


class UserFilters(ResourceFilters):
    """How users are found and sorted."""

    columns = (
        TextColumn("name", "name"),
        TextColumn("email", "user__email"),
        ChoiceColumn("role", "role", Member.Role),
        MomentColumn("last_active_at", "user__last_login"),
        MomentColumn("created_at", "created_at"),
    )


class UserViewSet(CollectionViewSet):
    """The members of the workspace. They are kept in the admin."""

    serializer_class = UserSerializer
    filters = UserFilters
    queryset = known_members()

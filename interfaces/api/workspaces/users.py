"""``/users``: the people with a login who may see or set up the workspace."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from crm.models import Member
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.columns import ChoiceColumn, MomentColumn, TextColumn
from interfaces.api.rows.filters import ResourceFilters
from interfaces.api.workspaces.serializers import UserSerializer

FULL_NAME = Trim(Concat("user__first_name", Value(" "), "user__last_name"))


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
    queryset = Member.objects.annotate(
        name=Coalesce(NullIf(FULL_NAME, Value("")), "user__username"),
        email=F("user__email"),
        last_active_at=F("user__last_login"),
    )

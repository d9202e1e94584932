"""``/users``: the people with a login who may see or set up the workspace."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from crm.models import Member
from interfaces.api.rows.collections import CollectionViewSet
from interfaces.api.rows.filters import Column, ResourceFilters
from interfaces.api.rows.operators import MOMENT, ROLE, TEXT
from interfaces.api.workspaces.serializers import UserSerializer

FULL_NAME = Trim(Concat("user__first_name", Value(" "), "user__last_name"))


class UserFilters(ResourceFilters):
    """How users are found and sorted."""

    columns = {
        "name": Column(TEXT, "name"),
        "email": Column(TEXT, "user__email"),
        "role": Column(ROLE, "role"),
        "last_active_at": Column(MOMENT, "user__last_login"),
        "created_at": Column(MOMENT, "created_at"),
    }


class UserViewSet(CollectionViewSet):
    """The members of the workspace. They are kept in the admin."""

    serializer_class = UserSerializer
    filters = UserFilters
    queryset = Member.objects.annotate(
        name=Coalesce(NullIf(FULL_NAME, Value("")), "user__username"),
        email=F("user__email"),
        last_active_at=F("user__last_login"),
    )

"""The addresses of who is who in a workspace."""

from django.urls import path

from interfaces.api.workspaces.api_keys import ApiKeyViewSet
from interfaces.api.workspaces.me import MeViewSet
from interfaces.api.workspaces.settings import SettingsViewSet
from interfaces.api.workspaces.users import UserViewSet

users = UserViewSet.as_view({"get": "list"})
user = UserViewSet.as_view({"get": "retrieve"})
keys = ApiKeyViewSet.as_view({"get": "list", "post": "create"})
key = ApiKeyViewSet.as_view(
    {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
)
rotation = ApiKeyViewSet.as_view({"post": "rotate"})
me = MeViewSet.as_view({"get": "retrieve"})
settings = SettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("<str:workspace>/users", users),
    path("<str:workspace>/users/<str:id>", user),
    path("<str:workspace>/api-keys", keys),
    path("<str:workspace>/api-keys/<str:id>", key),
    path("<str:workspace>/api-keys/<str:id>/rotate", rotation),
    path("<str:workspace>/me", me),
    path("<str:workspace>/settings", settings),
]

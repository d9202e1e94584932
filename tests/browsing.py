"""People who are logged in to the admin, without a browser."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client

from crm.models import Member, Workspace


class Person(Client):
    """Somebody with a login, and what they see."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user
        self.force_login(user)

    def page(self, address: str, *, status: int = 200) -> str:
        """Return what a page says, without its menu and markup to be looked for."""
        response = self.get(address)
        assert response.status_code == status
        return response.content.decode()

    def submit(self, address: str, **values: object) -> str:
        """Fill in a form and return the page that it leads to."""
        response = self.post(address, values, follow=True)
        return response.content.decode()


def make_user(name: str, *, is_superuser: bool = False) -> User:
    """Make a login that may use the admin."""
    return User.objects.create_user(
        name, f"{name}@people.example", is_staff=True, is_superuser=is_superuser
    )


def join(workspace: Workspace, role: str, user: User | None = None) -> Person:
    """Make somebody a member of a workspace, and let them log in."""
    user = user or make_user(f"{role}-{uuid4().hex[:6]}")
    Member.objects.create(workspace=workspace, user=user, role=role)
    return Person(user)


def superuser() -> Person:
    """Return whoever runs the server."""
    return Person(make_user("root", is_superuser=True))

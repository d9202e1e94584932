"""People log in with their own password, and nobody guesses it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.browsing import superuser


@pytest.fixture
def user(db: None, settings: Settings) -> User:
    """Somebody whose password is checked more quickly than others'."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("ada", password="difference engine", is_staff=True)


def log_in(name: str, password: str) -> tuple[bool, str]:
    """Try a password; return whether it was right, and the page."""
    form = {"username": name, "password": password}
    answer = Client().post("/admin/login/?next=/admin/", form)
    return answer.status_code == 302, answer.content.decode()


def test_lets_in_who_knows_the_password(user: User) -> None:
    assert log_in("ada", "difference engine")[0]
    assert not log_in("ada", "analytical engine")[0]


def test_after_some_guesses_even_the_right_one_has_to_wait(user: User) -> None:
    guesses = [log_in("Ada" if n % 2 else "ada", str(n))[0] for n in range(10)]

    is_in, page = log_in("ada", "difference engine")

    assert not any(guesses)
    assert not is_in
    assert "Too many attempts. Try again in" in page


def test_others_need_not_wait(user: User) -> None:
    for guess in range(11):
        log_in("grace", str(guess))

    assert log_in("ada", "difference engine")[0]


def test_does_not_look_at_passwords_while_they_wait(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for guess in range(10):
        log_in("ada", str(guess))

    with django_assert_num_queries(0):
        log_in("ada", "difference engine")


def test_whoever_is_no_longer_active_stays_out(user: User) -> None:
    user.is_active = False
    user.save()

    assert not log_in("ada", "difference engine")[0]


@pytest.mark.parametrize("page", ["", "add/", "{id}/change/", "{id}/password/"])
def test_whoever_runs_the_server_manages_logins(user: User, page: str) -> None:
    superuser().page(f"/admin/auth/user/{page.format(id=user.pk)}")

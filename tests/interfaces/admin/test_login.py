"""People log in with their own password, and nobody guesses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from crm.login_attempts import FIRST_WAIT, FREE, key_of
from crm.models import LoginAttempts
from tests.browsing import superuser


@pytest.fixture
def user(db: None, settings: Settings) -> User:
    """Somebody whose password is checked more quickly than others'."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("ada", password="difference engine", is_staff=True)


def log_in(name: str, password: str, address: str = "192.0.2.1") -> tuple[bool, str]:
    """Try a password; return whether it was right, and the page."""
    form = {"username": name, "password": password}
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/admin/login/?next=/admin/", form)
    return answer.status_code == 302, answer.content.decode()


def guess(name: str, address: str = "192.0.2.1") -> None:
    """Try as many wrong passwords as are free."""
    for number in range(FREE):
        log_in(name, f"wrong {number}", address)


def let_pass(seconds: int) -> None:
    """Let time pass for all who wait."""
    LoginAttempts.objects.update(free_at=F("free_at") - timedelta(seconds=seconds))


def test_lets_in_who_knows_the_password(user: User) -> None:
    assert log_in("ada", "difference engine")[0]
    assert not log_in("ada", "analytical engine")[0]


def test_after_some_guesses_even_the_right_one_has_to_wait(user: User) -> None:
    guesses = [log_in("Ada" if n % 2 else "ada", str(n))[0] for n in range(FREE)]

    is_in, page = log_in("ada", "difference engine")

    assert not any(guesses)
    assert not is_in
    assert "Too many attempts. Try again in" in page


def test_behind_the_wait_the_right_password_works_and_is_a_new_start(
    user: User,
) -> None:
    guess("ada")
    for _ in range(5):
        log_in("ada", "wrong, and too early")
    let_pass(FIRST_WAIT)

    assert log_in("ada", "difference engine")[0]
    assert not LoginAttempts.objects.exists()


def test_others_need_not_wait(user: User) -> None:
    guess("grace")

    assert log_in("ada", "difference engine")[0]


def test_the_owner_need_not_wait_for_who_guesses_elsewhere(user: User) -> None:
    guess("ada", "198.51.100.7")

    assert log_in("ada", "difference engine", "192.0.2.1")[0]


def test_addresses_of_one_network_of_ipv6_are_one(user: User) -> None:
    guess("ada", "2001:db8::1")

    assert not log_in("ada", "difference engine", "2001:db8::2")[0]
    assert log_in("ada", "difference engine", "2001:db8:0:1::1")[0]


def test_behind_a_proxy_its_word_for_the_address_counts(
    user: User, settings: Settings
) -> None:
    settings.CLIENT_ADDRESS = "HTTP_X_FORWARDED_FOR"
    form = {"username": "ada", "password": "wrong"}
    for number in range(FREE):
        sent = f"10.0.0.{number}, 198.51.100.7"
        Client().post("/admin/login/", form, headers={"X-Forwarded-For": sent})

    (counted,) = LoginAttempts.objects.all()

    assert counted.key == key_of("ada", "198.51.100.7")
    assert counted.failures == FREE


def test_does_not_look_at_passwords_while_they_wait(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    guess("ada")

    with django_assert_num_queries(2) as queries:
        log_in("ada", "difference engine")

    assert not any("auth_user" in query["sql"] for query in queries)


def test_whoever_is_no_longer_active_stays_out(user: User) -> None:
    user.is_active = False
    user.save()

    assert not log_in("ada", "difference engine")[0]


@pytest.mark.parametrize("page", ["", "add/", "{id}/change/", "{id}/password/"])
def test_whoever_runs_the_server_manages_logins(user: User, page: str) -> None:
    superuser().page(f"/admin/auth/user/{page.format(id=user.pk)}")

"""The settings have sensible defaults, and a wrong value fails at start, by name."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).parents[2] / "config" / "settings.py"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset every variable that the settings read."""
    for name in re.findall(r'env\.\w+\("([A-Z_]+)"', SETTINGS.read_text()):
        monkeypatch.delenv(name, raising=False)


def read_settings() -> dict[str, Any]:
    """Return the settings as they are in this environment."""
    return run_path(str(SETTINGS))


def test_needs_nothing_to_be_set() -> None:
    settings = read_settings()

    assert settings["DEBUG"] is False
    assert settings["DATABASES"]["default"]["HOST"].endswith("/.data/postgres")
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert len(settings["SECRET_KEY"]) >= 50
    names = ("PORT", "RATE_LIMIT", "BULK_LIMIT", "PAGE_LIMIT", "BODY_LIMIT")
    assert [settings[name] for name in names] == [8000, 3000, 25, 1000, 8 * 1024**2]


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((SETTINGS.parents[1] / "pyproject.toml").read_text())

    assert read_settings()["VERSION"] == project["project"]["version"]


def test_settings_without_data_have_another_secret_key_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    first, second = read_settings(), read_settings()

    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert not first["HAS_SECRET_KEY"]


@pytest.mark.parametrize("left_behind", [None, "", "\n"])
def test_settings_with_an_embedded_database_share_a_secret_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, left_behind: str | None
) -> None:
    (tmp_path / "postgres").mkdir(mode=0o700)
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    if left_behind is not None:
        (tmp_path / "secret_key").write_text(left_behind)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    first, second = read_settings(), read_settings()

    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["SECRET_KEY"] == (tmp_path / "secret_key").read_text()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_settings_read_the_secret_key_that_a_start_has_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret_key").write_text("kept" * 20)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/kith")

    settings = read_settings()

    assert settings["SECRET_KEY"] == "kept" * 20
    assert settings["HAS_SECRET_KEY"]


def test_a_secret_key_that_cannot_be_kept_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret_key").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WORKERS", "0"),
        ("THREADS", "-1"),
        ("DEBUG", "maybe"),
        ("BEHIND_PROXY", "2"),
        ("DATABASE_URL", "mysql://localhost/kith"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_WAIT", "soon"),
        ("HSTS_SECONDS", "-1"),
        ("CACHE_URL", "localhost"),
        ("RATE_LIMIT", "-1"),
        ("RATE_LIMIT", "3000/min"),
        ("BULK_LIMIT", "0"),
        ("PAGE_LIMIT", "1e3"),
        ("STATEMENT_TIMEOUT_MS", "10s"),
        ("LOG_LEVEL", "chatty"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=name):
        read_settings()


def test_takes_a_database_url_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://ada:s%40cret@db.example:5433/crm?sslmode=require"
    monkeypatch.setenv("DATABASE_URL", url)

    database = read_settings()["DATABASES"]["default"]

    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [database[name] for name in names] == [
        "crm",
        "ada",
        "s@cret",
        "db.example",
        "5433",
    ]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["options"] == "-c statement_timeout=10000"


def test_keeps_the_data_where_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    assert read_settings()["EMBEDDED_POSTGRES"].directory == tmp_path / "postgres"


def test_believes_a_proxy_only_if_told(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_settings()
    monkeypatch.setenv("BEHIND_PROXY", "1")

    behind = read_settings()

    assert "SECURE_PROXY_SSL_HEADER" not in alone
    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    cookies = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert [alone[name] for name in cookies] == [False, False]
    assert [behind[name] for name in cookies] == [True, True]


def test_asks_browsers_for_https_only_if_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings()["SECURE_HSTS_SECONDS"] == 0

    monkeypatch.setenv("HSTS_SECONDS", "31536000")

    assert read_settings()["SECURE_HSTS_SECONDS"] == 31_536_000


def test_each_processor_works_on_a_request_by_default() -> None:
    workers = read_settings()["WORKERS"]

    assert workers == min(len(os.sched_getaffinity(0)), 8)


def test_counts_in_a_shared_cache_if_told(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_settings()["CACHES"]["default"]["BACKEND"]
    monkeypatch.setenv("CACHE_URL", "redis://localhost:6379/0")

    shared = read_settings()["CACHES"]["default"]

    assert alone.endswith("LocMemCache")
    assert shared["BACKEND"].endswith("RedisCache")
    assert shared["LOCATION"] == "redis://localhost:6379/0"

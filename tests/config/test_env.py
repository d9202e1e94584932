"""Settings are read from the environment, and a wrong value names its variable."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import flag, items, number, text, url


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Set the variable X to the parameter, or to nothing if that is None."""
    monkeypatch.delenv("X", raising=False)
    if request.param is not None:
        monkeypatch.setenv("X", request.param)


@pytest.mark.parametrize(
    ("set_to", "value"),
    [(None, "default"), ("", "default"), ("a b", "a b"), (" ", " "), ("é", "é")],
    indirect=["set_to"],
)
@pytest.mark.usefixtures("set_to")
def test_reads_text(value: str) -> None:
    assert text("X", "default") == value


@pytest.mark.parametrize(
    ("set_to", "value"),
    [
        (None, None),
        ("", None),
        *((written, True) for written in ("1", "true", "True", "YES", "on")),
        *((written, False) for written in ("0", "false", "False", "NO", "off")),
    ],
    indirect=["set_to"],
)
@pytest.mark.parametrize("default", [True, False])
@pytest.mark.usefixtures("set_to")
def test_reads_a_flag(default: bool, value: bool | None) -> None:
    assert flag("X", default) is (default if value is None else value)


@pytest.mark.parametrize(
    "set_to", ["2", "maybe", "y", "t", "-1", " true"], indirect=True
)
@pytest.mark.usefixtures("set_to")
def test_refuses_a_flag_that_is_none() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^X must be"):
        flag("X", default=False)


@pytest.mark.parametrize(
    ("set_to", "value"),
    [(None, 5), ("", 5), ("1", 1), ("0010", 10), ("3000000000", 3_000_000_000)],
    indirect=["set_to"],
)
@pytest.mark.usefixtures("set_to")
def test_reads_a_number(value: int) -> None:
    assert number("X", 5, least=1) == value


@pytest.mark.parametrize(
    "set_to",
    [
        "0",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "1_000",
        "1,000",
        " 1",
        "one",
        "\u0663",
        "\xb2",
        "9" * 5000,
    ],
    indirect=True,
)
@pytest.mark.usefixtures("set_to")
def test_refuses_a_number_that_is_none_or_too_small() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^X must be a whole number, 1 or"):
        number("X", 5, least=1)


@pytest.mark.parametrize(
    ("set_to", "value"),
    [
        (None, ["a", "b"]),
        ("", ["a", "b"]),
        ("c", ["c"]),
        (" c , d,,e ", ["c", "d", "e"]),
        (",", []),
    ],
    indirect=["set_to"],
)
@pytest.mark.usefixtures("set_to")
def test_reads_a_list(value: list[str]) -> None:
    assert items("X", "a,b") == value


@pytest.mark.parametrize(
    ("set_to", "parts"),
    [
        (None, None),
        ("", None),
        ("postgresql:///kith", {"dbname": "kith"}),
        (
            "postgres://ada:s%40cret@db.example:5433/kith?sslmode=require",
            {
                "user": "ada",
                "password": "s@cret",
                "host": "db.example",
                "port": "5433",
                "dbname": "kith",
                "sslmode": "require",
            },
        ),
        (
            "postgresql://kith@/kith?host=/var/run/postgresql",
            {"user": "kith", "dbname": "kith", "host": "/var/run/postgresql"},
        ),
    ],
    indirect=["set_to"],
)
@pytest.mark.usefixtures("set_to")
def test_reads_a_database_url(parts: dict[str, str] | None) -> None:
    assert url("X") == parts


@pytest.mark.parametrize(
    "set_to",
    [
        *("kith", "mysql://h/d", "http://h/d", "postgresql://h/d?x=1"),
        *("postgresql://[h/d", "postgres://", "postgresql://", "postgres://h"),
        *("postgresql://h/", "postgresql://h:http/d", " ", "host=h"),
    ],
    indirect=True,
)
@pytest.mark.usefixtures("set_to")
def test_refuses_a_database_url_that_is_none() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^X must be a postgresql:// URL"):
        url("X")

"""A name that means nothing is answered with the nearest that does mean something."""

from __future__ import annotations

import pytest

from crm.nearest import LONGEST_LIST, MOST_ADVISED, Advisor, nearest, quoted, unknown

FIELDS = ("name", "first_name", "email_addresses", "phone_numbers", "title", "tags")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("firstName", "first_name"),
        ("Title", "title"),
        ("email", "email_addresses"),
        ("emial_addresses", "email_addresses"),
        ("nmae", "name"),
        ("tag", "tags"),
        ("mobile", "phone_numbers"),
        ("zz", None),
        ("", None),
        ("é", None),
        ("na", "name"),
    ],
)
def test_finds_the_name_that_was_meant(name: str, meant: str | None) -> None:
    assert nearest(name, FIELDS, (("Mobile", "phone_numbers"),)) == meant


def test_a_name_goes_before_what_another_is_called() -> None:
    assert nearest("Title", FIELDS, (("title", "name"),)) == "title"


def test_says_what_there_is() -> None:
    assert unknown("field", "nmae", ["name", "title"]) == (
        "There is no field 'nmae'. Did you mean 'name'? There are: name, title."
    )
    assert unknown("field", "zz", []) == "There is no field 'zz'. There are: none."


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    names = [f"field_{number}" for number in range(500)]

    advice = Advisor(names).advice("zz")

    assert len(advice) < LONGEST_LIST + 50
    assert advice.endswith(f" and {500 - advice.count('field_')} more.")


def test_only_the_first_names_get_advice() -> None:
    advisor = Advisor(FIELDS)

    given = [advisor.advice(f"nam{number}") for number in range(MOST_ADVISED + 2)]

    assert [bool(one) for one in given] == [True] * MOST_ADVISED + [False, False]


def test_a_long_name_is_not_repeated() -> None:
    assert quoted("a" * 65) == repr("a" * 64 + "...")

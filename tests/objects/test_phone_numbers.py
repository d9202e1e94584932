"""Phone numbers are read as people write them, where they write them."""

from __future__ import annotations

import pytest
from phonenumbers import SUPPORTED_REGIONS, example_number_for_type

from objects.field_types.contact import normal_number
from objects.phone_numbers import e164, read_phone_number


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+1 415 555 0177", None, "+14155550177"),
        ("+1 415 555 0177", "DE", "+14155550177"),
        ("(415) 555-0177", "US", "+14155550177"),
        ("1 415 555 0177", "US", "+14155550177"),
        ("0171 1234567", "DE", "+491711234567"),
        ("0049 171 1234567", "DE", "+491711234567"),
        ("011 49 171 1234567", "US", "+491711234567"),
        ("06 12345678", "IT", "+390612345678"),
        ("+52 55 1234 5678", None, "+525512345678"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("+52 15 5123 4567", None, "+521551234567"),
        ("+5215512345678", "US", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("+54 11 15 1234-5678", None, "+5491112345678"),
        ("011 15 1234-5678", "AR", "+5491112345678"),
    ],
)
def test_reads(text: str, country: str | None, number: str) -> None:
    found = read_phone_number(text, country)

    assert found is not None
    assert e164(found) == number


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("(415) 555-0177", None),
        ("0171 1234567", None),
        ("555-0177", "US"),
        ("911", "US"),
        ("+999 1234567", "US"),
        ("+52 2 55 1234 5678", None),
        ("ada", "US"),
        ("", "US"),
    ],
)
def test_reads_nothing_into_what_is_no_whole_number(
    text: str, country: str | None
) -> None:
    assert read_phone_number(text, country) is None


def test_keeps_the_extension_of_a_number_in_a_former_form() -> None:
    found = read_phone_number("+52 1 55 1234 5678 ext. 9", None)

    assert found is not None
    assert (e164(found), found.extension) == ("+525512345678", "9")


def test_a_number_as_it_is_stored_is_read_as_itself() -> None:
    examples = (
        example_number_for_type(country, kind)
        for country in sorted(SUPPORTED_REGIONS)
        for kind in range(11)
    )
    stored = [e164(example) for example in examples if example]

    numbers = [read_phone_number(one, "US") for one in stored]

    assert [number and e164(number) for number in numbers] == stored


def test_what_was_judged_in_one_country_is_judged_again_in_another() -> None:
    countries = ["DE", None, "IT", "US", "DE"]

    numbers = [normal_number("0171 1234567", country) for country in countries]

    german = "+491711234567"
    assert numbers == [german, None, "+3901711234567", None, german]

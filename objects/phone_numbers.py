"""Phone numbers, from how people write them to the form of E.164.

Decision 69 in docs/decisions.md says why.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)

WRITTEN_IN_PHONES = re.compile(r"[\d ()./+-]+", re.ASCII)

FORMER_PREFIXES = {52: re.compile(r"(?:1|01|04[45])(?=\d{10}\Z)")}
"""What stood before a number of a country until its plan changed, by country code.

With it the number is longer than any of today's, so that nothing else can be meant.
Mexico: until August 2019.
"""


def read_phone_number(text: str, country: str | None) -> PhoneNumber | None:
    """Return the number in a text, with its extension, or None if there is none.

    A number without a country code is one of ``country``, and has to be whole: nobody
    elsewhere could dial one without its area code.
    """
    try:
        number = renewed(phonenumbers.parse(text))
        return number if phonenumbers.is_possible_number(number) else None
    except NumberParseException:
        return read_national_number(text, country) if country else None


def read_national_number(text: str, country: str) -> PhoneNumber | None:
    """Return the number that is dialled so in a country, or None if there is none."""
    try:
        number = renewed(phonenumbers.parse(text, country))
    except NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == ValidationResult.IS_POSSIBLE else None


def renewed(number: PhoneNumber) -> PhoneNumber:
    """Return a number as the plan of its country has it today."""
    former = FORMER_PREFIXES.get(number.country_code or 0)
    written = phonenumbers.national_significant_number(number)
    if former is None or not former.match(written):
        return number
    return PhoneNumber(
        country_code=number.country_code,
        national_number=int(former.sub("", written)),
        extension=number.extension,
    )


def spellings(text: str, country: str | None) -> list[str]:
    """Return a text, and if it is a phone number and no more, how that is stored."""
    is_number = WRITTEN_IN_PHONES.fullmatch(text)
    number = read_phone_number(text, country) if is_number else None
    return [text] if number is None else [text, e164(number)]


def e164(number: PhoneNumber) -> str:
    """Return a number in the form of E.164, without its extension."""
    written: str = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return written

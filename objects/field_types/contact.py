"""How to reach somebody: email addresses and phone numbers."""

from __future__ import annotations

import re
from functools import lru_cache

import email_validator

from crm.json_types import JSON, JSONObject
from objects.field_types.base import InvalidValue, Options
from objects.field_types.text import Text, clean_text
from objects.phone_numbers import e164, read_phone_number

# A company's own .local or .test addresses are worth keeping too. The library
# documents this list as the place to say so.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

PLAIN_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)(?=.{1,254}$)"
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*"
    r"@(?:(?=[a-z0-9-]{1,63}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,63}"
)
"""Addresses that are right as they are. Of all others the library is the judge."""

MOST_REMEMBERED = 10_000
"""How many values a process remembers the library's judgement of."""


class Email(Text):
    """An email address, in lower case."""

    name = "email"
    LONGEST = 254

    def clean(self, value: JSON, options: Options) -> JSON:
        address = clean_text(value, self.LONGEST).strip().lower()
        if PLAIN_ADDRESS.fullmatch(address):
            return address
        normal = normal_address(address)
        if normal is None:
            raise InvalidValue("Enter an email address, such as ada@example.com.")
        return normal

    def unique_keys(self, value: JSON) -> list[str]:
        return [str(value)]

    def describe(self, options: Options) -> JSONObject:
        return {
            "type": "string",
            "format": "idn-email",
            "pattern": r"^[^\s@]+@[^\s@]+$",
            "maxLength": self.LONGEST,
        }


class Phone(Text):
    """A phone number in the form of E.164, such as +14155550100."""

    name = "phone"
    LONGEST = 64

    def clean(self, value: JSON, options: Options) -> JSON:
        country = options.region.country
        number = normal_number(clean_text(value, self.LONGEST), country)
        if number is None:
            or_else = f", or one of {country} as it is dialled there" if country else ""
            raise InvalidValue(
                "Enter a phone number with its country code, such as +14155550100"
                f"{or_else}."
            )
        return number

    def unique_keys(self, value: JSON) -> list[str]:
        return [str(value)]

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "phone", "pattern": r"^\+[1-9][0-9]{2,16}$"}


@lru_cache(MOST_REMEMBERED)
def normal_address(written: str) -> str | None:
    """Return an address in its one form, or None if it is none."""
    try:
        checked = email_validator.validate_email(written, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return None
    return checked.normalized


@lru_cache(MOST_REMEMBERED)
def normal_number(written: str, country: str | None) -> str | None:
    """Return a phone number, perhaps dialled in a country, in the form of E.164.

    None is returned if it is none, or has an extension.
    """
    number = read_phone_number(written, country)
    return None if number is None or number.extension else e164(number)

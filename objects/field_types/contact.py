"""How to reach somebody: email addresses and phone numbers."""

from __future__ import annotations

import email_validator

from crm.json_types import JSON, JSONObject
from objects.field_types.base import InvalidValue, Options
from objects.field_types.text import Text, clean_text
from objects.phone_numbers import e164, read_phone_number

# A company's own .local or .test addresses are worth keeping too. The library
# documents this list as the place to say so.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


class Email(Text):
    """An email address, in lower case."""

    name = "email"
    LONGEST = 254

    def clean(self, value: JSON, options: Options) -> JSON:
        address = clean_text(value, self.LONGEST).strip().lower()
        try:
            checked = email_validator.validate_email(
                address, check_deliverability=False
            )
        except email_validator.EmailNotValidError as error:
            raise InvalidValue(
                "Enter an email address, such as ada@example.com."
            ) from error
        return checked.normalized

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
        number = read_phone_number(clean_text(value, self.LONGEST), country)
        if number is None or number.extension:
            or_else = f", or one of {country} as it is dialled there" if country else ""
            raise InvalidValue(
                "Enter a phone number with its country code, such as +14155550100"
                f"{or_else}."
            )
        return e164(number)

    def unique_keys(self, value: JSON) -> list[str]:
        return [str(value)]

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "format": "phone", "pattern": r"^\+[1-9][0-9]{2,16}$"}

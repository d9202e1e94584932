"""What the values of a vCard's lines stand for: text, parts, days, phone numbers."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from phonenumbers import PhoneNumber

from crm.json_types import JSON
from interfaces.compat.item_members import EXTENSION
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, InvalidValue
from objects.field_types.text import clean_text
from objects.phone_numbers import e164, read_phone_number

ESCAPE = re.compile(r"\\([nN,;:\\])")
ESCAPED_OR = {mark: re.compile(rf"\\.|{mark}", re.DOTALL) for mark in ";,"}
DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?![^T ])", re.ASCII)
NO_YEARS = frozenset({"0000", "1604"})
"""Years that stand for none: a leap year, so that the 29th of February is a day."""

AFTER_NUMBER = re.compile(r"[;,]|(?<=\d)[pw](?=\d)", re.IGNORECASE)
"""What is dialled after a number begins with a pause, or as a parameter."""

LONGEST_PHONE = 64


class Phone(NamedTuple):
    """A phone number as it is written in a card."""

    number: str
    """In the form of E.164."""
    extension: str
    """What is dialled after the number, or nothing."""
    rest: str
    """What stands behind it that is no extension, or nothing."""


def unescape(text: str) -> str:
    """Return text as it is meant. A backslash before other characters is one."""
    meant = ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return meant.replace("\r\n", "\n").replace("\r", "\n")


def split_parts(text: str, mark: str) -> list[str]:
    """Return the parts of a value between marks that are not escaped, as written."""
    parts, start = [], 0
    for found in ESCAPED_OR[mark].finditer(text):
        if found[0] == mark:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def read_parts(text: str, count: int) -> tuple[list[str], list[str]]:
    """Return the parts of a name or an address, and the surplus ones that say anything.

    A part may have several values, which blanks join.
    """
    parts = [
        " ".join(unescape(one).strip() for one in split_parts(part, ",")).strip()
        for part in split_parts(text, ";")
    ]
    surplus = [part for part in parts[count:] if part]
    return (parts + [""] * count)[:count], surplus


def read_day(text: str, *, has_year: bool = True) -> JSON:
    """Return a day of the calendar. A time behind it does not matter.

    Raises:
        InvalidValue: if it is none, or has no year.
    """
    found = DAY.match(text)
    if text.startswith("--") or (found and (found[1] in NO_YEARS or not has_year)):
        raise InvalidValue("A day without a year cannot be kept.")
    if found is None:
        raise InvalidValue("This is no day that can be read.")
    try:
        return FIELD_TYPES["date"].clean("-".join(found.groups()), NO_OPTIONS)
    except InvalidValue as refusal:
        raise InvalidValue("There is no such day.") from refusal


def read_phone(text: str, country: str | None) -> Phone:
    """Return a phone number; without a country code it is one of ``country``.

    Raises:
        InvalidValue: if it is no number, or of no country.
    """
    if text[:4].lower() == "tel:":
        text = text[4:]
    after = AFTER_NUMBER.search(text)
    main, rest = (text[: after.start()], text[after.start() :]) if after else (text, "")
    number = read_number(main, country)
    extension = ",".join(filter(None, [number.extension, read_extension(rest)]))
    if EXTENSION.fullmatch(extension):
        return Phone(e164(number), extension, "")
    return Phone(e164(number), "", rest.strip(",; "))


def read_number(text: str, country: str | None) -> PhoneNumber:
    """Return the number in a text, perhaps with an extension in words.

    Raises:
        InvalidValue: if there is none, or it is of no country.
    """
    with suppress(InvalidValue):
        number = read_phone_number(clean_text(text, LONGEST_PHONE), country)
        if number is not None:
            return number
    raise InvalidValue(
        "This is no phone number with its country code, such as +14155550100."
    )


def read_extension(rest: str) -> str:
    """Return what is dialled after a number, without what announces it."""
    return rest.lower().lstrip(",;pw ").removeprefix("ext=").rstrip()

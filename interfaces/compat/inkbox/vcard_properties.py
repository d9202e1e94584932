"""What the lines of one card say, each by its name, as address books write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from crm.json_types import JSON, JSONObject
from interfaces.compat.inkbox.vcard_lines import Line
from interfaces.compat.inkbox.vcard_parts import CardParts
from interfaces.compat.inkbox.vcard_values import (
    read_day,
    read_parts,
    read_phone,
    split_parts,
    unescape,
)
from objects.field_types.base import InvalidValue

APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
NAME_PARTS = (
    "family_name",
    "given_name",
    "middle_name",
    "name_prefix",
    "name_suffix",
)
"""The parts of ``N`` in their order."""

ADDRESS_PARTS = ("street", "city", "region", "postal", "country")
"""The parts of ``ADR`` behind the post office box and the extension of the street."""

NO_LABELS = frozenset({"", "internet", "pref", "voice", "x400", "text", "uri"})
"""Types that say nothing which people would call an item."""

OF_THE_CARD = frozenset({"VERSION", "PRODID", "REV", "UID", "PROFILE", "X-ABADR"})
"""Lines that say something of the card and nothing of the person."""


class CardReader:
    """Reads the lines of one card."""

    def __init__(self, lines: list[Line], country: str | None) -> None:
        """Take the lines, and the country of phone numbers that do not say theirs."""
        self.parts = CardParts()
        self.country = country
        self.groups = {line.group for line in lines if line.name != "X-ABLABEL"}
        self.labels = {
            line.group: apple_label(unescape(line.value or ""))
            for line in lines
            if line.name == "X-ABLABEL"
        }
        """Labels that stand on lines of their own, by the group of what they label."""
        for line in sorted(lines, key=preference):
            self.read(line)

    def read(self, line: Line) -> None:
        """Take what a line says, or note why it is left out."""
        try:
            if line.name not in OF_THE_CARD:
                READERS.get(line.name, CardReader.read_other)(self, line)
        except InvalidValue as refusal:
            self.parts.leave_out(line, str(refusal))

    def read_other(self, line: Line) -> None:
        """Take a line that a contact has no place for, unless nothing is in it.

        Raises:
            InvalidValue: if there is.
        """
        if not line.name:
            raise InvalidValue("It has no colon, so it is no line of a card.")
        if line.value is None or line.value.strip(" ;,"):
            raise InvalidValue(f"A contact has no place for {line.name}.")

    def read_label(self, line: Line) -> None:
        """Take a label, which is read with what it labels.

        Raises:
            InvalidValue: if it labels nothing.
        """
        if line.group not in self.groups:
            raise InvalidValue("It labels nothing.")

    def read_name(self, line: Line) -> None:
        """Take the parts of the name."""
        parts, surplus = read_parts(text_of(line), len(NAME_PARTS))
        for member, part in zip(NAME_PARTS, parts, strict=True):
            self.parts.set(member, part, line)
        if surplus:
            self.parts.leave_out(line, f"{surplus[0]!r} is a part too many.")

    def read_company(self, line: Line) -> None:
        """Take the company. A contact has no place for its parts."""
        company, *units = (unescape(part) for part in split_parts(text_of(line), ";"))
        self.parts.set("company_name", company.strip(), line)
        if any(unit.strip() for unit in units):
            self.parts.leave_out(line, "Only the first part, the company, is kept.")

    def read_birthday(self, line: Line) -> None:
        """Take the birthday."""
        if text_of(line).strip():
            self.parts.set("birthday", self.day(line), line)

    def read_date(self, line: Line) -> None:
        """Take a date that is not the birthday."""
        label = "anniversary" if line.name == "ANNIVERSARY" else self.label(line)
        self.parts.add("dates", {"label": label, "date": self.day(line)}, "date", line)

    def read_phone_number(self, line: Line) -> None:
        """Take a phone number, with what is dialled after it."""
        phone = read_phone(item_of(line), self.country)
        entry: JSONObject = {"label": self.label(line), "value_e164": phone.number}
        if phone.extension:
            entry["extension"] = phone.extension
        self.parts.add("phones", entry, "value_e164", line)
        if phone.rest:
            self.parts.leave_out(line, f"{phone.rest!r} is no extension of the number.")

    def read_address(self, line: Line) -> None:
        """Take an address. What it has before the street becomes lines of the street.

        Raises:
            InvalidValue: if there is nothing in it.
        """
        count = len(ADDRESS_PARTS) + 2
        (box, extension, street, *others), surplus = read_parts(text_of(line), count)
        street = "\n".join(filter(None, (street, extension, box)))
        values = [part or None for part in (street, *others)]
        if not any(values):
            raise InvalidValue("It is empty.")
        parts = dict(zip(ADDRESS_PARTS, values, strict=True))
        self.parts.add("addresses", {"label": self.label(line), **parts}, "", line)
        if surplus:
            self.parts.leave_out(line, f"{surplus[0]!r} is a part too many.")

    def read_custom_field(self, line: Line) -> None:
        """Take a custom field."""
        label = self.label(line) or "custom"
        value = unescape(text_of(line))
        self.parts.add("custom_fields", {"label": label, "value": value}, "", line)

    def day(self, line: Line) -> JSON:
        """Return the day on a line.

        Raises:
            InvalidValue: if there is none that can be kept.
        """
        return read_day(item_of(line), has_year="X-APPLE-OMIT-YEAR" not in line.params)

    def label(self, line: Line) -> str | None:
        """Return what people would call an item: its own label, or else its type."""
        if line.group in self.labels and line.group:
            return self.labels[line.group]
        return next((kind for kind in line.types if kind not in NO_LABELS), None)


def text_reader(
    member: str, clean: Callable[[str], str] = str
) -> Callable[[CardReader, Line], None]:
    """Return what takes a line for a member that is text."""

    def read(reader: CardReader, line: Line) -> None:
        reader.parts.set(member, clean(unescape(text_of(line))), line)

    return read


def item_reader(
    member: str, name: str, clean: Callable[[str], str] = str
) -> Callable[[CardReader, Line], None]:
    """Return what takes a line for an entry of an array."""

    def read(reader: CardReader, line: Line) -> None:
        value = clean(item_of(line))
        entry: JSONObject = {"label": reader.label(line), name: value}
        reader.parts.add(member, entry, name, line)

    return read


def text_of(line: Line) -> str:
    """Return the value of a line, with its escapes.

    Raises:
        InvalidValue: if it is a file.
    """
    if line.value is None:
        raise InvalidValue("A contact keeps no files.")
    return line.value


def item_of(line: Line) -> str:
    """Return the text on a line that has to have some.

    Raises:
        InvalidValue: if it has none.
    """
    text = unescape(text_of(line)).strip()
    if not text:
        raise InvalidValue("It is empty.")
    return text


def lower(text: str) -> str:
    """Return an address, whose case does not matter."""
    return text.lower().removeprefix("mailto:")


def preference(line: Line) -> int:
    """Return a number that is smaller for a line that is preferred."""
    number = next(iter(line.params.get("PREF", [])), "")
    if number.isascii() and number.isdigit():
        return int(number[:4])
    return 1 if "pref" in line.types else 1000


def apple_label(text: str) -> str | None:
    """Return a label without what Apple puts around those that it translates."""
    found = APPLE_LABEL.fullmatch(text.strip())
    return (found[1].lower() if found else text.strip()) or None


READERS: Mapping[str, Callable[[CardReader, Line], None]] = {
    "FN": text_reader("preferred_name", str.strip),
    "N": CardReader.read_name,
    "ORG": CardReader.read_company,
    "TITLE": text_reader("job_title"),
    "NOTE": text_reader("notes"),
    "BDAY": CardReader.read_birthday,
    "EMAIL": item_reader("emails", "value", lower),
    "TEL": CardReader.read_phone_number,
    "URL": item_reader("websites", "url"),
    "ANNIVERSARY": CardReader.read_date,
    "X-ABDATE": CardReader.read_date,
    "ADR": CardReader.read_address,
    "X-CUSTOM": CardReader.read_custom_field,
    "X-ABLABEL": CardReader.read_label,
}
"""What reads the lines of each name."""

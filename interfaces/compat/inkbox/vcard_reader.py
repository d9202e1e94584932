"""From vCards to contacts, as the address books of this world export them.

Versions 3.0 (RFC 2426) and 4.0 (RFC 6350) are read, and 2.1 as well as can be. What a
contact has no place for, such as a photo, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeGuard

import vobject
from vobject.base import ContentLine, VObjectError

from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from objects.field_types import FIELD_TYPES
from objects.field_types.base import NO_OPTIONS, InvalidValue

APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
LINE_END = re.compile(r"\r\n|\r|\n")
BACKSLASH = re.compile(r"\\(.)")
DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
Cleaner: TypeAlias = Callable[[str], str]

NAME_PARTS = {
    "prefix": "name_prefix",
    "given": "given_name",
    "additional": "middle_name",
    "family": "family_name",
    "suffix": "name_suffix",
}
ADDRESS_PARTS = {
    "street": "street",
    "city": "city",
    "region": "region",
    "code": "postal",
    "country": "country",
}
UNREADABLE = (
    VObjectError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises for cards that are none: it does not always say so itself."""

NO_LABELS = frozenset({"internet", "pref", "voice", "x400", "text", "uri"})
"""Types that say nothing which people would call an item."""


class UnreadableCard(Refusal):
    """A card is no vCard that can be read."""

    status = 422
    code = "unreadable_card"
    title = "Unreadable card"
    source = None


def split_cards(text: str) -> tuple[list[str], str]:
    """Return the complete cards in a text, and a card that has no end, or nothing.

    A card may have another one inside, which stays a part of it.
    """
    cards, lines, depth = [], [], 0
    for line in LINE_END.split(text):
        word = line.strip().upper()
        depth += word == "BEGIN:VCARD"
        if depth:
            lines.append(line)
        if word == "END:VCARD" and depth:
            depth -= 1
            if not depth:
                cards.append("\r\n".join(lines) + "\r\n")
                lines = []
    return cards, "\r\n".join(lines)


def read_card(text: str) -> JSONObject:
    """Return the contact in a card, as the body of a request that creates it.

    Raises:
        UnreadableCard: if it is no vCard.
        InvalidValue: if a phone number has no form in which it could be kept.
    """
    try:
        card = vobject.readOne(text, allowQP=True)
        return CardReader(card.getChildren()).contact()
    except UNREADABLE as error:
        raise UnreadableCard("This is no vCard that can be read.") from error


class CardReader:
    """Reads the lines of one card."""

    def __init__(self, lines: Iterable[ContentLine]) -> None:
        self.lines = [line for line in lines if is_text(line)]
        self.labels = {
            line.group: apple_label(str(line.value))
            for line in self.lines
            if line.name == "X-ABLABEL" and line.group
        }
        """Labels that stand on lines of their own, by the group of what they label."""

    def contact(self) -> JSONObject:
        """Return the contact."""
        names = self.names()
        company = self.first(first_part(line.value) for line in self.named("ORG"))
        full_name: str | None = (self.text("FN") or "").strip()
        if full_name == built_name(names, company):
            full_name = None  # It follows from its parts, and goes on to do so.
        return {
            "preferred_name": full_name,
            **names,
            "company_name": company,
            "job_title": self.text("TITLE"),
            "notes": self.text("NOTE"),
            "birthday": self.first(self.days("BDAY")),
            "emails": self.items("EMAIL", "value", lower),
            "phones": self.items("TEL", "value_e164", phone),
            "websites": self.items("URL", "url", unescaped),
            "dates": self.dates(),
            "addresses": [*self.addresses()],
            "custom_fields": [
                {"label": self.label(line) or "custom", "value": str(line.value)}
                for line in self.named("X-CUSTOM")
            ],
        }

    def named(self, name: str) -> list[ContentLine]:
        """Return the lines of a name, the preferred ones first."""
        found = [line for line in self.lines if line.name == name]
        return sorted(found, key=preference)

    def first(self, values: Iterable[str | None]) -> str | None:
        """Return the first value that is one."""
        return next(filter(None, values), None)

    def text(self, name: str) -> str | None:
        """Return the text of a line."""
        lines = (str(line.value) for line in self.named(name))
        return self.first(text.replace("\r\n", "\n") for text in lines)

    def names(self) -> JSONObject:
        """Return the parts of the name."""
        for line in self.named("N"):
            return {
                ours: joined(getattr(line.value, theirs)) or None
                for theirs, ours in NAME_PARTS.items()
            }
        return {}

    def days(self, name: str) -> Iterator[str | None]:
        """Return the days in the lines of a name. A day without its year is none."""
        for line in self.named(name):
            found = DATE.match(str(line.value).strip())
            if found and "X-APPLE-OMIT-YEAR" not in line.params:
                yield "-".join(found.groups())

    def dates(self) -> list[JSON]:
        """Return the dates that are not the birthday, with their labels."""
        found: list[JSON] = [
            {"label": "anniversary", "date": day} for day in self.days("ANNIVERSARY")
        ]
        for line in self.named("X-ABDATE"):
            day = DATE.match(str(line.value).strip())
            if day:
                date = "-".join(day.groups())
                found.append({"label": self.label(line), "date": date})
        return found

    def items(self, name: str, member: str, clean: Cleaner) -> list[JSON]:
        """Return the values of the lines of a name, each once, with their labels."""
        found: dict[str, JSON] = {}
        for line in self.named(name):
            value = clean(str(line.value).strip())
            if value:
                found.setdefault(value, {"label": self.label(line), member: value})
        return list(found.values())

    def addresses(self) -> Iterator[JSON]:
        """Return the addresses that have any part."""
        for line in self.named("ADR"):
            parts: JSONObject = {
                ours: joined(getattr(line.value, theirs)).replace("\r\n", "\n") or None
                for theirs, ours in ADDRESS_PARTS.items()
            }
            if any(parts.values()):
                yield {"label": self.label(line), **parts}

    def label(self, line: ContentLine) -> str | None:
        """Return what people would call an item: its own label, or else its type."""
        if line.group in self.labels:
            return self.labels[line.group]
        return next((kind for kind in types(line) if kind not in NO_LABELS), None)


def is_text(line: object) -> TypeGuard[ContentLine]:
    """Return whether part of a card is a line that is no file, such as a photo."""
    return isinstance(line, ContentLine) and not isinstance(line.value, bytes)


def types(line: ContentLine) -> list[str]:
    """Return the types of a line, in lower case, however its version writes them."""
    written = [*line.params.get("TYPE", []), *line.singletonparams]
    return [kind.strip().lower() for text in written for kind in text.split(",")]


def preference(line: ContentLine) -> int:
    """Return a number that is smaller for a line that is preferred."""
    number = next(iter(line.params.get("PREF", [])), "")
    if number.isascii() and number.isdigit():
        return int(number[:4])
    return 1 if "pref" in types(line) else 1000


def apple_label(text: str) -> str | None:
    """Return a label without what Apple puts around those that it translates."""
    found = APPLE_LABEL.fullmatch(text.strip())
    return (found[1].lower() if found else text.strip()) or None


def built_name(names: JSONObject, company: str | None) -> str | None:
    """Return the name that a contact has while nobody gives it another."""
    if not names.get("given_name") and not names.get("family_name") and company:
        return company
    order = NAME_PARTS.values()
    return " ".join(str(names[part]) for part in order if names.get(part)) or None


def first_part(value: object) -> str:
    """Return the first part of a value that may have several."""
    return str(value[0] if isinstance(value, list) and value else value or "").strip()


def joined(value: object) -> str:
    """Return a part of a name or an address, which may have several values."""
    values = value if isinstance(value, list) else [value or ""]
    return " ".join(str(one).strip() for one in values if one)


def unescaped(text: str) -> str:
    """Return text without the backslashes that some put before what needs none."""
    return BACKSLASH.sub(r"\1", text)


def lower(text: str) -> str:
    """Return an address, whose case does not matter."""
    return text.lower().removeprefix("mailto:")


def phone(text: str) -> str:
    """Return a phone number as E.164 has it.

    Raises:
        InvalidValue: if it has no country code, or is no number.
    """
    number = unescaped(text).lower().removeprefix("tel:").partition(";")[0]
    try:
        return str(FIELD_TYPES["phone"].clean(number, NO_OPTIONS))
    except InvalidValue as refusal:
        raise InvalidValue(f"{number!r} is no phone number: {refusal}") from refusal

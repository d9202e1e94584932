"""Text: a line, several lines, a web address, a domain name."""

from __future__ import annotations

import re
from hashlib import sha256

from django.conf import settings

from crm.json_types import JSON, JSONObject
from objects.domain_names import LONGEST, decode_domains, encode_domain
from objects.field_types.base import (
    FieldType,
    InvalidValue,
    Options,
    ValueKind,
)
from objects.folding import compose, fold, fold_accents

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""The same as a pattern of JSON Schema: text without control characters."""

NOT_BLANK = PRINTABLE.replace("^", r"^(?=[\s\S]*\S)", 1)
SURROGATE = re.compile(r"[\ud800-\udfff]")
ADDRESS = re.compile(
    r"^[Hh][Tt][Tt][Pp][Ss]?://"
    r"([^\s\x00-\x1f\x7f/?#@\[\]\\]*@)?"
    r"[^\s\x00-\x1f\x7f/?#@\[\]\\:.]+(\.[^\s\x00-\x1f\x7f/?#@\[\]\\:.]+)+\.?"
    r"(:[0-9]{1,5})?([/?#][^\s\x00-\x1f\x7f]*)?$"
)
"""A web address: perhaps with a user, a host of several labels, a port, a path."""
SORTED_CHARACTERS = 400
"""Text sorts by its beginning, because an entry of an index has a largest size."""
EXACT_CHARACTERS = 200
"""How much of it is compared with its accents."""
BESIDE = "\x01"
"""Stands before what puts É behind E, and sorts before all that text can hold."""


def clean_text(value: JSON, longest: int) -> str:
    """Return text as it is stored: in Unicode's composed form (NFC).

    Raises:
        InvalidValue: if it is not text, or too long, or has characters that no document
            should have.
    """
    if not isinstance(value, str):
        raise InvalidValue("Enter text.")
    if SURROGATE.search(value):
        raise InvalidValue("A surrogate on its own is not a character.")
    if CONTROL.search(value):
        raise InvalidValue("Control characters cannot be stored.")
    text = compose(value)
    if len(text) > longest:
        raise InvalidValue(f"Enter at most {longest:,} characters.")
    return text


def sort_text(text: str) -> str:
    """Return what text sorts by: without case and accents, and those with accents last.

    The database's function ``records_sort_key`` makes the same of folded text.
    """
    start = fold(text)[:SORTED_CHARACTERS]
    plain = fold_accents(start)[:SORTED_CHARACTERS]
    return plain if plain == start else plain + BESIDE + start[:EXACT_CHARACTERS]


class Text(FieldType):
    """A line of text."""

    name = "text"
    kind = ValueKind.TEXT
    can_be = frozenset({"unique", "indexed", "searchable"})

    def clean(self, value: JSON, options: Options) -> JSON:
        return clean_text(value, settings.TEXT_LIMIT)

    def unique_keys(self, value: JSON) -> list[str]:
        key = fold(" ".join(str(value).split()))
        if len(key) <= SORTED_CHARACTERS:
            return [key] if key else []
        return [f"{key[:200]}#{sha256(key.encode()).hexdigest()}"]

    def sort_key(self, value: JSON, options: Options) -> str:
        return sort_text(str(value))

    def describe(self, options: Options) -> JSONObject:
        return {
            "type": "string",
            "maxLength": settings.TEXT_LIMIT,
            "pattern": PRINTABLE,
        }


class MultilineText(Text):
    """Text of several lines."""

    name = "multiline_text"
    can_be = frozenset({"searchable"})

    def clean(self, value: JSON, options: Options) -> JSON:
        return clean_text(value, settings.MULTILINE_TEXT_LIMIT)

    def describe(self, options: Options) -> JSONObject:
        return super().describe(options) | {"maxLength": settings.MULTILINE_TEXT_LIMIT}


FREE_TEXT = frozenset({Text.name, MultilineText.name})
"""Types whose values have no form of their own into which they are brought."""


class Tag(Text):
    """A short label that people make up as they go."""

    name = "tag"
    LONGEST = 100

    def clean(self, value: JSON, options: Options) -> JSON:
        tag = " ".join(clean_text(value, self.LONGEST).split())
        if not tag:
            raise InvalidValue("Enter a tag.")
        return tag

    def describe(self, options: Options) -> JSONObject:
        return {"type": "string", "maxLength": self.LONGEST, "pattern": NOT_BLANK}


class Url(Text):
    """A web address. Without a scheme it is taken for https."""

    name = "url"
    LONGEST = 2048

    def clean(self, value: JSON, options: Options) -> JSON:
        written = clean_text(value, self.LONGEST).strip()
        is_bare = "://" not in written
        address = f"https://{written}" if is_bare else written
        is_mail = is_bare and "@" in written.partition("/")[0]
        if is_mail or not ADDRESS.fullmatch(address):
            raise InvalidValue("Enter a web address, such as https://example.com.")
        return clean_text(address, self.LONGEST)

    def describe(self, options: Options) -> JSONObject:
        pattern = ADDRESS.pattern
        return {"type": "string", "maxLength": self.LONGEST, "pattern": pattern}


class Domain(Text):
    """A domain name as people read it, in lower case and without www.

    A web address gives its host.
    """

    name = "domain"
    LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

    def clean(self, value: JSON, options: Options) -> JSON:
        written = clean_text(value, Url.LONGEST).strip().lower()
        address = written.partition("://")[2] or written
        host = encode_domain(re.split(r"[/?#:]", address, maxsplit=1)[0].rstrip("."))
        while host.startswith("www.") and host.count(".") > 1:
            host = host.removeprefix("www.")
        labels = host.split(".")
        if len(labels) < 2 or not all(self.LABEL.fullmatch(label) for label in labels):
            raise InvalidValue("Enter a domain name, such as example.com.")
        return decode_domains(host)

    def unique_keys(self, value: JSON) -> list[str]:
        return [encode_domain(str(value))]

    def describe(self, options: Options) -> JSONObject:
        return {
            "type": "string",
            "format": "idn-hostname",
            "pattern": r"^[^\s/?#:.]+(\.[^\s/?#:.]+)+$",
            "maxLength": LONGEST,
        }

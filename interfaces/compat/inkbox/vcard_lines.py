"""The content lines of vCards (RFC 6350, section 3.3), each read in one pass.

Every pattern here is a single character or of a fixed length, so that no text, however
it was made, is looked at more than a few times.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from interfaces.compat.inkbox.vcard_charsets import UTF_8, decode, find_charset

QUOTED_PRINTABLE = "quoted-printable"
BASE64 = "base64"
ENCODINGS = {
    QUOTED_PRINTABLE: QUOTED_PRINTABLE,
    "q": QUOTED_PRINTABLE,
    BASE64: BASE64,
    "b": BASE64,
    "8bit": "",
    "7bit": "",
}
BARE_ENCODINGS = ENCODINGS.keys() - {"q", "b"}
"""Encodings that a line of version 2.1 names without saying what it names."""

LONGEST_SHOWN = 200
QUOTED_OR = {separator: re.compile(f'["{separator}]') for separator in ":;,"}
Params = Mapping[str, list[str]]


class Head(NamedTuple):
    """What stands before the colon of a line."""

    group: str
    name: str
    params: Params

    @property
    def encoding(self) -> str:
        """How the value is written: quoted-printable, base64, or as it is."""
        written = next(iter(self.params.get("ENCODING", [])), "")
        return ENCODINGS.get(written.lower(), "")

    @property
    def charset(self) -> str | None:
        """The charset that the line says it is written in."""
        return find_charset(next(iter(self.params.get("CHARSET", [])), None))


@dataclass(frozen=True)
class Line:
    """One line of a card, unfolded and decoded."""

    position: int
    group: str
    name: str
    params: Params
    value: str | None
    """The value with its escapes; None for a file, such as a photo."""
    written: str
    """The line as it stands in the card, shortened."""

    @property
    def types(self) -> list[str]:
        """The types in lower case, however the card's version writes them."""
        written = self.params.get("TYPE", [])
        return [kind.strip().lower() for text in written for kind in text.split(",")]


def read_line(raw: bytes, charset: str, position: int = 0) -> Line:
    """Return the line in bytes. One without a colon has no name.

    ``charset`` is that of the card. What the line says of its own charset is believed
    unless the card is UTF-8 as it stands.
    """
    end = end_of_head(raw)
    shown = decode(raw[: LONGEST_SHOWN * 4], [charset]).text
    if len(shown) > LONGEST_SHOWN:
        shown = f"{shown[: LONGEST_SHOWN - 1]}…"
    if end < 0:
        return Line(position, "", "", {}, decode(raw, [charset]).text, shown)
    head = read_head(decode(raw[:end], [charset]).text)
    value = read_value(raw[end + 1 :], head, charset)
    return Line(position, head.group, head.name, head.params, value, shown)


def read_value(raw: bytes, head: Head, charset: str) -> str | None:
    """Return the text of a line's value; None if it is a file."""
    if head.encoding == BASE64:
        return None
    if head.encoding == QUOTED_PRINTABLE:
        return decode(a2b_qp(raw), [head.charset, UTF_8, charset]).text
    own = None if charset == UTF_8 else head.charset
    return decode(raw, [own, charset]).text


def head_of(raw: bytes) -> Head:
    """Return what stands before the colon of a line, which may have none."""
    return read_head(decode(raw[: max(end_of_head(raw), 0)], [UTF_8]).text)


def end_of_head(raw: bytes) -> int:
    """Return where the colon after the head is, or -1.

    A colon in quotes is part of a parameter. A quote that is never closed is a
    character like any other.
    """
    text = raw.decode("latin-1")  # One character a byte.
    is_quoted = False
    for found in QUOTED_OR[":"].finditer(text):
        if found[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            return found.start()
    return text.find(":")


def read_head(text: str) -> Head:
    """Return the group, the name and the parameters before the colon of a line."""
    first, *others = split_quoted(text, ";")
    group, _, name = first.strip().rpartition(".")
    params: dict[str, list[str]] = {}
    for part in others:
        key, equals, value = part.partition("=")
        if not equals:
            key, value = bare_parameter(part.strip())
        values = [one.strip().strip('"') for one in split_quoted(value, ",")]
        params.setdefault(key.strip().upper(), []).extend(values)
    return Head(group.lower(), name.upper(), params)


def bare_parameter(word: str) -> tuple[str, str]:
    """Return the name and the value of a parameter that version 2.1 writes as one."""
    return ("ENCODING" if word.lower() in BARE_ENCODINGS else "TYPE"), word


def split_quoted(text: str, separator: str) -> list[str]:
    """Return the parts of a text between separators that are not in quotes."""
    if '"' not in text:
        return text.split(separator)
    parts, start, is_quoted = [], 0, False
    for found in QUOTED_OR[separator].finditer(text):
        if found[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def charset_of(lines: list[bytes], of_file: str | None) -> str:
    """Return the charset of a card's lines.

    It is the one of a file that is not UTF-8, or else UTF-8, or else one that a line
    names, or else the one of Windows.
    """
    named = (head_of(line).charset for line in lines if b"charset" in line.lower())
    candidates = dict.fromkeys([of_file, UTF_8, *named])
    return decode(b"\n".join(lines), candidates).charset

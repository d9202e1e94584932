"""What bytes say: a vCard's text in the charset that it or its file is written in."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import NamedTuple

UTF_8 = "utf-8"
BYTE_ORDER_MARK = codecs.BOM_UTF8
LAST = ("windows-1252", "iso-8859-1")
"""What is tried in the end. The very last has a character for every byte."""

WIDE = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"B\0": "utf-16-le",
    b"\0B": "utf-16-be",
}
"""Charsets of two bytes a character, by how a file in them begins."""

CHARSETS: dict[str, str] = {
    "utf8": UTF_8,
    "us-ascii": UTF_8,
    "ascii": UTF_8,
    "latin1": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "macintosh": "mac-roman",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "euc-kr": "cp949",
    "ks-c-5601-1987": "cp949",
    **{
        name: name
        for name in (
            UTF_8,
            *(f"windows-{number}" for number in range(1250, 1259)),
            *(f"iso-8859-{number}" for number in range(2, 17) if number != 12),
            *("koi8-r", "koi8-u", "gb18030", "euc-jp", "iso-2022-jp"),
        )
    },
    **{f"cp{number}": f"windows-{number}" for number in range(1250, 1259)},
}
"""Python's name of each charset that is read, by what people call it. Only these: some
of Python's others take a time that grows with the square of the text."""


class Decoded(NamedTuple):
    """Text, and the charset that it was written in."""

    text: str
    charset: str


def find_charset(name: str | None) -> str | None:
    """Return Python's name of a charset, or None if it is not one that is read."""
    return CHARSETS.get((name or "").strip().strip('"').lower().replace("_", "-"))


def decode(raw: bytes, charsets: Iterable[str | None]) -> Decoded:
    """Return the text in bytes, by the first of some charsets that has them all.

    None among the charsets is passed over.
    """
    for charset in filter(None, (*charsets, *LAST)):
        try:
            return Decoded(raw.decode(charset), charset)
        except UnicodeDecodeError:
            continue
    raise AssertionError("Every byte is a character of the last charset.")


def narrow(body: bytes) -> tuple[bytes, str | None]:
    """Return a file in a charset whose line ends are single bytes.

    One that has two bytes a character becomes UTF-8, and its charset is returned too. A
    byte order mark is no part of the text.
    """
    wide = WIDE.get(body[:2])
    if wide is None:
        return body.removeprefix(BYTE_ORDER_MARK), None
    text = body.decode(wide, "replace").removeprefix("\ufeff")
    return text.encode(), wide

"""The ids that clients see: a prefix and 26 characters for a UUIDv7, in its order."""

from __future__ import annotations

import re
from uuid import UUID

from crm.json_types import JSON, JSONObject

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""

PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
VALUES = {character: value for value, character in enumerate(ALPHABET)}
ENCODED = re.compile(f"[0-7][{ALPHABET}]{{25}}")
PLAIN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def encode_id(prefix: str, record_id: UUID) -> str:
    """Return the id of a record, such as per_01HX9Z2K3M4N5P6Q7R8S9T0V1W."""
    number = record_id.int
    return f"{prefix}_" + "".join(
        [PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)]
    )


def identifier(type_: str, prefix: str, record_id: UUID) -> JSONObject:
    """Return the resource identifier of a record (JSON:API 1.1, section 7.2.2)."""
    return {"type": type_, "id": encode_id(prefix, record_id)}


def decode_id(prefix: str, text: str) -> UUID | None:
    """Return the UUID in an id, or None if it cannot be one of this prefix.

    The plain UUID is an id too, and letters may have either case.
    """
    if not text.isascii():
        return None
    if PLAIN.fullmatch(text.lower()):
        return UUID(text)
    head, _, digits = text.rpartition("_")
    if head.lower() != prefix or not ENCODED.fullmatch(digits.upper()):
        return None
    number = 0
    for character in digits.upper():
        number = number << 5 | VALUES[character]
    return UUID(int=number)


def record_in(named: JSON) -> UUID | None:
    """Return the UUID in the id of a record of any type, with its prefix or without."""
    if not isinstance(named, str):
        return None
    return decode_id(named.rpartition("_")[0].lower(), named)

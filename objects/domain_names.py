"""Names of domains, as they are kept apart on the wire and as people read them."""

from __future__ import annotations

import re

import idna

LONGEST = 253
ENCODED = re.compile(r"(?<![a-z0-9-])xn--[a-z0-9-]{1,59}(?![a-z0-9-])", re.ASCII)
"""A label in its ASCII form (RFC 5891), in lower case."""


def encode_domain(name: str) -> str:
    """Return a name in its ASCII form (RFC 5891), or nothing if it has none."""
    if name.isascii():
        return name if len(name) <= LONGEST else ""
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return ""


def decode_domains(text: str) -> str:
    """Return text in lower case with the labels in it as people read them."""
    return ENCODED.sub(decode_label, text) if "xn--" in text else text


def decode_label(found: re.Match[str]) -> str:
    """Return a label as people read it; what only looks like one stays as it is."""
    label = found[0]
    try:
        name = idna.ulabel(label)
        return name if idna.alabel(name).decode() == label else label
    except idna.IDNAError:
        return label

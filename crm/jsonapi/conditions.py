"""Conditional requests: entity tags are versions (RFC 9110, section 13).

Decision 17 in docs/decisions.md says why.
"""

from __future__ import annotations

import re

TAG = re.compile(r'(W/)?"([^"]*)"')
VERSION = re.compile(r"0|[1-9][0-9]{0,18}")


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


def is_known(header: str, version: int) -> bool:
    """Whether ``If-None-Match`` names a version, weakly or not."""
    return header.strip() == "*" or str(version) in (t for _, t in TAG.findall(header))


def versions_wanted(header: str | None) -> frozenset[int] | None:
    """Return the versions that ``If-Match`` allows, or None for any.

    Weak tags never match, and a tag that is no version matches none.
    """
    if header is None or header.strip() == "*":
        return None
    strong = (tag for weak, tag in TAG.findall(header) if not weak)
    return frozenset(int(tag) for tag in strong if VERSION.fullmatch(tag))

"""Conditional requests: entity tags are versions (RFC 9110, section 13).

Decision 17 in docs/decisions.md says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm.errors import VersionMismatch, VersionPassed

CONDITIONS = ("If-Match", "If-None-Match")
"""The headers that make a write depend on what is there."""

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


@dataclass(frozen=True)
class Precondition:
    """What a write asks of the version of a record that is there."""

    if_match: str | None = None
    """Tags one of which the version must have."""
    if_none_match: str = ""
    """Tags none of which it may have; every version has a star."""

    version_at: str | None = None
    """Where the document names the version, if no header does."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Precondition:
        """Return what the headers of a request ask."""
        return cls(headers.get("If-Match"), headers.get("If-None-Match", ""))

    @classmethod
    def named(cls, version: int, at: str) -> Precondition:
        """Return what a document asks that names a version at a place."""
        return cls(etag(version), version_at=at)

    def check(self, version: int, what: str = "record") -> None:
        """Refuse a version of something, such as a record, that it does not fit.

        Raises:
            VersionMismatch: if it does not.
        """
        if self == UNCONDITIONAL:
            return
        sentence = f"The {what} is at version {version}."
        wanted = versions_wanted(self.if_match)
        if wanted is not None and version not in wanted:
            if self.version_at:
                raise VersionPassed(sentence).moved_to(self.version_at)
            raise VersionMismatch({"If-Match": sentence})
        if is_known(self.if_none_match, version):
            raise VersionMismatch({"If-None-Match": sentence})


UNCONDITIONAL = Precondition()

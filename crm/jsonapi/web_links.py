"""The links of a list in the header that every HTTP client reads (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping

RELATIONS = ("first", "prev", "next", "last")
LONGEST = 2_000
"""Characters of a field that proxies let through together with the others."""


def link_field(links: Mapping[str, object]) -> str:
    """Return the value of ``Link`` for the links of a document; empty if too long."""
    field = ", ".join(
        f'<{links[relation]}>; rel="{relation}"'
        for relation in RELATIONS
        if isinstance(links.get(relation), str)
    )
    return field if len(field) <= LONGEST else ""

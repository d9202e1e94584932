"""What a request changed, under the names by which clients know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEADER = "X-Change-Id"


class Change(NamedTuple):
    """What one transaction changed: records, who may see them, or schemas."""

    id: str
    """Of all that was changed together, which is what can be undone."""
    cursor: str
    """The place in the journal behind the last of it."""


def change_headers(changes: Sequence[Change], status: int) -> dict[str, str]:
    """Return the header that names what a request changed last.

    An answer of a bad status names nothing, even if something was done before.
    """
    return {HEADER: changes[-1].id} if changes and status < 400 else {}

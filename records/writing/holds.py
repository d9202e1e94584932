"""How firmly a record is held while others write, too."""

from __future__ import annotations

from enum import IntEnum


class Hold(IntEnum):
    """What others may not do to a record meanwhile. Each includes the lesser ones."""

    LINK = 1
    """Delete it, or change who sees it. They may change it, and link it to others."""
    CHANGE = 2
    """Change it. They may link it to others."""
    DELETE = 3
    """Anything."""

    @property
    def strength(self) -> str:
        """The lock by which PostgreSQL does this."""
        return STRENGTHS[self]


STRENGTHS = {
    Hold.LINK: "KEY SHARE",
    Hold.CHANGE: "NO KEY UPDATE",
    Hold.DELETE: "UPDATE",
}

"""Times on the wire: in UTC, to the millisecond.

Decision 11 in docs/decisions.md says why.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}(:?\d{2})?)",
    re.ASCII,
)


# Entries of a batch have the same time, and each of them says it more than once.
@lru_cache(maxsize=1024)
def wire_time(moment: datetime) -> str:
    """Return a time as it is stored and read: in UTC, with milliseconds."""
    utc = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{utc.removesuffix('+00:00')}Z"


def to_the_millisecond(moment: datetime) -> datetime:
    """Return a time as exactly as it is read."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def read_moment(text: object) -> datetime | None:
    """Return the time in a text with its offset, or None if it is none.

    It is written as RFC 3339 has it, or with an offset such as ``+0000`` or ``+00``.
    """
    written = text.strip().upper() if isinstance(text, str) else ""
    if not DATETIME.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

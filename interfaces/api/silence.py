"""``?silent=true`` on a write asks that nobody be told of it.

The journal notes it with the change, so that whoever tells of changes knows.
"""

from __future__ import annotations

from crm.jsonapi.queries import Query

SILENT = "silent"


def is_silent(query: Query) -> bool:
    """Whether the parameters of a write ask that nobody be told.

    Raises:
        Refusal: if ``silent`` is neither true nor false.
    """
    said = query.plain(SILENT)
    if said not in {None, "true", "false"}:
        raise query.place(SILENT).refuse("Use true or false.")
    return said == "true"


def without_silence(query: Query) -> Query:
    """Return the parameters of a write that say what to write, or what to answer."""
    return Query(one for one in query.parameters if one.family != SILENT)

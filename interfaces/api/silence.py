"""``?silent=true`` on a write asks that nobody be told of it.

Nobody is told of writes yet, so that it is only understood.
"""

from __future__ import annotations

from crm.jsonapi.queries import Query

SILENT = "silent"


def without_silence(query: Query) -> Query:
    """Return the parameters of a write that say what to write, or what to answer.

    Raises:
        Refusal: if ``silent`` is neither true nor false.
    """
    if query.plain(SILENT) not in {None, "true", "false"}:
        raise query.place(SILENT).refuse("Use true or false.")
    return Query(one for one in query.parameters if one.family != SILENT)

"""Records that stand in the way of a change, as its refusal names them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from crm.json_types import JSON, JSONObject

MOST_OFFENDERS = 100
"""How many records a refusal names."""


def naming(offenders: Iterable[str]) -> JSONObject:
    """Return the ``meta`` of a refusal because of records with these ids."""
    ids: list[JSON] = [*islice(dict.fromkeys(offenders), MOST_OFFENDERS)]
    return {"matches": ids}

"""Pairs of records as they are told, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON
from records.ids import decode_id, encode_id

BETWEEN = "-"
"""Stands between the ids of the two records in that of their pair."""


class Pair(NamedTuple):
    """Two records of a type that may be the same, in the order of their ids."""

    a: UUID
    b: UUID
    score: float
    reasons: Sequence[JSON]
    """As clients are told of them: the field, the kind and the similarity."""
    state: str


def encode_pair(prefix: str, pair: Pair) -> str:
    """Return the id of a pair, which is made of those of its records."""
    return BETWEEN.join(encode_id(prefix, one) for one in (pair.a, pair.b))


def decode_pair(prefix: str, text: str) -> tuple[UUID, UUID] | None:
    """Return the records of a pair in the order of their ids; None if it is none."""
    both = [decode_id(prefix, one) for one in text.split(BETWEEN)]
    ids = sorted(one for one in both if one is not None)
    return (ids[0], ids[1]) if len(both) == len({*ids}) == 2 else None

"""Pairs of records as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from crm.json_types import JSON


class Pair(NamedTuple):
    """Two records of a type that may be the same, in the order of their ids."""

    a: UUID
    b: UUID
    score: float
    reasons: Sequence[JSON]
    """As clients are told of them: the field, the kind and the similarity."""
    state: str

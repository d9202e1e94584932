"""The keys of an order, and what lies beyond a position in it.

Things without a value come last, whichever the direction. An order can be walked
forward and backward from any thing, by the values that it has there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from crm.jsonapi.listings import Position
from crm.sql import AnyCondition


class OrderKey(Generic[AnyCondition]):
    """One key of an order: what is compared, and which way.

    The conditions are our SQL, or Django's ``Q``.
    """

    name: str
    descending: bool
    nullable: bool
    nothing: AnyCondition
    """The condition that never holds."""

    def compares(self, sign: str, value: str) -> AnyCondition:
        """Return the condition that the value compares so with another."""
        raise NotImplementedError

    def is_blank(self) -> AnyCondition:
        """Return the condition that there is no value."""
        raise NotImplementedError

    def is_filled(self) -> AnyCondition:
        """Return the condition that there is a value."""
        raise NotImplementedError

    def beyond(self, value: str | None, *, backward: bool) -> AnyCondition:
        """Return the condition that something lies behind what has this value."""
        if value is None:
            return self.is_filled() if backward else self.nothing
        further = self.compares(self.sign(backward=backward), value)
        if not self.nullable or backward:
            return further
        return further | self.is_blank()

    def same(self, value: str | None) -> AnyCondition:
        """Return the condition that something has this value too."""
        return self.is_blank() if value is None else self.compares("=", value)

    def sign(self, *, backward: bool) -> str:
        """Return how what lies behind a value compares with it."""
        return "<" if self.descending != backward else ">"


def beyond_position(
    keys: Sequence[OrderKey[AnyCondition]], position: Position, *, backward: bool
) -> AnyCondition:
    """Return the condition that something lies behind a position, key by key."""
    further = keys[0].beyond(position[0], backward=backward)
    if len(keys) == 1:
        return further
    rest = beyond_position(keys[1:], position[1:], backward=backward)
    return further | keys[0].same(position[0]) & rest

"""How much one request may ask for: what costs time is counted, and refused beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.conf import settings

from crm.jsonapi.queries import Place

MOST_CONDITIONS = 100
"""In all filters of a request together."""
MOST_BRANCHES = 1000
"""Filters inside of other filters, also empty ones."""
MOST_PATHS = 100
"""Relationships to include."""

Item = TypeVar("Item")


class FilterBudget:
    """What the filters of one request may still ask for."""

    def __init__(self) -> None:
        self.conditions = 0
        self.branches = 0
        self.values = 0

    def take_condition(self, place: Place) -> None:
        """Count one condition.

        Raises:
            Refusal: if there were too many.
        """
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise place.refuse(f"Use at most {MOST_CONDITIONS} conditions.")

    def take_branch(self, place: Place) -> None:
        """Count one filter inside of another.

        Raises:
            Refusal: if there were too many.
        """
        self.branches += 1
        if self.branches > MOST_BRANCHES:
            raise place.refuse(f"Use at most {MOST_BRANCHES:,} filters in others.")

    def take_values(self, place: Place, many: int) -> None:
        """Count the values of one list, such as those of ``in``.

        Raises:
            Refusal: if there were too many in all lists together.
        """
        self.values += many
        if self.values > settings.LIST_LIMIT:
            raise place.refuse(f"Give at most {settings.LIST_LIMIT:,} values in all.")


def within(items: Sequence[Item], place: Place, most: int) -> Sequence[Item]:
    """Return items that are not too many.

    Raises:
        Refusal: if they are.
    """
    if len(items) > most:
        raise place.refuse(f"Give at most {most:,}, not {len(items):,}.")
    return items

"""Finding fields that are on their way to something."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from objects.models import Field


def find_filling(field_id: UUID, *, is_locked: bool = False) -> Field | None:
    """Return a field that is being filled, or None if it is not, or gone."""
    return find_on_its_way(field_id, "backfill", is_locked=is_locked)


def find_retyping(field_id: UUID, *, is_locked: bool = False) -> Field | None:
    """Return a field that gets another type, or None if it does not, or is gone."""
    field_ = find_on_its_way(field_id, "retyping", is_locked=is_locked)
    if field_ is not None:
        field_.region = field_.object_type.workspace.region
    return field_


def find_on_its_way(
    field_id: UUID, how: Literal["backfill", "retyping"], *, is_locked: bool
) -> Field | None:
    """Return a field whose column says how far it is, or None if that says nothing."""
    found = Field.objects.select_related("object_type__workspace")
    if is_locked:
        found = found.select_for_update(of=["self"], no_key=True)
    return found.filter(pk=field_id).exclude(**{how: {}}).first()

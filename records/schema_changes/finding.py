"""Finding fields that get another type."""

from __future__ import annotations

from uuid import UUID

from objects.models import Field


def find_retyping(field_id: UUID, *, is_locked: bool = False) -> Field | None:
    """Return a field that gets another type, or None if it does not, or is gone."""
    found = Field.objects.select_related("object_type__workspace")
    if is_locked:
        found = found.select_for_update(of=["self"], no_key=True)
    field_ = found.filter(pk=field_id).exclude(retyping={}).first()
    if field_ is not None:
        field_.region = field_.object_type.workspace.region
    return field_

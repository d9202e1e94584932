"""What every workspace has from the start, and keeps."""

from __future__ import annotations

from crm.errors import NotAllowed
from objects.models import Field, ObjectType


class StandardStays(NotAllowed):
    """What every workspace has keeps its name and its type, and cannot be removed."""


def check_custom_object(object_type: ObjectType) -> None:
    """Refuse to change a standard object type.

    Raises:
        StandardStays: if it is one.
    """
    if not object_type.is_custom:
        raise StandardStays(f"{object_type.slug} is a standard object, which stays.")


def check_custom_field(field: Field) -> None:
    """Refuse to remove a standard field.

    Raises:
        StandardStays: if it is one.
    """
    if not field.is_custom:
        raise StandardStays(f"{field.slug} is a standard field, which stays.")

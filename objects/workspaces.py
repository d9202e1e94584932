"""Making a workspace with the standard object types."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from crm.errors import InvalidValue
from crm.models import Workspace
from objects.standard_workspace import install_standard_objects


class InvalidWorkspace(InvalidValue):
    """The slug is not one, or another workspace has it."""


@transaction.atomic
def create_workspace(*, slug: str, name: str = "") -> Workspace:
    """Create a workspace with the standard objects.

    Raises:
        InvalidWorkspace: if the slug is no slug, or taken.
    """
    workspace = Workspace(slug=slug, name=name or slug)
    try:
        workspace.full_clean()
    except ValidationError as error:
        raise InvalidWorkspace(
            {f"/attributes/{k}": " ".join(v) for k, v in error.message_dict.items()}
        ) from error
    try:
        with transaction.atomic():
            workspace.save(force_insert=True)
    except IntegrityError as error:  # Somebody was quicker.
        taken = {"/attributes/slug": "Another workspace has this slug."}
        raise InvalidWorkspace(taken) from error
    install_standard_objects(workspace)
    return workspace

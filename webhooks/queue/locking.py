"""The lock of an endpoint, under which its queue changes.

Whoever adds to a line and whoever goes on in it must see what the other did: otherwise
a message would be left waiting for one that has just been delivered.
"""

from __future__ import annotations

from uuid import UUID

from webhooks.models import Endpoint

LOCK = """
SELECT * FROM webhooks_endpoint
WHERE workspace_id = %(workspace)s AND id = %(endpoint)s FOR NO KEY UPDATE
"""


def lock_endpoint(workspace_id: UUID, endpoint_id: UUID) -> Endpoint | None:
    """Return an endpoint while nobody else changes it or its queue, if it is there."""
    place = {"workspace": workspace_id, "endpoint": endpoint_id}
    return next(iter(Endpoint.objects.raw(LOCK, place)), None)

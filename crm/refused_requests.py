"""The last requests of each key that were refused, for whoever wonders why.

Decision 30 in docs/decisions.md says why.
"""

from __future__ import annotations

import logging
from typing import Any

import orjson
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone

from crm.authentication import Actor
from crm.jsonapi.errors import Unavailable
from crm.sql import query
from crm.throttling import Allowance, RateLimited

logger = logging.getLogger(__name__)

KEPT = 100
"""How many requests of a key are kept."""

# Of the requests that were there before, room is left for all but one. Those that
# somebody else is deleting are left to them.
NOTE = """
WITH noted AS (
    INSERT INTO crm_refusedrequest
        (api_key_id, method, path, status, code, request_id, at)
    VALUES (%(key)s, %(method)s, %(path)s, %(status)s, %(code)s, %(request)s, %(at)s)
)
DELETE FROM crm_refusedrequest WHERE id IN (
    SELECT id FROM crm_refusedrequest WHERE api_key_id = %(key)s
    ORDER BY id DESC OFFSET %(others)s FOR UPDATE SKIP LOCKED
)
"""


def note_refusal(
    actor: Actor | None,
    request: HttpRequest,
    status: int,
    code: str,
    allowance: Allowance | None,
) -> None:
    """Note that a request was refused, and forget all but the last hundred of its key.

    Must run outside of the transaction of the request, which may be undone. Notes
    are not worth a failure: one that cannot be written is logged, no more.
    """
    if actor is None or not is_worth_noting(status, allowance):
        return
    try:
        with transaction.atomic():
            query(
                NOTE,
                key=actor.key_id,
                method=str(request.method)[:16],
                path=storable(request.path)[:500],
                status=status,
                code=code,
                request=actor.request_id,
                at=timezone.now(),
                others=KEPT - 1,
            )
    except DatabaseError as error:
        logger.warning("A refused request was not noted: %s", error)


def is_worth_noting(status: int, allowance: Allowance | None) -> bool:
    """Return whether a refusal is noted, which must not cost more than refusing.

    It is not while the database fails, and of too many requests only the first is.
    """
    if status == RateLimited.status:
        return allowance is not None and allowance.is_first_too_many
    return status != Unavailable.status


def storable(text: str) -> str:
    """Return text without what the database cannot hold."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def code_of(response: Any) -> str:  # DRF's has data; Django's has not.
    """Return the code of the first error in a response, or nothing."""
    document = getattr(response, "data", None) or orjson.loads(response.content or "{}")
    errors = document.get("errors") or [{}]
    return str(errors[0].get("code", ""))

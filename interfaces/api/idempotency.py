"""Requests that name themselves take effect once, however often they are sent.

The answer is stored in the transaction of the effect, so that after a crash there are
both or neither.

Decision 12 in docs/decisions.md says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.response import Response

from crm.authentication import Actor
from crm.changes import HEADER as CHANGE_HEADER
from crm.errors import InProgress, InvalidHeader, Refusal
from crm.jsonapi.parsing import read_body
from crm.locks import try_lock
from crm.models import IdempotentRequest

HEADER = "Idempotency-Key"
METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT_HEADERS = (
    *("Content-Type", "Content-Location", "Location", "ETag", "Allow"),
    CHANGE_HEADER,
)
NOT_KEPT = frozenset({401, 403, 429})
"""Statuses that say nothing about the request itself."""


class KeyReused(Refusal):
    """The key was used for another request."""

    status = 422
    code = "key_reused"
    title = "Idempotency key reused"
    source = "header"


class StillAtWork(InProgress):
    """The first request with this key is still at work."""

    source = "header"


class Replay(Exception):
    """The request was answered before; the answer is to be given again."""

    def __init__(self, stored: IdempotentRequest) -> None:
        super().__init__()
        self.stored = stored

    def response(self) -> HttpResponse:
        """Return the answer as it was given, with a header that says so."""
        response = HttpResponse(bytes(self.stored.body), status=self.stored.status)
        del response["Content-Type"]  # Of an answer without content there is none.
        for name, value in self.stored.headers.items():
            response[name] = value
        response["Idempotency-Replayed"] = "true"
        return response


@dataclass(frozen=True)
class Claim:
    """The right to perform a request that nobody else performs or has performed."""

    actor: Actor
    digest: str
    body_digest: str

    def store(self, response: HttpResponse, body: bytes) -> None:
        """Keep the answer, unless it says nothing about the request itself.

        ``body`` is its content without what may not be kept.
        """
        if response.status_code in NOT_KEPT:
            return
        IdempotentRequest.objects.update_or_create(
            workspace=self.actor.workspace,
            digest=self.digest,
            defaults={
                "body_digest": self.body_digest,
                "status": response.status_code,
                "headers": {
                    name: response[name] for name in KEPT_HEADERS if name in response
                },
                "body": body,
                "created_at": timezone.now(),
            },
        )
        forget_old_requests()


def names_itself(request: HttpRequest) -> bool:
    """Whether the request changes something and names itself."""
    return request.method in METHODS and HEADER in request.headers


def claim_request(actor: Actor, request: HttpRequest) -> Claim:
    """Claim a request that names itself. Must run inside a transaction.

    A name counts for one workspace, agent, method and path: agents that chose the same
    name neither see nor disturb each other.

    Raises:
        Replay: if it was answered before.
        InvalidHeader: if the name is empty or longer than 255 characters.
        KeyReused: if the name stands for another body, or for other parameters.
        StillAtWork: if the first request of this name is not finished.
    """
    name = request.headers[HEADER]
    if not 1 <= len(name) <= 255:
        raise InvalidHeader({HEADER: "Give 1 to 255 characters."})
    scope = [str(actor.agent_id), request.method, request.path, name]
    parameters = f"{request.META['QUERY_STRING']}\n".encode()
    claim = Claim(
        actor,
        sha256(json.dumps(scope).encode()).hexdigest(),
        sha256(parameters + read_body(request)).hexdigest(),
    )
    if not try_lock(f"{actor.workspace.id}:{claim.digest}"):
        raise StillAtWork({HEADER: "The first request with this key is still running."})
    stored = (
        IdempotentRequest.objects.filter(
            workspace=actor.workspace, digest=claim.digest, created_at__gt=oldest_kept()
        )
        .only("body_digest", "status", "headers", "body")
        .first()
    )
    if stored is None:
        return claim
    if stored.body_digest != claim.body_digest:
        raise KeyReused({HEADER: "The key was used with another body or query."})
    raise Replay(stored)


def store_answer(
    claim: Claim | None,
    response: HttpResponseBase,
    kept_body: Callable[[HttpResponse], bytes],
) -> None:
    """Store an answer with its effect, or undo both if it tells of a crash.

    Without a claim there is nothing to store: the request was refused before it was
    claimed, or had been answered already.
    """
    if response.status_code >= 500:
        transaction.set_rollback(True)
    elif claim is not None:
        assert isinstance(response, HttpResponse)
        # The content is made here, while all of this can still be undone.
        made = response.render() if isinstance(response, Response) else response
        claim.store(made, kept_body(made))


def oldest_kept() -> datetime:
    """Return the time before which answers are forgotten."""
    return timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)


def forget_old_requests() -> None:
    """Delete some of the answers that are too old, leaving those that others delete."""
    old = (
        IdempotentRequest.objects.filter(created_at__lte=oldest_kept())
        .select_for_update(skip_locked=True)
        .values("pk")[:100]
    )
    IdempotentRequest.objects.filter(pk__in=old).delete()

"""Endpoints: how they are made, changed, given new secrets, stopped and started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.errors import InvalidValue, Refused, TooManyRows
from crm.locks import lock, lock_row
from crm.models import Workspace
from objects.catalog import Catalog
from records.journal.conditions import KINDS
from records.journal.heads import read_head
from webhooks.models import Endpoint
from webhooks.queue.outages import HEALTH, MANUAL, disable, forget_failures
from webhooks.secrets import first_secret, new_secret, replaced_by
from webhooks.sending.urls import check_url

MOST_ENDPOINTS = 50
OVERLAP = timedelta(days=1)
LONGEST_OVERLAP = timedelta(days=7)


class NewSecret(NamedTuple):
    """An endpoint, and its secret, which is not shown again."""

    endpoint: Endpoint
    secret: str


class TooManyEndpoints(TooManyRows):
    """The workspace has as many endpoints as it may have."""

    source = None


@transaction.atomic
def create_endpoint(
    *, workspace: Workspace, values: Mapping[str, Any], cursor: int | None = None
) -> NewSecret:
    """Make an endpoint that is told of all that is noted behind a place in the journal.

    Without a cursor it is told of what is noted from now on.

    Raises:
        Refused: if it cannot be told of what the values name, or at that URL.
        TooManyEndpoints: if the workspace has 50 already.
    """
    check_values(workspace, values)
    lock(f"webhooks:{workspace.id}")
    if Endpoint.objects.filter(workspace=workspace).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"A workspace has {MOST_ENDPOINTS} webhooks at most.")
    secret = new_secret()
    start = last_noted(workspace.id) if cursor is None else cursor
    endpoint = Endpoint.objects.create(
        workspace=workspace, secrets=first_secret(secret), cursor=start, **values
    )
    return NewSecret(endpoint, secret)


@transaction.atomic
def update_endpoint(*, endpoint: Endpoint, values: Mapping[str, Any]) -> Endpoint:
    """Change an endpoint. Messages that wait go where and as it says now.

    Raises:
        Refused: if it cannot be told of what the values name, or at that URL.
    """
    check_values(endpoint.workspace, values)
    endpoint = lock_row(endpoint)
    for name, value in values.items():
        setattr(endpoint, name, value)
    if values:
        endpoint.save(update_fields=list(values))
    return endpoint


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint) -> None:
    """Delete an endpoint and all its deliveries."""
    lock_row(endpoint, to_delete=True).delete()


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, overlap: timedelta = OVERLAP) -> NewSecret:
    """Give an endpoint a new secret, while the old ones sign beside it for a while.

    Raises:
        InvalidValue: if that while is negative or longer than a week.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        most = int(LONGEST_OVERLAP.total_seconds())
        raise InvalidValue({"": f"Give a whole number from 0 to {most}."})
    endpoint = lock_row(endpoint)
    secret = new_secret()
    endpoint.secrets = replaced_by(secret, endpoint.secrets, overlap, timezone.now())
    endpoint.save(update_fields=["secrets"])
    return NewSecret(endpoint, secret)


@transaction.atomic
def disable_endpoint(*, endpoint: Endpoint) -> Endpoint:
    """Send an endpoint nothing until it is enabled. It keeps its place."""
    endpoint = lock_row(endpoint)
    if endpoint.state != Endpoint.State.DISABLED:
        disable(endpoint, MANUAL)
        endpoint.save(update_fields=HEALTH)
    return endpoint


@transaction.atomic
def enable_endpoint(*, endpoint: Endpoint, skips: bool = False) -> Endpoint:
    """Send an endpoint messages again, also one that struggles, and without waiting.

    It goes on where it stopped, or with what is noted from now on if it ``skips``
    the rest; messages that wait are sent all the same.
    """
    endpoint = lock_row(endpoint)
    if endpoint.state != Endpoint.State.ACTIVE:
        endpoint.state = Endpoint.State.ACTIVE
        endpoint.disabled_reason = ""
        endpoint.pace = 1
        forget_failures(endpoint)
    if skips:
        endpoint.cursor = last_noted(endpoint.workspace_id)
    endpoint.save(update_fields=[*HEALTH, "cursor"])
    return endpoint


def check_values(workspace: Workspace, values: Mapping[str, Any]) -> None:
    """Refuse values of which one cannot be, all at once.

    Raises:
        Refused: with a refusal for each.
    """
    catalog = Catalog.of(workspace)
    fields = {name for schema in catalog.by_slug.values() for name in schema.aliases}
    known = {
        "kinds": KINDS,
        "objects": sorted(catalog.by_slug),
        "fields": sorted(fields),
    }
    named = {**values, "objects": values.get("object_slugs")}
    refusals = []
    for name, valid in known.items():
        unknown = [one for one in named.get(name) or [] if one not in valid]
        if unknown:
            why = f"There is no {unknown[0]!r}. There are: {', '.join(valid)}."
            refusals.append(InvalidValue({f"/attributes/{name}": why}))
    try:
        if "url" in values:
            check_url(values["url"])
    except InvalidValue as refusal:
        refusals.append(refusal)
    if refusals:
        raise Refused([("/data", refusal) for refusal in refusals])


def last_noted(workspace_id: UUID) -> int:
    """Return the number of the last entry of a journal; 0 if there is none."""
    head = read_head(workspace_id)
    return head.last_seq if head else 0

"""Messages: made anew whenever they are sent, of what the endpoint may know then.

Decision 129 in docs/decisions.md says why.
"""

from __future__ import annotations

from crm.json_types import JSONObject
from crm.jsonapi.rendering import dumps
from crm.moments import wire_time
from records.ids import encode_id
from records.journal.changes import Change
from records.journal.feed import find_change
from records.journal.visibility import still_told
from records.resources.addresses import Addresses
from records.resources.changes import FIELDS, TYPE, ChangeComposer, ChangeSelection
from webhooks.eyes import View, asked_by, view_of
from webhooks.models import Delivery, Endpoint
from webhooks.signatures import Message

PREFIX = "msg"
TEST, GAP = "webhook.test", "webhook.gap"
VALUES = {"before", "after", "details"}
"""What thin messages leave out of a change."""

WHOLE = ChangeSelection({}, None)
THIN = ChangeSelection({TYPE: frozenset(FIELDS.keys() - VALUES)}, None)


def message_of(endpoint: Endpoint, delivery: Delivery) -> Message | None:
    """Return the message that a delivery is; None if there is nothing to tell any more.

    Records that the endpoint's agent does not see now, or that were erased since, are
    not spoken of.
    """
    view = view_of(endpoint)
    if delivery.seq is None:
        message_id = encode_id(PREFIX, delivery.id)
        body = {
            "type": delivery.kind,
            "timestamp": wire_time(delivery.created_at),
            "data": {"workspace": endpoint.workspace.slug, **gap_of(view, delivery)},
        }
        return Message(message_id, dumps(body))
    change = find_change(view.actor, view.catalog, delivery.seq, still_told())
    if change is None or not asked_by(endpoint).admits(change, view.catalog):
        return None
    return Message(view.head.ids.of(delivery.seq), body_of(endpoint, view, change))


def body_of(endpoint: Endpoint, view: View, change: Change) -> bytes:
    """Return what is said of a change."""
    is_full = endpoint.payload == Endpoint.Payload.FULL
    slug = endpoint.workspace.slug
    composer = ChangeComposer(
        view.actor,
        view.catalog,
        view.head.ids,
        Addresses(f"/v1/workspaces/{slug}"),
        WHOLE if is_full else THIN,
    )
    data: dict[str, object] = {"workspace": slug, "change": composer.resource(change)}
    if is_full:
        data["record"] = next(iter(composer.records([change])), None)
    body = {
        "type": change.kind,
        "timestamp": wire_time(change.entry.noted_at),
        "data": data,
    }
    return dumps(body)


def gap_of(view: View, delivery: Delivery) -> JSONObject:
    """Return between which cursors there is nothing to be told any more, if so."""
    if delivery.gap is None:
        return {}
    start, end = delivery.gap
    return {"from": view.head.ids.of(start), "to": view.head.ids.of(end)}

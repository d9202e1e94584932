"""Deliveries that are over are forgotten after a while; of what was erased, at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from crm.sql import query
from records.erasing.stores import Forgotten

MOST = 1000

FORGET = """
DELETE FROM webhooks_delivery delivery USING webhooks_endpoint endpoint, LATERAL (
    SELECT old.id FROM webhooks_delivery old
    WHERE old.workspace_id = endpoint.workspace_id AND old.endpoint_id = endpoint.id
      AND old.created_at < %(before)s AND old.state <> 'waiting'
    ORDER BY old.created_at LIMIT %(most)s
) AS old
WHERE delivery.workspace_id = endpoint.workspace_id AND delivery.id = old.id
"""


# Who settles an attempt holds the endpoint, and writes what was answered meanwhile.
HOLD_ALL = """
SELECT 1 FROM webhooks_endpoint WHERE workspace_id = %(workspace)s
ORDER BY id FOR NO KEY UPDATE
"""
FORGET_EXCERPTS = """
UPDATE webhooks_delivery SET log = coalesce((
    SELECT jsonb_agg(attempt || '{"excerpt": ""}' ORDER BY place)
    FROM jsonb_array_elements(log) WITH ORDINALITY AS tried (attempt, place)
), '[]')
WHERE workspace_id = %(workspace)s AND (
    line = ANY(%(records)s::uuid[])
    OR line = ANY(%(partners)s::uuid[]) AND EXISTS (
        SELECT FROM unnest(%(spellings)s::text[]) AS id (text)
        WHERE position(id.text IN log::text) > 0
    )
)
RETURNING 1
"""


def forget_old(now: datetime) -> None:
    """Delete some of the deliveries that were made too long ago and are over."""
    before = now - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    query(FORGET, before=before, most=MOST)


def forget_excerpts(forgotten: Forgotten) -> int:
    """Forget what was answered to messages about records, and return to how many.

    Answers about partners go that name them.
    """
    query(HOLD_ALL, workspace=forgotten.workspace_id)
    rows = query(
        FORGET_EXCERPTS,
        workspace=forgotten.workspace_id,
        records=[*forgotten.records],
        partners=[*forgotten.partners],
        spellings=[*forgotten.spellings],
    )
    return len(rows)

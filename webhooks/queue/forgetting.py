"""Deliveries that are over are forgotten after a while, endpoint by endpoint."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from crm.sql import query

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


def forget_old(now: datetime) -> None:
    """Delete some of the deliveries that were made too long ago and are over."""
    before = now - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    query(FORGET, before=before, most=MOST)

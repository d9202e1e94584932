"""All that is stored of records, to be compared."""

from __future__ import annotations

from typing import Any

from records.models import Access, Link, Record, UniqueValue


def content() -> Any:
    """Return all that is stored, but for versions, times and positions of links."""
    records = Record.objects.order_by("id").values_list(
        *("id", "attributes", "folded", "details", "search", "visible_to"),
        *("created_at", "created_by"),
    )
    values = UniqueValue.objects.order_by("field", "key")
    links = Link.objects.order_by("source_id", "field", "target_id")
    rules = Access.objects.order_by("record_id", "agent")
    return (
        list(records),
        list(values.values_list("field", "key", "record_id")),
        list(links.values_list("source_id", "field", "target_id")),
        list(rules.values_list("record_id", "agent")),
    )

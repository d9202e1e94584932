"""A company of the Clarky API, and what each of its properties is of a company."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crm.json_types import JSON, JSONObject
from interfaces.compat.clarky.contact import ADDRESS, MOMENTS, REACHED_AT
from interfaces.compat.clarky.views import Resource
from interfaces.compat.contact_book import Book
from interfaces.compat.members import Card, Translation
from interfaces.compat.pair_members import Named
from interfaces.compat.plain_members import Fixed, Owner, Plain, Primary, Tags
from records.reading.rows import RecordRow
from records.reading.summaries import latest, total

COMPANY = Translation(
    (
        Fixed("id", of=lambda card: str(card.row.id)),
        Owner("bot_id", "owner"),
        Plain("name", "name"),
        Primary("domain", "domains"),
        Plain("website", "website"),
        Plain("industry", "industry"),
        Plain("company_size", "company_size"),
        Plain("company_type", "company_type"),
        Plain("employee_count", "employee_count"),
        Plain("annual_revenue", "annual_revenue"),
        Plain("description", "description"),
        *REACHED_AT,
        Tags("tags", "tags"),
        Plain("pipeline_stage_id", "pipeline_stage_id"),
        *ADDRESS,
        Plain("linkedin_url", "linkedin_url"),
        Plain("notes", "notes"),
        Named("custom_fields", "custom_fields"),
        *MOMENTS,
    ),
    ignored=None,
)


def companies_of(book: Book, rows: Sequence[RecordRow]) -> list[JSONObject]:
    """Return companies, each with what its people come to as the caller sees them."""
    summaries = total("deal_value"), latest("last_contacted_at")
    people = book.summaries("people", rows, *summaries)
    shown = []
    for row in rows:
        value, at = people.get(row.id, (None, None))
        derived: JSONObject = {
            "workspace_id": str(book.actor.workspace.id),
            "total_deal_value": plain(value),
            "last_activity_at": at,
        }
        shown.append({**COMPANY.show(Card.of(row, book.schema)), **derived})
    return shown


def plain(value: Decimal | None) -> JSON:
    """Return a sum as a number, zero if there is nothing to add up."""
    if value is None or value == value.to_integral():
        return int(value or 0)
    return value.normalize()


COMPANIES = Resource(
    object_type="company",
    translation=COMPANY,
    shown=companies_of,
    filters={
        "tags": ("tags", "in"),
        "industry": ("industry", "eq"),
        "domain": ("domains", "eq"),
        "bot_id": ("owner", "eq"),
    },
    required=("bot_id", "name"),
)

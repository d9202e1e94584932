"""A contact of the Clarky API, and what each of its properties is of a person."""

from __future__ import annotations

from collections.abc import Sequence

from crm.json_types import JSONObject
from interfaces.compat.clarky.views import Resource
from interfaces.compat.contact_book import Book
from interfaces.compat.item_members import Items
from interfaces.compat.members import Card, Translation
from interfaces.compat.pair_members import Named
from interfaces.compat.plain_members import FirstLink, Fixed, Owner, Part, Plain, Tags
from records.reading.rows import RecordRow
from records.reading.summaries import FIRST

ADDRESS = (
    Part("address_line1", "addresses", part="street/0"),
    Part("address_line2", "addresses", part="street/1"),
    Part("city", "addresses", part="city"),
    Part("state", "addresses", part="region"),
    Part("postal_code", "addresses", part="postal_code"),
    Part("country", "addresses", part="country"),
)
REACHED_AT = (
    Items(
        "emails", "email_addresses", member="email", has_primary=True, takes_text=True
    ),
    Items(
        "phone_numbers",
        "phone_numbers",
        member="phone_number",
        has_primary=True,
        takes_text=True,
    ),
)
MOMENTS = (
    Fixed("created_at", of=lambda card: card.row.created_at),
    Fixed("updated_at", of=lambda card: card.row.updated_at),
)

CONTACT = Translation(
    (
        Fixed("id", of=lambda card: str(card.row.id)),
        Owner("bot_id", "owner"),
        Plain("first_name", "first_name"),
        Plain("last_name", "last_name"),
        *REACHED_AT,
        Plain("company", "company_name"),
        FirstLink("company_id", "companies", target="company"),
        Plain("job_title", "title"),
        Plain("lead_source", "lead_source"),
        Tags("tags", "tags"),
        Plain("deal_value", "deal_value"),
        Plain("pipeline_stage_id", "pipeline_stage_id"),
        Plain("contact_type", "contact_type"),
        *ADDRESS,
        Plain("linkedin_url", "linkedin_url"),
        Plain("notes", "notes"),
        Named("custom_fields", "custom_fields"),
        Fixed(
            "last_contacted_at", of=lambda card: card.attributes["last_contacted_at"]
        ),
        *MOMENTS,
    ),
    ignored=None,
)


def clarky_contacts_of(book: Book, rows: Sequence[RecordRow]) -> list[JSONObject]:
    """Return people as contacts, each with the company that it was linked to first."""
    companies = book.summaries("companies", rows, FIRST)
    shown = []
    for row in rows:
        company = companies.get(row.id)
        links = {"companies": str(company[0]) if company else None}
        card = Card.of(row, book.schema).with_links(links)
        workspace: JSONObject = {"workspace_id": str(book.actor.workspace.id)}
        shown.append({**CONTACT.show(card), **workspace})
    return shown


CONTACTS = Resource(
    object_type="person",
    translation=CONTACT,
    shown=clarky_contacts_of,
    filters={
        "tags": ("tags", "in"),
        "lead_source": ("lead_source", "eq"),
        "pipeline_stage_id": ("pipeline_stage_id", "eq"),
        "bot_id": ("owner", "eq"),
        "created_after": ("_created_at", "gte"),
        "created_before": ("_created_at", "lte"),
        "updated_after": ("_updated_at", "gte"),
    },
    required=("bot_id",),
)

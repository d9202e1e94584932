"""The standard objects, as data: what every new workspace begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crm.json_types import JSON, JSONObject
from objects.models import Kind


class StandardField(NamedTuple):
    """A field that a standard object has from the start, and keeps."""

    slug: str
    type: str = "text"
    flags: frozenset[str] = frozenset()
    """Any of required, unique, indexed and searchable."""
    options: JSONObject = {}


@dataclass(frozen=True)
class StandardObject:
    """An object type that every workspace has."""

    slug: str
    label: str
    plural: str
    prefix: str
    fields: Sequence[StandardField]
    match_fields: Sequence[str] = field(default=())


def of(type_: str, slug: str, *flags: str, **options: JSON) -> StandardField:
    """Return a field of a type."""
    return StandardField(slug, type_, frozenset(flags), options)


def select(slug: str, choices: dict[str, str], *flags: str) -> StandardField:
    """Return a field for one of several labels, each with its colour."""
    options: list[JSON] = [
        {"id": label.lower().replace(" ", "_"), "label": label, "color": color}
        for label, color in choices.items()
    ]
    return StandardField(slug, "select", frozenset(flags), {"options": options})


NAME_PARTS: list[JSON] = [
    "name_prefix",
    "first_name",
    "middle_name",
    "last_name",
    "name_suffix",
]

PERSON = StandardObject(
    "person",
    "Person",
    "People",
    "per",
    [
        of(
            "text",
            "name",
            "indexed",
            "searchable",
            follows=NAME_PARTS,
            unless=["first_name", "last_name"],
            instead=["company_name"],
        ),
        of("text", "name_prefix"),
        of("text", "first_name"),
        of("text", "middle_name"),
        of("text", "last_name", "indexed"),
        of("text", "name_suffix"),
        of("email_collection", "email_addresses", "unique", "searchable"),
        of("phone_collection", "phone_numbers", "searchable"),
        of("text", "title"),
        of("text", "company_name", "searchable"),
        of("tags", "tags"),
        of("location_collection", "addresses"),
        of("url_collection", "websites"),
        of("url", "linkedin_url"),
        of("date", "birthday"),
        of("date_collection", "dates"),
        of("multiline_text", "notes"),
        of("json", "custom_fields"),
        of("text", "lead_source"),
        of("text", "contact_type"),
        of("currency", "deal_value"),
        of("text", "pipeline_stage_id"),
        of(
            "datetime",
            "last_contacted_at",
            "indexed",
            latest=["conversations", "last_message_at"],
        ),
        of("owner", "owner"),
    ],
    match_fields=["email_addresses"],
)

COMPANY = StandardObject(
    "company",
    "Company",
    "Companies",
    "com",
    [
        of("text", "name", "indexed", "searchable"),
        of("domain_collection", "domains", "unique", "searchable"),
        of("multiline_text", "description"),
        of("text", "industry", "searchable"),
        of("url", "website"),
        of("email_collection", "email_addresses", "searchable"),
        of("phone_collection", "phone_numbers", "searchable"),
        of("tags", "tags"),
        of("location_collection", "addresses"),
        of("url", "linkedin_url"),
        of("text", "company_type"),
        of("text", "company_size"),
        of("integer", "employee_count", "indexed"),
        of("currency", "annual_revenue", "indexed"),
        of("text", "pipeline_stage_id"),
        of("multiline_text", "notes"),
        of("json", "custom_fields"),
        of("owner", "owner"),
    ],
    match_fields=["domains"],
)

DEAL = StandardObject(
    "deal",
    "Deal",
    "Deals",
    "deal",
    [
        of("text", "name", "unique", "indexed", "searchable"),
        select(
            "stage",
            {
                "Prospecting": "gray",
                "Discovery": "blue",
                "Proposal": "purple",
                "Negotiation": "orange",
                "Won": "green",
                "Lost": "red",
            },
            "indexed",
        ),
        of("currency", "amount", "indexed", currency="USD"),
        of("date", "close_date", "indexed"),
        of("multiline_text", "description"),
        of("multiline_text", "summary"),
        of("tags", "tags"),
        of("json", "custom_fields"),
        of("owner", "owner"),
    ],
    match_fields=["name"],
)

MEETING = StandardObject(
    "meeting",
    "Meeting",
    "Meetings",
    "meet",
    [
        of("text", "title", "indexed", "searchable"),
        of("datetime", "start", "indexed"),
        of("datetime", "end"),
        of("checkbox", "all_day"),
        of("text", "location", "searchable"),
        of("text", "visibility"),
        of("text", "event_id", "unique"),
        of(
            "json_collection",
            "participants",
            "searchable",
            shape={"email": "email", "name": "text", "status": "text"},
        ),
        of("multiline_text", "summary"),
        of("multiline_text", "notes"),
        of("tags", "tags"),
        of("owner", "owner"),
    ],
    match_fields=["event_id"],
)

TASK = StandardObject(
    "task",
    "Task",
    "Tasks",
    "task",
    [
        of("text", "title", "required", "indexed", "searchable"),
        of("multiline_text", "description"),
        select(
            "status",
            {
                "To Do": "gray",
                "In Progress": "blue",
                "Done": "green",
                "Canceled": "red",
            },
            "indexed",
        ),
        select(
            "priority",
            {"Urgent": "red", "High": "orange", "Medium": "blue", "Low": "gray"},
            "indexed",
        ),
        of("date", "due_date", "indexed"),
        of("tags", "tags"),
        of("owner", "owner"),
    ],
)

CONVERSATION = StandardObject(
    "conversation",
    "Conversation",
    "Conversations",
    "conv",
    [
        select(
            "channel",
            {
                "email": "blue",
                "sms": "green",
                "voice": "purple",
                "whatsapp": "green",
                "instagram": "pink",
                "facebook": "blue",
                "web": "gray",
            },
        ),
        of("text", "subject", "searchable"),
        select("status", {"open": "green", "closed": "gray", "resolved": "blue"}),
        of("multiline_text", "last_message"),
        of("datetime", "last_message_at", "indexed"),
        of("checkbox", "unread"),
        of("owner", "owner"),
    ],
)

STANDARD_OBJECTS = (PERSON, COMPANY, DEAL, MEETING, TASK, CONVERSATION)

RELATIONSHIPS = (
    ("person", "companies", Kind.MANY_TO_MANY, "company", "people"),
    ("deal", "companies", Kind.MANY_TO_MANY, "company", "deals"),
    ("deal", "people", Kind.MANY_TO_MANY, "person", "deals"),
    ("meeting", "people", Kind.MANY_TO_MANY, "person", "meetings"),
    ("task", "people", Kind.MANY_TO_MANY, "person", "tasks"),
    ("task", "companies", Kind.MANY_TO_MANY, "company", "tasks"),
    ("task", "deals", Kind.MANY_TO_MANY, "deal", "tasks"),
    ("conversation", "person", Kind.MANY_TO_ONE, "person", "conversations"),
)
"""Both sides of each relationship, and how many of the other each side may have."""

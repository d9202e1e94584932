"""The workspace that a first start makes, so that there is something to look at."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.documents import Identifier
from crm.keys import create_key
from crm.models import Member, Scope
from objects.workspaces import create_workspace
from records.writing.engine import write
from records.writing.operations import Linkage, Upsert

SLUG = "demo"


class Demo(NamedTuple):
    """What a first start made, with secrets that cannot be read again."""

    login: str
    password: str
    secret: str


def upsert(
    type_: str, links: dict[str, tuple[str, str, str]], **attributes: JSON
) -> Upsert:
    """Return a sample record, linked to others by a unique field and its value."""
    return Upsert(
        type_,
        attributes=attributes,
        relationships={
            slug: Linkage((Identifier(target, match={field: value}),), is_array=True)
            for slug, (target, field, value) in links.items()
        },
    )


ACME = {"companies": ("company", "domains", "acme.example")}
BABBAGE = {"companies": ("company", "domains", "engines.example")}
TAYLOR = {"people": ("person", "email_addresses", "taylor@acme.example")}
ADA = {"people": ("person", "email_addresses", "ada@engines.example")}

SAMPLES: list[list[Upsert]] = [
    [
        upsert("company", {}, name="Acme Corp", domains={"items": ["acme.example"]}),
        upsert(
            "company",
            {},
            name="Analytical Engines",
            domains={"items": ["engines.example"]},
            industry="Machinery",
        ),
    ],
    [
        upsert(
            "person",
            ACME,
            first_name="Taylor",
            last_name="Reeves",
            title="VP of Sales",
            company_name="Acme Corp",
            email_addresses={"items": ["taylor@acme.example"]},
            phone_numbers={"items": ["+1 415 555 0100"]},
        ),
        upsert(
            "person",
            ACME,
            first_name="Jordan",
            last_name="Kim",
            title="Account Executive",
            company_name="Acme Corp",
            email_addresses={"items": ["jordan@acme.example"]},
        ),
        upsert(
            "person",
            BABBAGE,
            first_name="Ada",
            last_name="Lovelace",
            title="Founder",
            company_name="Analytical Engines",
            email_addresses={"items": ["ada@engines.example"]},
            tags={"items": ["vip"]},
        ),
    ],
    [
        upsert(
            "deal",
            ACME | TAYLOR,
            name="Acme renewal",
            stage="Negotiation",
            amount=25000,
            close_date="2026-12-15",
        ),
        upsert(
            "deal", BABBAGE | ADA, name="Engine pilot", stage="Discovery", amount=9000
        ),
    ],
    [
        upsert(
            "meeting",
            TAYLOR,
            title="Renewal call",
            start="2026-12-01T15:00:00Z",
            end="2026-12-01T15:30:00Z",
        ),
    ],
    [
        upsert(
            "task",
            TAYLOR | {"deals": ("deal", "name", "Acme renewal")},
            title="Send the renewal offer",
            status="To Do",
            priority="High",
            due_date="2026-12-04",
        ),
    ],
]


@transaction.atomic
def create_demo() -> Demo:
    """Create a workspace with sample records, an owner's login and a key."""
    workspace = create_workspace(slug=SLUG, name="Demo")
    password = token_urlsafe(12)
    owner = User.objects.create_superuser("owner", password=password)
    Member.objects.create(workspace=workspace, user=owner, role=Member.Role.OWNER)
    actor = Actor(workspace, "system", frozenset(Scope.values))
    for samples in SAMPLES:
        write(actor=actor, operations=samples)
    key = create_key(workspace=workspace, scopes=list(Scope), label="First key")
    return Demo(owner.username, password, key.secret)

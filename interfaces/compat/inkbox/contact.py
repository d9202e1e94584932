"""A contact of the Inkbox API, and what each of its properties is of a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crm.json_types import JSON, JSONObject
from crm.models import Workspace
from interfaces.compat.contact_book import Book
from interfaces.compat.item_members import Items, Places
from interfaces.compat.members import Card, Translation
from interfaces.compat.pair_members import Pairs
from interfaces.compat.plain_members import Fixed, OneLine, Plain, Words
from objects.field_types.base import InvalidValue
from objects.models import Field
from records.access.rules import Rule, RulesAndLabels, read_rules_and_labels
from records.reading.rows import RecordRow
from records.writing.operations import NoSuchRecord

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

FN = ("first_name", "last_name", "company_name", "name")
"""What the contact may be called by (RFC 6350, section 6.2.1)."""

NOTHING_LEFT = RulesAndLabels([], {})


def check_phone(number: JSON, field: Field) -> None:
    """Refuse a phone number that is not written as E.164 has it.

    Where numbers without a country code are understood, any form will do.

    Raises:
        InvalidValue: if it is not.
    """
    if field.region.country:
        return
    if not isinstance(number, str) or not E164.fullmatch(number):
        raise InvalidValue("Enter a phone number in E.164 form, such as +14155550100.")


CONTACT = Translation(
    (
        Fixed("id", of=lambda card: str(card.row.id)),
        OneLine("preferred_name", "name"),
        OneLine("name_prefix", "name_prefix", longest=32),
        OneLine("given_name", "first_name", longest=128),
        OneLine("middle_name", "middle_name", longest=128),
        OneLine("family_name", "last_name", longest=128),
        OneLine("name_suffix", "name_suffix", longest=32),
        OneLine("company_name", "company_name"),
        OneLine("job_title", "title"),
        Plain("birthday", "birthday"),
        Words("notes", "notes", longest=10_000),
        Items(
            "emails",
            "email_addresses",
            has_label=True,
            has_primary=True,
            is_strict=True,
            twice="duplicate email",
            most=50,
        ),
        Items(
            "phones",
            "phone_numbers",
            member="value_e164",
            has_label=True,
            has_primary=True,
            has_extension=True,
            is_strict=True,
            twice="duplicate phone",
            most=50,
            check=check_phone,
        ),
        Items(
            "websites",
            "websites",
            member="url",
            has_label=True,
            is_strict=True,
            most=25,
        ),
        Items("dates", "dates", member="date", has_label=True, is_strict=True, most=25),
        Places(
            "addresses",
            "addresses",
            has_label=True,
            is_strict=True,
            most=10,
            parts=(
                ("street", "street"),
                ("city", "city"),
                ("region", "region"),
                ("postal", "postal_code"),
                ("country", "country"),
            ),
        ),
        Pairs("custom_fields", "custom_fields"),
        Fixed("merged_into_contact_id"),  # The survivor answers for what was merged.
        Fixed("created_at", of=lambda card: card.row.created_at),
        Fixed("updated_at", of=lambda card: card.row.updated_at),
    )
)


def inkbox_contacts_of(
    book: Book, rows: Sequence[RecordRow], *, are_written: bool = False
) -> list[JSONObject]:
    """Return people as contacts, each with who may see it.

    Those that were hidden or deleted since they were read are left out. The caller is
    shown those that it has just written, even if it may not see them, or they are gone.
    """
    reader = replace(book.actor, agent_id=None) if are_written else book.actor
    found = read_rules_and_labels(reader, book.schema, [row.id for row in rows])
    if are_written:
        found = {row.id: found.get(row.id, NOTHING_LEFT) for row in rows}
    shown = []
    for row in rows:
        if row.id in found:
            beside = found[row.id]
            card = Card.of(row, book.schema).with_details(beside.details)
            shown.append(contact_of(card, book.actor.workspace, beside.rules))
    return shown


def inkbox_contact_of(book: Book, row: RecordRow) -> JSONObject:
    """Return a person as a contact.

    Raises:
        NoSuchRecord: if it was hidden or deleted since it was read.
    """
    for contact in inkbox_contacts_of(book, [row]):
        return contact
    raise NoSuchRecord()


def contact_of(card: Card, workspace: Workspace, rules: Sequence[Rule]) -> JSONObject:
    """Return a person as a contact."""
    return {
        **CONTACT.show(card),
        "organization_id": str(workspace.id),
        "status": "active",
        "access": [rule_of(rule) for rule in rules],
    }


def rule_of(rule: Rule) -> JSON:
    """Return a rule of access. No identity stands for every one."""
    return {
        "id": str(rule.id),
        "contact_id": str(rule.record_id),
        "identity_id": str(rule.agent_id) if rule.agent_id else None,
        "created_at": rule.created_at,
    }

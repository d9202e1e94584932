"""Who may see which record: the rules, as those who may see the record read them.

Decision 33 in docs/decisions.md says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias
from uuid import UUID, uuid5

from crm.authentication import Actor
from crm.sql import Sql, concat
from objects.schema import Schema
from records.access.visibility import seen_among

RULES = """
SELECT r.id, r.visible_to IS NULL, to_char(r.created_at AT TIME ZONE 'UTC', {time}), (
    SELECT coalesce(jsonb_agg(jsonb_build_array(
        id, agent_id, to_char(created_at AT TIME ZONE 'UTC', {time})
    ) ORDER BY created_at, id), '[]')
    FROM records_access
    WHERE workspace_id = r.workspace_id AND record_id = r.id
), r.details
FROM records_record r WHERE
""".format(time="""'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""")


Details: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]


class Rule(NamedTuple):
    """One agent may see a record, or everyone may."""

    id: UUID
    record_id: UUID
    agent_id: UUID | None
    """None for everyone, also for agents that come later."""
    created_at: str


class RulesAndLabels(NamedTuple):
    """What is known of a record beside its attributes."""

    rules: list[Rule]
    """The rule for everyone on its own, or those for some agents, or none."""
    details: Details
    """What is kept beside the items of a field, by what identifies the item."""


def read_rules_and_labels(
    actor: Actor, schema: Schema, ids: Iterable[UUID]
) -> dict[UUID, RulesAndLabels]:
    """Return the rules and details of records that the caller may see, by their ids."""
    statement = concat(
        RULES,
        seen_among(actor, schema, Sql("r.id = ANY(%s::uuid[])", (list(ids),))),
    )
    return {
        record: RulesAndLabels(
            rules_of(record, json.loads(rules), created_at if is_for_all else None),
            by_slug(schema, json.loads(details)),
        )
        for record, is_for_all, created_at, rules, details in statement.fetch(
            is_prepared=True
        )
    }


def by_slug(schema: Schema, details: Details) -> Details:
    """Return details, which are stored by the members that the journal has, by slug."""
    slugs = schema.noted_values
    return {slugs[name]: kept for name, kept in details.items() if name in slugs}


def rules_of(
    record: UUID, stored: list[tuple[str, str | None, str]], since: str | None
) -> list[Rule]:
    """Return the rules of a record; ``since`` is when it was made, if all may see it.

    Everyone may see a record from the start without a row that says so.
    """
    if since and not stored:
        return [Rule(everyone(record), record, None, since)]
    return [
        Rule(UUID(id_), record, UUID(agent) if agent else None, at)
        for id_, agent, at in stored
    ]


def everyone(record: UUID) -> UUID:
    """Return the id of the rule that a record has from the start."""
    return uuid5(record, "everyone")

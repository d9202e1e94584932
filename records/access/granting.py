"""Granting and revoking: who may see a record.

A record is seen by everyone, by some agents or by none of them, never by a mix. What
`seen_by` compares, the record's ``visible_to``, is kept from the rules here. Access is
no value of a record, so its version stays, but the journal notes who sees it.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm.authentication import Actor
from crm.errors import AlreadyExists, NotAllowed
from crm.moments import to_the_millisecond, wire_time
from crm.sql import Sql, concat, query
from objects.schema import Schema
from objects.schema_lock import hold_schemas
from records.access.noting import access_entry, note_access
from records.access.rules import Rule
from records.access.visibility import seen_by
from records.models import Access
from records.writing.operations import NoSuchRecord, RecordNotFound

LOCK = "SELECT r.visible_to, r.version FROM records_record r WHERE "

SHOW_ALL_BUT_ONE = """
WITH gone AS (
    DELETE FROM records_access
    WHERE workspace_id = %(workspace)s AND record_id = %(record)s
)
INSERT INTO records_access (workspace_id, id, record_id, agent_id, created_at)
SELECT %(workspace)s, gen_random_uuid(), %(record)s, id, %(at)s
FROM crm_agent
WHERE workspace_id = %(workspace)s AND is_active AND id <> %(agent)s
"""

KEEP = """
UPDATE records_record r SET visible_to = CASE WHEN %(is_for_all)s THEN NULL ELSE ARRAY(
    SELECT agent_id FROM records_access
    WHERE workspace_id = r.workspace_id AND record_id = r.id ORDER BY agent_id
) END
WHERE workspace_id = %(workspace)s AND id = %(record)s
RETURNING visible_to
"""


class RedundantGrant(AlreadyExists):
    """Everyone may see the record already."""

    source = None


class AlreadyGranted(AlreadyExists):
    """This agent may see the record already."""

    source = None


class NoSuchRule(RecordNotFound):
    """The agent has no access that could be revoked, or does not exist."""

    source = None


@transaction.atomic
def grant_access(
    *, actor: Actor, schema: Schema, record: UUID, agent: str | None
) -> Rule:
    """Let an agent see a record, or everyone if none is named, and return the rule.

    An agent is named by its id or its handle.

    Raises:
        NoSuchRecord: if there is none that the caller may see.
        NotAllowed: if the caller is not an admin.
        RecordNotFound: if there is no such agent, or it is not active.
        RedundantGrant: if everyone may see the record.
        AlreadyGranted: if the agent may.
    """
    held = hold_record(actor, schema, record, agent)
    if not actor.is_admin:
        raise NotAllowed("Only an admin key may grant access.")
    rules = Access.objects.filter(workspace=actor.workspace, record_id=record)
    if agent is None:
        rules.delete()
    elif held.agent is None:
        raise RecordNotFound({"/relationships/agent/data": "No such agent."})
    elif held.is_for_all:
        raise RedundantGrant("Every agent can already see this record.")
    elif held.agent in (held.viewers or ()):
        raise AlreadyGranted("This agent can already see this record.")
    rule = Access(
        workspace=actor.workspace,
        record_id=record,
        agent_id=held.agent,
        created_at=to_the_millisecond(timezone.now()),
    )
    rule.save(force_insert=True)
    keep(actor, schema, held, is_for_all=agent is None)
    return Rule(rule.id, record, held.agent, wire_time(rule.created_at))


@transaction.atomic
def revoke_access(*, actor: Actor, schema: Schema, record: UUID, agent: str) -> None:
    """Keep an agent from seeing a record.

    If everyone may see it, all other active agents are granted access first. An agent
    may give up its own access.

    Raises:
        NoSuchRecord: if there is no record that the caller may see.
        NotAllowed: if the caller is neither an admin nor the agent.
        NoSuchRule: if the agent has no access, or does not exist.
    """
    held = hold_record(actor, schema, record, agent)
    agent_id = held.agent or uuid_of(agent)
    if not actor.is_admin and (agent_id is None or actor.agent_id != agent_id):
        raise NotAllowed("Only an admin key may revoke the access of another.")
    rules = Access.objects.filter(workspace=actor.workspace, record_id=record)
    if held.is_for_all and held.agent is not None:
        query(
            SHOW_ALL_BUT_ONE,
            workspace=actor.workspace.id,
            record=record,
            agent=held.agent,
            at=to_the_millisecond(timezone.now()),
        )
    elif agent_id is None or not rules.filter(agent=agent_id).delete()[0]:
        raise NoSuchRule("This agent has no access to the record.")
    keep(actor, schema, held, is_for_all=False)


@transaction.atomic
def revoke_everyone(*, actor: Actor, schema: Schema, record: UUID) -> None:
    """Keep every agent from seeing a record that everyone may see.

    Raises:
        NoSuchRecord: if there is no record that the caller may see.
        NotAllowed: if the caller is not an admin.
        NoSuchRule: if not everyone may see it.
    """
    held = hold_record(actor, schema, record, None)
    if not actor.is_admin:
        raise NotAllowed("Only an admin key may revoke the access of everyone.")
    if not held.is_for_all:
        raise NoSuchRule("Not everyone may see this record.")
    Access.objects.filter(workspace=actor.workspace, record_id=record).delete()
    keep(actor, schema, held, is_for_all=False)


class Held(NamedTuple):
    """A record that nobody else changes or links until the transaction ends."""

    record: UUID
    viewers: list[UUID] | None
    """The agents who see it; None for everyone."""
    version: int
    agent: UUID | None
    """The agent that was named, if it is there and active."""

    @property
    def is_for_all(self) -> bool:
        """Whether everyone sees it."""
        return self.viewers is None


def hold_record(actor: Actor, schema: Schema, record: UUID, agent: str | None) -> Held:
    """Lock a record, and look for an agent.

    Raises:
        NoSuchRecord: if there is none that the caller may see.
    """
    held = hold_schemas(actor.workspace.id, [agent] if agent else [])
    own = Sql(" AND r.id = %s FOR UPDATE", (record,))
    rows = concat(LOCK, seen_by(actor, schema), own).fetch()
    if not rows:
        raise NoSuchRecord()
    found = held.agents.get(agent) if agent else None
    ((viewers, version),) = rows
    return Held(record, viewers, version, UUID(found) if found else None)


def uuid_of(name: str) -> UUID | None:
    """Return the id that an agent is named by, if it is one. The agent may be gone."""
    try:
        return UUID(name)
    except ValueError:
        return None


def keep(actor: Actor, schema: Schema, held: Held, *, is_for_all: bool) -> None:
    """Let reads see the rules of a record as they are now, and note who sees it."""
    workspace = actor.workspace.id
    rows = query(KEEP, workspace=workspace, record=held.record, is_for_all=is_for_all)
    ((viewers,),) = rows
    if viewers != held.viewers:
        entry = access_entry(schema, held.record, held.version, held.viewers, viewers)
        note_access(actor, [entry])

"""What happened to a record, from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from crm.json_types import JSON
from crm.models import Workspace
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import Shown, listed, show
from objects.models import Field
from objects.schema import Schema
from records.journal.history import read_entries
from records.models import JournalEntry

LENGTH = 20
"""How many changes are shown at once."""


class Difference(NamedTuple):
    """What a change did to one field. Links that went and came stand there, too."""

    label: str
    before: Shown
    after: Shown


class Event(NamedTuple):
    """One change of a record."""

    action: str
    actor: str
    at: Any
    version: int
    request_id: str
    differences: list[Difference]


class History(NamedTuple):
    """Some changes of a record, the latest first."""

    events: list[Event]
    older: int | None
    """The number from which there are older ones; None if there are none."""


def read_history(
    workspace: Workspace, schema: Schema, record_id: UUID, before: int | None = None
) -> History:
    """Return changes of a record: the last, or those before a number in the journal."""
    found = read_entries(workspace.id, record_id, before, LENGTH + 1)
    shown = found[:LENGTH]
    names = Names.of(
        workspace,
        actors={entry.actor for entry in shown},
        agents={
            str(values[slug])
            for entry in shown
            for values in (entry.before, entry.after)
            for slug in schema.agents.keys() & values.keys()
        },
    )
    events = [event_of(schema, entry, names) for entry in shown]
    return History(events, shown[-1].seq if len(found) > LENGTH else None)


def event_of(schema: Schema, entry: JournalEntry, names: Names) -> Event:
    """Return a change as people read it."""
    return Event(
        entry.action,
        names.actor(entry.actor),
        entry.at,
        entry.version,
        entry.request_id,
        list(differences(schema, entry, names)),
    )


def differences(
    schema: Schema, entry: JournalEntry, names: Names
) -> Iterator[Difference]:
    """Yield what a change did, in the order of the fields as they are now."""
    fields = {field.slug: field for field in schema.everything}
    slugs = {**entry.before, **entry.after}
    present = {schema.slug_of(slug): slug for slug in slugs}
    order = [present[slug] for slug in fields if slug in present]
    for slug in dict.fromkeys([*order, *slugs]):
        known = fields.get(schema.slug_of(slug))
        before, after = (
            show_value(known, values.get(slug), names)
            for values in (entry.before, entry.after)
        )
        yield Difference(known.label if known else slug, before, after)


def show_value(field: Field | None, value: JSON, names: Names) -> Shown:
    """Return a value that a field had. The field may be another today, or gone."""
    if value is None:
        return ""
    if field is None or field.type == "relationship":
        return listed(map(str, value)) if isinstance(value, list) else str(value)
    try:
        return show(field, value, names)
    except (AssertionError, AttributeError, TypeError, ValueError):
        return str(value)

"""What happened to a record, from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from crm.json_types import JSON, JSONObject
from crm.models import Workspace
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import Shown, listed, show
from objects.models import Field
from objects.schema import Schema
from records.journal.heads import read_head
from records.journal.history import read_entries
from records.journal.telling import Told, told_after, told_before
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

    change: str
    """The id of the change, by which it can be undone."""
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


def number_in(text: str) -> int | None:
    """Return the number in the journal that an address names, if it names one."""
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else None


def read_history(
    workspace: Workspace, schema: Schema, record_id: UUID, before: int | None = None
) -> History:
    """Return changes of a record: the last, or those before a number in the journal."""
    head = read_head(workspace.id)
    found = read_entries(workspace.id, record_id, before, LENGTH + 1) if head else []
    shown = found[:LENGTH]
    names = Names.of(
        workspace,
        actors={entry.actor for entry in shown},
        agents={
            str(told.values[slug])
            for entry in shown
            for told in (told_before(schema, entry), told_after(schema, entry))
            for slug in schema.agents.keys() & told.values.keys()
        },
    )
    changes = [head.ids.of(entry.seq) if head else "" for entry in shown]
    events = [
        event_of(schema, entry, change, names)
        for entry, change in zip(shown, changes, strict=True)
    ]
    return History(events, shown[-1].seq if len(found) > LENGTH else None)


def event_of(schema: Schema, entry: JournalEntry, change: str, names: Names) -> Event:
    """Return a change as people read it."""
    return Event(
        change,
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
    before, after = told_before(schema, entry), told_after(schema, entry)
    for field in schema.everything:
        values = [values_in(told).get(field.slug) for told in (before, after)]
        if values != [None, None]:
            shown = (show_value(field, value, names) for value in values)
            yield Difference(field.label, *shown)


def values_in(told: Told) -> JSONObject:
    """Return the values and the links of one side of a change, by slug."""
    links: dict[str, JSON] = {slug: [*ids] for slug, ids in told.links.items()}
    return told.values | links


def show_value(field: Field, value: JSON, names: Names) -> Shown:
    """Return a value that a field had. The field may be of another type today."""
    if value is None:
        return ""
    if field.type == "relationship":
        return listed(map(str, value)) if isinstance(value, list) else str(value)
    try:
        return show(field, value, names)
    except (AssertionError, AttributeError, TypeError, ValueError):
        return str(value)

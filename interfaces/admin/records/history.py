"""What happened to a record, from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from crm.authentication import Actor
from crm.json_types import JSON, JSONObject
from interfaces.admin.records.names import Names
from interfaces.admin.records.titles import read_titles
from interfaces.admin.records.values import Shown, listed, show
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import Schema
from records.journal.heads import read_head
from records.journal.history import read_entries
from records.journal.telling import VIEWERS, Told, ids_in, told_after, told_before
from records.models import JournalEntry

LENGTH = 20
"""How many changes are shown at once."""


ACTIONS = {"access": "Access changed", "linked": "Links changed"}
"""What a change is called, where its action is no word for people."""


class Words(NamedTuple):
    """What those are called whom changes name."""

    names: Names
    titles: Mapping[str, Shown]
    """Of linked records, by their ids."""


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
    actor: Actor,
    catalog: Catalog,
    schema: Schema,
    record_id: UUID,
    before: int | None = None,
) -> History:
    """Return changes of a record: the last, or those before a number in the journal."""
    head = read_head(actor.workspace.id)
    if head is None:
        return History([], None)
    found = read_entries(actor.workspace.id, record_id, before, LENGTH + 1)
    shown = found[:LENGTH]
    sides = [side for entry in shown for side in sides_of(schema, entry)]
    words = Words(
        Names.of(
            actor.workspace,
            actors={entry.actor for entry in shown},
            agents=agents_in(schema, shown, sides),
        ),
        read_titles(
            actor,
            catalog,
            {one for side in sides for ids in side.links.values() for one in ids},
        ),
    )
    events = [event_of(schema, entry, head.ids.of(entry.seq), words) for entry in shown]
    return History(events, shown[-1].seq if len(found) > LENGTH else None)


def sides_of(schema: Schema, entry: JournalEntry) -> tuple[Told, Told]:
    """Return what went by a change, and what came."""
    return told_before(schema, entry), told_after(schema, entry)


def agents_in(
    schema: Schema, entries: Iterable[JournalEntry], sides: Iterable[Told]
) -> set[str]:
    """Return the agents that changes name, as values or as those who see the record."""
    named = {
        str(side.values[slug])
        for side in sides
        for slug in schema.agents.keys() & side.values.keys()
    }
    for entry in entries:
        named |= {*viewers_in(entry.before), *viewers_in(entry.after)}
    return named


def viewers_in(stored: JSONObject) -> list[str]:
    """Return the agents that one side of a change of access names."""
    return ids_in(stored.get(VIEWERS))


def event_of(schema: Schema, entry: JournalEntry, change: str, words: Words) -> Event:
    """Return a change as people read it."""
    is_of_access = entry.action == JournalEntry.Action.ACCESS
    differ = access_difference if is_of_access else differences
    return Event(
        change,
        ACTIONS.get(entry.action, entry.action.capitalize()),
        words.names.actor(entry.actor),
        entry.at,
        entry.version,
        entry.request_id,
        list(differ(schema, entry, words)),
    )


def access_difference(
    schema: Schema, entry: JournalEntry, words: Words
) -> Iterator[Difference]:
    """Yield who could see the record, and who can."""
    shown = (show_viewers(side, words) for side in (entry.before, entry.after))
    yield Difference("Seen by", *shown)


def show_viewers(stored: JSONObject, words: Words) -> Shown:
    """Return who sees a record, agents by their handles."""
    if stored.get(VIEWERS) is None:
        return "Everyone"
    handles = words.names.agents
    agents = sorted(handles.get(one, "a former agent") for one in viewers_in(stored))
    return listed(agents) if agents else "Nobody but people and keys without an agent"


def differences(
    schema: Schema, entry: JournalEntry, words: Words
) -> Iterator[Difference]:
    """Yield what a change did, in the order of the fields as they are now."""
    before, after = sides_of(schema, entry)
    for field in schema.everything:
        values = [values_in(told).get(field.slug) for told in (before, after)]
        if values != [None, None]:
            shown = (show_value(field, value, words) for value in values)
            yield Difference(field.label, *shown)


def values_in(told: Told) -> JSONObject:
    """Return the values and the links of one side of a change, by slug."""
    links: dict[str, JSON] = {slug: [*ids] for slug, ids in told.links.items()}
    return told.values | links


def show_value(field: Field, value: JSON, words: Words) -> Shown:
    """Return a value that a field had. The field may be of another type today."""
    if value is None:
        return ""
    if field.type == "relationship":
        return listed(words.titles.get(one, one) for one in ids_in(value))
    try:
        return show(field, value, words.names)
    except (AssertionError, AttributeError, TypeError, ValueError):
        return str(value)

"""What readers of the journal ask for: ``filter[kind]=record.created`` and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm.authentication import Actor
from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.queries import Parameter, Place, Query
from crm.sql import TRUE, Sql, all_of
from objects.catalog import Catalog
from objects.models import FormerType
from records.ids import record_in
from records.journal.changes import Change
from records.journal.cursors import find_place
from records.journal.heads import Head
from records.journal.survivors import find_survivors
from records.journal.visibility import kind_of
from records.models import OF_RECORDS

KINDS = [
    *(f"record.{action}" for action in OF_RECORDS if action != "access"),
    *("record.shown", "record.hidden", "access.changed", "schema.changed"),
]
SOURCES = ("api", "clarky", "clara", "inkbox", "admin", "job", "undo", "merge")
OF_ONE_RECORD = ("kind", "actor", "source", "fields", "batch")
OF_ALL = ("object", "record", *OF_ONE_RECORD)
"""What can be filtered by."""

NEGATED = ("actor", "source")

OF_TYPE = """(
    e.object_type_id = ANY(%s::uuid[]) OR e.object_type_id IN (
        SELECT former.id FROM objects_formertype former
        WHERE former.workspace_id = %s AND former.slug = ANY(%s)
    )
)"""
BATCH = """e.batch IN (
    SELECT named.batch FROM records_change named
    WHERE named.workspace_id = %s AND named.seq = ANY(%s)
)"""


@dataclass(frozen=True)
class Asked:
    """What a reader wants to know of."""

    condition: Sql = TRUE
    """On an entry ``e``."""
    fields: frozenset[str] | None = None
    """Names of fields of which at least one was touched; None for all."""
    is_of_records: bool = False
    """Whether it names the records, of which there are few entries then."""

    def admits(self, change: Change, catalog: Catalog) -> bool:
        """Whether a change that fulfils the condition is one, as its reader knows it.

        What the condition found of its fields may be out of the reader's sight.
        """
        if self.fields is None:
            return True
        schema = catalog.by_slug.get(change.type.slug)
        slugs = {schema.slug_of(n) for n in self.fields} if schema else self.fields
        return not slugs.isdisjoint(change.fields)


class AskedReader:
    """Reads the filters of a request for changes."""

    def __init__(self, actor: Actor, catalog: Catalog, head: Head) -> None:
        self.actor = actor
        self.catalog = catalog
        self.head = head

    def read(self, query: Query, valid: Sequence[str] = OF_ALL) -> Asked:
        """Return what the filters of a request ask for, all of it at once.

        Raises:
            Refusal: if one is not known here, or has a value that cannot be.
        """
        budget = FilterBudget()
        conditions, fields = [], None
        for parameter in query.family("filter"):
            place = query.place_of(parameter)
            name = self.name_of(parameter, place, valid)
            budget.take_condition(place)
            values = [value for value in parameter.value.split(",") if value]
            budget.take_values(place, len(values))
            conditions.append(self.condition(name, values, place))
            if name == "fields":
                fields = frozenset(values) & (fields or frozenset(values))
        steps = [parameter.steps for parameter in query.family("filter")]
        return Asked(all_of(conditions), fields, ("record",) in steps)

    def name_of(self, parameter: Parameter, place: Place, valid: Sequence[str]) -> str:
        """Return the name of a filter, with ne behind it if that is negated."""
        name, *operator = parameter.steps or ("",)
        negates = operator == ["ne"] and name in NEGATED
        if name not in valid or (operator and not negates):
            names = ", ".join(valid)
            why = f"Filter by {names}; with [ne] by {', '.join(NEGATED)}."
            raise place.unknown(why)
        return f"{name}_ne" if negates else name

    def condition(self, name: str, values: Sequence[str], place: Place) -> Sql:
        """Return the condition of one filter."""
        makers: dict[str, Callable[[Sequence[str], Place], Sql]] = {
            "object": self.objects,
            "kind": self.kinds,
            "record": self.records,
            "actor": self.actors,
            "actor_ne": lambda values, place: ~self.actors(values, place),
            "source": self.sources,
            "source_ne": lambda values, place: ~self.sources(values, place),
            "fields": self.touched,
            "batch": self.batches,
        }
        return makers[name](values, place)

    def objects(self, slugs: Sequence[str], place: Place) -> Sql:
        """Return the condition that a change is of an object type, or a former one."""
        unknown = [slug for slug in slugs if slug not in self.catalog.by_slug]
        if unknown:
            former = FormerType.objects.filter(workspace=self.actor.workspace)
            known = [*self.catalog.by_slug, *former.values_list("slug", flat=True)]
            check_known(unknown, known, place)
        return of_types(self.catalog, slugs)

    def kinds(self, kinds: Sequence[str], place: Place) -> Sql:
        """Return the condition that a change is of a kind, to the caller."""
        check_known(kinds, KINDS, place)
        kind = kind_of(self.actor)
        return Sql(f"{kind.text} = ANY(%s)", (*kind.values, list(kinds)))

    def records(self, names: Sequence[str], place: Place) -> Sql:
        """Return the condition that a change is of a record, or of its survivor."""
        ids = {name: record_in(name) for name in names}
        found = {record for record in ids.values() if record}
        for name, record in ids.items():
            if record is None:
                raise place.refuse(f"{name!r} is no id of a record.")
        found |= {*find_survivors(self.actor, found).values()}
        return Sql("e.record_id = ANY(%s::uuid[])", (list(found),))

    def actors(self, names: Sequence[str], place: Place) -> Sql:
        """Return the condition that somebody made a change; the caller is ``me``."""
        for name in names:
            if not name.isprintable():
                raise place.refuse("Give names as changes have them, or me.")
        named = [self.actor.name if name == "me" else name for name in names]
        return Sql("e.actor = ANY(%s)", (named,))

    def sources(self, names: Sequence[str], place: Place) -> Sql:
        """Return the condition that a change came in somewhere."""
        check_known(names, SOURCES, place)
        return Sql("e.source = ANY(%s)", (list(names),))

    def batches(self, names: Sequence[str], place: Place) -> Sql:
        """Return the condition that a change was made together with another one."""
        found = [find_place(self.head, name, place.name) for name in names]
        if None in found:
            raise place.refuse(f"{names[found.index(None)]!r} is no id of a change.")
        return Sql(BATCH, (self.actor.workspace.id, found))

    def touched(self, names: Sequence[str], place: Place) -> Sql:
        """Return the condition that something went or came in one of several fields.

        Some are let through that touch others, called so in another type or out of the
        caller's sight; `Asked.admits` sees to these.
        """
        valid = {n for s in self.catalog.by_slug.values() for n in s.aliases}
        check_known(names, sorted(valid), place)
        return touching(self.catalog, names)


def of_types(catalog: Catalog, slugs: Sequence[str]) -> Sql:
    """Return the condition that an entry ``e`` is of a type, or of a former one."""
    types = [s.id for slug, s in catalog.by_slug.items() if slug in slugs]
    return Sql(OF_TYPE, (types, catalog.workspace_id, list(slugs)))


def touching(catalog: Catalog, names: Sequence[str]) -> Sql:
    """Return the condition that an entry ``e`` may touch one of several fields."""
    members = {
        schema.noted_as[schema.aliases[name]]
        for schema in catalog.by_slug.values()
        for name in names
        if name in schema.aliases
    }
    either = sorted({*members, *names})
    sides = ("e.before", "e.after", "e.before->'_details'", "e.after->'_details'")
    text = " OR ".join(f"coalesce({side} ?| %s, false)" for side in sides)
    return Sql(f"({text})", (either,) * len(sides))


def check_known(names: Sequence[str], valid: Sequence[str], place: Place) -> None:
    """Refuse names that there are none of.

    Raises:
        Refusal: if there is such a one.
    """
    for name in names:
        if name not in valid:
            raise place.refuse(f"There is no {name!r}. There are: {', '.join(valid)}.")

"""Filters: from what a client asks to one condition in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.bounds import FilterBudget
from crm.jsonapi.queries import Place, Query
from crm.sql import Sql, all_of, any_of
from objects.catalog import Catalog
from objects.field_types.base import ValueKind
from objects.phone_numbers import spellings
from objects.schema import Relationship, Schema
from records.access.visibility import seen_by
from records.reading.filters.columns import FieldColumn, RecordColumn, column_of
from records.reading.filters.kinds import KINDS
from records.reading.filters.operands import read_text
from records.reading.filters.operators import Compares
from records.reading.filters.questions import Question, Questions, read_filters
from records.reading.filters.rare_ranges import Ranges
from records.reading.filters.search import (
    MOST_WORDS,
    anywhere_contains,
    has_words,
    read_words,
    some_contain,
)

ME = "me"
MOST_HOPS = 3
DEEPEST = 8


@dataclass(frozen=True)
class Reach:
    """A column, and the relationships that lead to it from the record that is read."""

    hops: tuple[Relationship, ...]
    column: RecordColumn


class Filters:
    """Makes conditions on the records of one type, as one caller sees them."""

    def __init__(self, actor: Actor, catalog: Catalog, schema: Schema) -> None:
        self.actor = actor
        self.catalog = catalog
        self.schema = schema
        self.budget = FilterBudget()
        self.questions = Questions(self.budget)
        self.ranges = Ranges(actor.workspace.id)

    def of_query(self, query: Query) -> Sql:
        """Return the condition that all ``filter`` parameters hold.

        Raises:
            Refusal: if one is not understood.
        """
        conditions = [
            self.search(value, place)
            if (path, operator) == ("search", None)
            else self.condition(path, operator, value, place)
            for path, operator, value, place in read_filters(query)
        ]
        return self.ranges.narrow(all_of(conditions))

    def of_document(self, document: JSON, place: Place) -> Sql:
        """Return the condition that the filter of a query document describes.

        Raises:
            Refusal: if a part of it is not understood, or it nests too deeply.
        """
        return self.ranges.narrow(self.part(document, place, 0))

    def part(self, document: JSON, place: Place, depth: int) -> Sql:
        """Return the condition that a filter describes, or one inside of another."""
        self.budget.take_branch(place)
        if depth > DEEPEST:
            raise place.refuse(f"Nest at most {DEEPEST} levels.")
        if not isinstance(document, dict):
            raise place.refuse("A filter must be an object.")
        return all_of(
            self.member(name, value, place.below(name), depth)
            for name, value in document.items()
        )

    def member(self, name: str, value: JSON, place: Place, depth: int) -> Sql:
        """Return the condition of one member of a filter."""
        match name:
            case "and":
                return all_of(self.branches(value, place, depth))
            case "or":
                return any_of(self.branches(value, place, depth))
            case "not":
                return ~self.part(value, place, depth + 1)
            case "search":
                return self.search(value, place)
        return self.leaf(name, value, place, is_certain=depth == 0)

    def branches(self, value: JSON, place: Place, depth: int) -> Iterator[Sql]:
        """Return the conditions in an array of filters."""
        if not isinstance(value, list):
            raise place.refuse("Give an array of filters.")
        for index, branch in enumerate(value):
            yield self.part(branch, place.below(str(index)), depth + 1)

    def leaf(self, path: str, value: JSON, place: Place, *, is_certain: bool) -> Sql:
        """Return the condition on a field: a value, or operators and their operands.

        It is certain if it must hold for every record, whatever else is asked for.
        """
        if value == {}:
            raise place.refuse("Name an operator.")
        if isinstance(value, dict):
            return all_of(
                self.condition(
                    path,
                    operator,
                    operand,
                    place.below(operator),
                    is_certain=is_certain,
                )
                for operator, operand in value.items()
            )
        if value is None:
            return self.condition(path, "empty", True, place)
        return self.condition(path, "eq", value, place)

    def condition(
        self,
        path: str,
        operator: str | None,
        given: JSON,
        place: Place,
        *,
        is_certain: bool = True,
    ) -> Sql:
        """Return the condition that a field, perhaps of related records, is such.

        What says no is the opposite of what says yes, also over relationships: records
        without a value, or without related records, are among those it finds.
        """
        reach = self.reach(path, place)
        if reach.column.kind is KINDS[ValueKind.AGENT]:
            given = self.named(given, place)
        question = self.questions.read(reach.column, operator, given, place)
        found = question.where()
        if is_certain and not reach.hops:
            self.note_range(question)
        for depth, side in reversed(list(enumerate(reach.hops, 1))):
            found = self.related(side, depth, found)
        return ~found if question.says_no else found

    def named(self, given: JSON, place: Place) -> JSON:
        """Return what agents are asked for by, with the caller in the place of "me".

        Raises:
            Refusal: if the key acts for no agent, so that it means nobody.
        """
        names = given.split(",") if isinstance(given, str) else given
        if not isinstance(names, list) or ME not in names:
            return given
        if self.actor.agent_id is None:
            raise place.refuse(f"The key acts for no agent, so nobody is {ME!r}.")
        own = str(self.actor.agent_id)
        named = [own if name == ME else name for name in names]
        return ",".join(map(str, named)) if isinstance(given, str) else named

    def note_range(self, question: Question[Sql]) -> None:
        """Note a bound of a range of values that are kept sorted."""
        column, operator, operand = question
        if not isinstance(operator, Compares) or not isinstance(column, FieldColumn):
            return
        if column.field.indexed:
            bound = operator.bound(operand)
            self.ranges.note(column.field, operator.comparison, bound)

    def search(self, given: JSON, place: Place, *within: str) -> Sql:
        """Return the condition that fields have all words of a text.

        The searchable ones are searched, unless some are named. A phone number is
        looked for as it is stored too.
        """
        text = read_text(given, place)
        words = read_words(text)
        if len(words) > MOST_WORDS:
            raise place.refuse(f"Search for at most {MOST_WORDS} words.")
        for _ in words or [""]:
            self.budget.take_condition(place)
        fields = [self.schema.fields[self.schema.slug_of(name)] for name in within]
        contains = partial(some_contain, fields) if fields else anywhere_contains
        found = spellings(text, self.schema.region.country)
        return any_of(has_words(read_words(one), contains) for one in found)

    def related(self, side: Relationship, depth: int, found: Sql) -> Sql:
        """Return the condition that a related record, which can be seen, is such."""
        here, there, link = alias_at(depth - 1), alias_at(depth), f"link{depth}"
        source, target = side.ends
        such = seen_by(self.actor, self.catalog.schema(side.target), there) & found
        return Sql(
            f"EXISTS (SELECT FROM records_link {link} JOIN records_record {there} "
            f"ON {there}.workspace_id = {link}.workspace_id "
            f"AND {there}.id = {link}.{target}_id "
            f"WHERE {link}.workspace_id = {here}.workspace_id "
            f"AND {link}.field_id = %s "
            f"AND {link}.{source}_id = {here}.id AND {such.text})",
            (side.field_id, *such.values),
        )

    def reach(self, path: str, place: Place) -> Reach:
        """Return the column that a path such as ``companies.domains`` leads to.

        Raises:
            Refusal: if it leads nowhere, or too far.
        """
        schema, hops = self.schema, []
        steps = steps_in(path, schema, place)
        for step in steps[:-1]:
            side = schema.relationship(step)
            if side is None:
                raise place.unknown(relationships_of(schema, step))
            hops.append(side)
            schema = self.catalog.schema(side.target)
        last = schema.relationship(steps[-1])
        if last is not None:
            hops.append(last)
            schema = self.catalog.schema(last.target)
        if len(hops) > MOST_HOPS:
            raise place.refuse(f"Go through at most {MOST_HOPS} relationships.")
        name = "id" if last else steps[-1]
        return Reach(tuple(hops), column_of(schema, name, alias_at(len(hops)), place))


def steps_in(path: str, schema: Schema, place: Place) -> list[str]:
    """Return the names in a path, which may begin with that of the type itself.

    Raises:
        Refusal: if they are more than any path has.
    """
    steps = path.split(".")
    if len(steps) > 1 and steps[0] == schema.slug:
        steps = steps[1:]
    if len(steps) > MOST_HOPS + 1:
        raise place.refuse(f"Go through at most {MOST_HOPS} relationships.")
    return steps


def alias_at(depth: int) -> str:
    """Return what the records at a distance are called."""
    return f"r{depth}" if depth else "r"


def relationships_of(schema: Schema, name: str) -> str:
    """Return what to say of a name that is no relationship."""
    valid = ", ".join(schema.relationships) or "none"
    return f"{schema.slug} has no relationship {name!r}. It has: {valid}."

"""Filters: from what a client asks to one condition in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from crm.authentication import Actor
from crm.json_types import JSON
from crm.jsonapi.queries import Place, Query
from crm.sql import TRUE, Sql, all_of, any_of, concat, negated
from objects.catalog import Catalog
from objects.field_types.base import ValueKind
from objects.schema import SYSTEM_FIELDS, Relationship, Schema
from records.access.visibility import seen_by
from records.reading.filters.columns import (
    Column,
    FieldColumn,
    IdColumn,
    system_column,
)
from records.reading.filters.operands import read_operand, read_text
from records.reading.filters.operators import (
    OPERATORS_OF,
    Compares,
    Operand,
    Operator,
    Takes,
)
from records.reading.filters.rare_ranges import Ranges
from records.reading.filters.search import (
    MOST_WORDS,
    anywhere_contains,
    has_words,
    read_words,
    some_contain,
)
from records.reading.filters.shorthand import read_shorthand

MOST_HOPS = 3
DEEPEST = 8
MOST_CONDITIONS = 100


@dataclass(frozen=True)
class Reach:
    """A column, and the relationships that lead to it from the record that is read."""

    hops: tuple[Relationship, ...]
    column: Column


class Filters:
    """Makes conditions on the records of one type, as one caller sees them."""

    def __init__(self, actor: Actor, catalog: Catalog, schema: Schema) -> None:
        self.actor = actor
        self.catalog = catalog
        self.schema = schema
        self.conditions = 0
        self.ranges = Ranges(actor.workspace.id)

    def of_query(self, query: Query) -> Sql:
        """Return the condition that all ``filter`` parameters hold.

        Raises:
            Refusal: if one is not understood.
        """
        conditions = []
        for parameter in query.family("filter"):
            place = query.place_of(parameter)
            match parameter.steps:
                case ("search",):
                    conditions.append(self.search(parameter.value, place))
                case (path,):
                    conditions.append(self.bare(path, parameter.value, place))
                case (path, operator):
                    given = parameter.value
                    conditions.append(self.condition(path, operator, given, place))
                case _:
                    raise place.unknown("Use filter[field] or filter[field][operator].")
        return self.ranges.narrow(all_of(conditions)) if conditions else TRUE

    def of_document(self, document: JSON, place: Place) -> Sql:
        """Return the condition that the filter of a query document describes.

        Raises:
            Refusal: if a part of it is not understood, or it nests too deeply.
        """
        return self.ranges.narrow(self.part(document, place, 0))

    def part(self, document: JSON, place: Place, depth: int) -> Sql:
        """Return the condition that a filter describes, or one inside of another."""
        if depth > DEEPEST:
            raise place.refuse(f"Nest at most {DEEPEST} levels.")
        if not isinstance(document, dict):
            raise place.refuse("A filter must be an object.")
        return all_of_any(
            self.member(name, value, place.below(name), depth)
            for name, value in document.items()
        )

    def member(self, name: str, value: JSON, place: Place, depth: int) -> Sql:
        """Return the condition of one member of a filter."""
        match name:
            case "and":
                return all_of_any(self.branches(value, place, depth))
            case "or":
                return any_of(self.branches(value, place, depth))
            case "not":
                return negated(self.part(value, place, depth + 1))
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

    def bare(self, path: str, text: str, place: Place) -> Sql:
        """Return the condition of a parameter without an operator."""
        operator, given = read_shorthand(self.reach(path, place).column, text)
        return self.condition(path, operator, given, place)

    def condition(
        self,
        path: str,
        name: str,
        given: JSON,
        place: Place,
        *,
        is_certain: bool = True,
    ) -> Sql:
        """Return the condition that a field, perhaps of related records, is such.

        What says no is the opposite of what says yes, also over relationships: records
        without a value, or without related records, are among those it finds.
        """
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise place.refuse(f"Use at most {MOST_CONDITIONS} conditions.")
        reach = self.reach(path, place)
        operator = operator_of(reach.column, name, place)
        operand = read_operand(operator.takes, reach.column, given, place)
        found = operator.where(reach.column, operand)
        if is_certain and not reach.hops:
            self.note_range(reach.column, operator, operand)
        for depth, side in reversed(list(enumerate(reach.hops, 1))):
            found = self.related(side, depth, found)
        is_off = operator.takes == Takes.FLAG and operand is False
        return negated(found) if (operator.negates is not None) != is_off else found

    def note_range(self, column: Column, operator: Operator, operand: Operand) -> None:
        """Note a bound of a range of values that are kept sorted."""
        if not isinstance(operator, Compares) or not isinstance(column, FieldColumn):
            return
        if column.field.indexed:
            bound = operator.bound(operand)
            self.ranges.note(column.field, operator.comparison, bound)

    def search(self, given: JSON, place: Place, *within: str) -> Sql:
        """Return the condition that fields have all words of a text.

        The searchable ones are searched, unless some are named.
        """
        words = read_words(read_text(given, place))
        if len(words) > MOST_WORDS:
            raise place.refuse(f"Search for at most {MOST_WORDS} words.")
        fields = [self.schema.fields[self.schema.slug_of(name)] for name in within]
        contains = partial(some_contain, fields) if fields else anywhere_contains
        return has_words(words, contains)

    def related(self, side: Relationship, depth: int, found: Sql) -> Sql:
        """Return the condition that a related record, which can be seen, is such."""
        here, there, link = alias_at(depth - 1), alias_at(depth), f"link{depth}"
        source, target = side.ends
        schema = self.catalog.schema(side.target)
        return concat(
            f"EXISTS (SELECT FROM records_link {link} JOIN records_record {there} "
            f"ON {there}.workspace_id = {link}.workspace_id "
            f"AND {there}.id = {link}.{target}_id "
            f"WHERE {link}.workspace_id = {here}.workspace_id ",
            Sql(f"AND {link}.field_id = %s ", (side.field_id,)),
            f"AND {link}.{source}_id = {here}.id AND ",
            seen_by(self.actor, schema, there),
            " AND ",
            found,
            ")",
        )

    def reach(self, path: str, place: Place) -> Reach:
        """Return the column that a path such as ``companies.domains`` leads to.

        Raises:
            Refusal: if it leads nowhere, or too far.
        """
        schema, hops = self.schema, []
        steps = path.split(".")
        if len(steps) > 1 and steps[0] == schema.slug:
            steps = steps[1:]
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


def all_of_any(conditions: Iterator[Sql]) -> Sql:
    """Return the condition that all of them hold; all of none do."""
    kept = list(conditions)
    return all_of(kept) if kept else TRUE


def alias_at(depth: int) -> str:
    """Return what the records at a distance are called."""
    return f"r{depth}" if depth else "r"


def column_of(schema: Schema, name: str, alias: str, place: Place) -> Column:
    """Return the column of a field.

    Raises:
        Refusal: if the type has no such field.
    """
    if name == "id":
        return IdColumn(alias, name, ValueKind.RELATIONSHIP, schema.prefix)
    if name in SYSTEM_FIELDS:
        return system_column(alias, name)
    field = schema.field(name)
    if field is None:
        valid = ", ".join([*schema.fields, *schema.relationships, *SYSTEM_FIELDS])
        raise place.unknown(f"{schema.slug} has no {name!r}. It has: {valid}.")
    return FieldColumn(alias, field.slug, field.field_type.kind, field)


def operator_of(column: Column, name: str, place: Place) -> Operator:
    """Return the operator of a name.

    Raises:
        Refusal: if there is none that fits the column.
    """
    operators = OPERATORS_OF[column.kind]
    if name not in operators:
        raise place.refuse(f"{column.name} takes: {', '.join(operators)}.")
    return operators[name]


def relationships_of(schema: Schema, name: str) -> str:
    """Return what to say of a name that is no relationship."""
    valid = ", ".join(schema.relationships) or "none"
    return f"{schema.slug} has no relationship {name!r}. It has: {valid}."

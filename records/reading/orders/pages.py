"""The statement that reads a page of records, in any order and from any position."""

from __future__ import annotations

from crm.jsonapi.listings import Position, Slice
from crm.sql import FALSE, TRUE, Sql, all_of, concat, join
from records.reading.orders.orders import Ordering


def page_statement(
    columns: Sql, condition: Sql, ordering: Ordering, part: Slice, proof: Sql = TRUE
) -> Sql:
    """Return the statement for a part of the records ``r`` that fulfil a condition.

    Without the ``proof``, which is about no record, there is none of them.
    Behind the given columns stand the values of the order's keys, as text. First the
    page is found by keys alone, and then what is shown is read for it and no more.
    """
    backward = part.is_backward
    page = ordering.of("page")
    return concat(
        "SELECT ",
        join(", ", [columns, *(key.as_text for key in page.keys)]),
        " FROM ",
        found_page(condition, ordering, part),
        " AS page "
        "JOIN records_record r ON r.workspace_id = page.workspace_id AND r.id = ",
        page.keys[-1].sql,
        " WHERE ",
        proof,
        " ORDER BY ",
        phased(page, "page", backward=backward),
    )


def found_page(condition: Sql, ordering: Ordering, part: Slice) -> Sql:
    """Return the statement for the keys of the records of a page.

    What is read in one go is skipped where it is read. Of several phases nobody knows
    how many records each has, so that each gives what the page might need.
    """
    phases = phases_of(ordering)
    if len(phases) == 1:
        return phases[0].statement(condition, part, part.limit, part.offset)
    most = part.limit + part.offset
    found = [phase.statement(condition, part, most) for phase in phases]
    return concat(
        "(SELECT * FROM (",
        join(" UNION ALL ", found),
        ") AS found ORDER BY ",
        phased(ordering.of("found"), "found", backward=part.is_backward),
        Sql(" LIMIT %s OFFSET %s)", (part.limit, part.offset)),
    )


def phased(ordering: Ordering, alias: str, *, backward: bool) -> Sql:
    """Return an order in which one phase comes behind the other."""
    text, values = ordering.order(backward=backward)
    return Sql(f"{alias}.phase{' DESC' if backward else ''}, {text}", values)


def phases_of(ordering: Ordering) -> list[Phase]:
    """Return the phases in which an order is read.

    Where it begins with an indexed field, records with a value and records without one
    are read apart, because an index can be followed both ways only within each.
    """
    if ordering.keys[0].pivot:
        return [Filled(ordering), Blank(ordering)]
    return [Phase(ordering)]


class Phase:
    """Records that can be read in one go. This one: all of them."""

    number = 0
    condition = ""
    """What the value of the first field must be."""

    def __init__(self, ordering: Ordering) -> None:
        self.ordering = ordering

    def within(self) -> Ordering:
        """Return the order of the records of this phase among themselves."""
        return self.ordering

    def order(self, *, backward: bool) -> Sql:
        """Return what stands behind ORDER BY."""
        return self.within().order(backward=backward)

    def bound(self, position: Position, *, backward: bool) -> Sql | None:
        """Return the condition for what lies behind a position, or before it."""
        return self.ordering.beyond(position, backward=backward)

    def statement(
        self, condition: Sql, part: Slice, limit: int, offset: int = 0
    ) -> Sql:
        """Return the statement for the keys of some records, in their order."""
        bounds = [self.bound(at, backward=before) for at, before in part.positions]
        conditions = [condition, *filter(None, bounds)]
        if self.condition:
            text, values = self.ordering.keys[0].sql
            conditions.append(Sql(f"{text}{self.condition}", values))
        return concat(
            f"(SELECT r.workspace_id, {self.number} AS phase, ",
            self.ordering.named,
            " FROM records_record r",
            self.ordering.joins,
            " WHERE ",
            all_of(conditions),
            " ORDER BY ",
            self.order(backward=part.is_backward),
            Sql(" LIMIT %s OFFSET %s)", (limit, offset)),
        )


class Filled(Phase):
    """The records that have a value in the first field of the order."""

    condition = " IS NOT NULL"

    def within(self) -> Ordering:
        return self.ordering.with_values()

    def bound(self, position: Position, *, backward: bool) -> Sql | None:
        if position[0] is None:
            return None if backward else FALSE
        return self.within().beyond(position, backward=backward)


class Blank(Phase):
    """The records that have none: they come last."""

    number = 1
    condition = " IS NULL"

    def within(self) -> Ordering:
        return Ordering(self.ordering.keys[1:])

    def order(self, *, backward: bool) -> Sql:
        # The first field says nothing here, but the index that has it goes before all.
        return self.ordering.with_values().order(backward=backward)

    def bound(self, position: Position, *, backward: bool) -> Sql | None:
        if position[0] is not None:
            return FALSE if backward else None
        return self.within().beyond(position[1:], backward=backward)

"""Records of one type: searched, filtered, in an order, page by page.

The addresses ask for records in the words of the API: ``filter[stage][Is]=Won``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from crm.errors import Refusal, Refused
from crm.jsonapi.pagination import OffsetPage, read_page
from crm.jsonapi.queries import Parameter, Query
from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.records.filtering import FLAGS, OPERATIONS, filter_choices
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import (
    SYSTEM_LABELS,
    Shown,
    moment,
    show,
    title_field,
    title_of,
)
from objects.models import Field
from objects.schema import Schema
from records.ids import encode_id
from records.reading.orders.orders import read_ordering
from records.reading.rows import RecordRow
from records.storage import load

FAMILIES = ("filter", "sort", "page")
MOST_COLUMNS = 5
LONG = frozenset({"json", "multiline_text"})
"""Types whose values are too long for a list."""


class Heading(NamedTuple):
    """A column of the list, and the address that sorts by it."""

    label: str
    link: str
    direction: str
    """``ascending`` or ``descending`` if the list is sorted by it, else nothing."""


class RecordLine(NamedTuple):
    """A record in the list."""

    title: str
    link: str
    values: list[tuple[str, Shown]]
    """What each column is called, and what it shows."""


class Chip(NamedTuple):
    """A filter that is on, and the address of the list without it."""

    text: str
    link: str


class ListPage(BrowserPage):
    """The records of one type."""

    template_name = "kith/record_list.html"

    @property
    def trail(self) -> list[tuple[str, str]]:
        return [(self.workspace.name, self.index_address())]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or where a filter that was just entered leads."""
        if "field" in request.GET:
            return HttpResponseRedirect(self.with_new_filter())
        return super().get(request, *args, **kwargs)

    def with_new_filter(self) -> str:
        """Return the address of the list with the filter that was entered."""
        given = self.request.GET
        field, operator = given.get("field", ""), given.get("operator", "")
        value = given.get("value", "")
        if not value and operator in FLAGS:
            value = "true"
        added = (f"filter[{field}][{operator}]", value)
        kept = [(p.name, p.value) for p in self.asked if p.family != "page"]
        return self.address([*kept, added])

    @cached_property
    def asked(self) -> list[Parameter]:
        """The parameters of the address. An empty search is none."""
        own = ("field", "operator", "value")
        return [
            parameter
            for parameter in Query.of(self.request).parameters
            if parameter.name not in own
            and (parameter.name, parameter.value) != (SEARCH, "")
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "heading": self.schema.object_type.plural,
            "schema": self.schema,
            "search_name": SEARCH,
            "search": next((p.value for p in self.asked if p.name == SEARCH), ""),
            "kept": [p for p in self.asked if p.name != SEARCH and p.family != "page"],
            "chips": list(self.chips()),
            "everything": self.list_address(self.schema),
            "choices": filter_choices(self.schema),
            "operations": OPERATIONS,
        }
        try:
            context |= self.found()
        except Refusal as refusal:
            context["refusal"] = refusal
        except Refused as refused:
            context["refusal"] = refused
        return super().get_context_data(**context, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """Answer 400 if the address asks for what cannot be found."""
        kwargs["status"] = 400 if "refusal" in context else 200
        return super().render_to_response(context, **kwargs)

    def found(self) -> dict[str, Any]:
        """Return the records that were asked for, and how to get to others.

        Raises:
            Refusal: if the address asks for something that cannot be understood.
        """
        query = Query(self.asked)
        query.only(*FAMILIES)
        condition = self.records.filters.of_query(query)
        ordering = read_ordering(query, self.schema)
        listing = self.records.listing(query.place("filter"), condition, ordering)
        page = read_page(query, with_profile=False, default=DEFAULT)
        if not isinstance(page, OffsetPage):
            raise query.place("page").refuse("Use page[number].")
        total = listing.total()
        rows = listing.at_offset(page) if page.offset < total else []
        known_by = title_field(self.schema)
        fields = [f for f in notable_fields(self.schema) if f is not known_by]
        first = (known_by.slug, known_by.label) if known_by else ("", "Record")
        slugs = [first, *((f.slug, f.label) for f in fields), UPDATED]
        return {
            "columns": [self.column(slug, label) for slug, label in slugs],
            "lines": list(self.lines(rows, fields)),
            "total": total,
            "first": page.offset + 1,
            "last": page.offset + len(rows),
            "previous": self.page_link(page, -1, total),
            "next": self.page_link(page, 1, total),
        }

    def lines(
        self, rows: Sequence[RecordRow], fields: list[Field]
    ) -> Iterator[RecordLine]:
        """Yield the lines of the table."""
        attributes = [load(row.attributes) for row in rows]
        names = Names.of(self.workspace, agents=agents_of(rows))
        for row, values in zip(rows, attributes, strict=True):
            record_id = encode_id(self.schema.prefix, row.id)
            known = values | dict(row.agents)
            shown = [(f.label, show(f, known.get(f.slug), names)) for f in fields]
            yield RecordLine(
                title_of(self.schema, values) or record_id,
                self.record_address(self.schema, record_id),
                [*shown, (UPDATED[1], moment(row.updated_at))],
            )

    def column(self, slug: str, label: str) -> Heading:
        """Return a column. Choosing it again turns the order round."""
        if not slug:
            return Heading(label, "", "")
        order = next((p.value for p in self.asked if p.name == "sort"), "")
        direction = {slug: "ascending", f"-{slug}": "descending"}.get(order, "")
        other = f"-{slug}" if order == slug else slug
        kept = [(p.name, p.value) for p in self.asked if p.family == "filter"]
        return Heading(label, self.address([*kept, ("sort", other)]), direction)

    def page_link(self, page: OffsetPage, step: int, total: int) -> str:
        """Return the address of a neighbouring page; nothing if there is none."""
        number = page.offset // page.limit + 1 + step
        if number < 1 or (number - 1) * page.limit >= total:
            return ""
        kept = [(p.name, p.value) for p in self.asked if p.family != "page"]
        size = [("page[size]", str(page.limit))] if page.limit != DEFAULT else []
        return self.address([*kept, *size, ("page[number]", str(number))])

    def chips(self) -> Iterator[Chip]:
        """Yield the filters that are on, and how to turn each off."""
        labels = {f.slug: f.label for f in self.schema.everything} | SYSTEM_LABELS
        for chosen in self.asked:
            if chosen.family != "filter" or chosen.name == SEARCH:
                continue
            path, *operator = chosen.steps or ("",)
            operator = operator or ["is"]
            words = [labels.get(path, path), *map(str.lower, operator)]
            if operator[0] not in FLAGS or chosen.value != "true":
                words.append(chosen.value)
            rest = [
                (p.name, p.value)
                for p in self.asked
                if p is not chosen and p.family != "page"
            ]
            yield Chip(" ".join(words), self.address(rest))

    def address(self, parameters: list[tuple[str, str]]) -> str:
        """Return the address of the list with other parameters."""
        written = urlencode(parameters)
        own = self.list_address(self.schema)
        return f"{own}?{written}" if written else own


UPDATED = ("_updated_at", "Updated")
SEARCH = "filter[search]"
DEFAULT = 25


def notable_fields(schema: Schema) -> list[Field]:
    """Return the fields that the list shows: those that people look for, first.

    Parts of what is shown as a whole, such as a first name, are left out.
    """
    parts = {part for f in schema.following.values() for part in f.options["follows"]}
    shown = [
        field
        for slug, field in schema.fields.items()
        if not field.hidden and field.type not in LONG and slug not in parts
    ]
    notable = [f for f in shown if f.required or f.unique or f.searchable or f.indexed]
    rest = [field for field in shown if field not in notable]
    chosen = (notable + rest)[:MOST_COLUMNS]
    return sorted(chosen, key=lambda field: (field.position, field.slug))


def agents_of(rows: Sequence[RecordRow]) -> set[str]:
    """Return the ids of the agents that records refer to."""
    return {str(name) for row in rows for name in row.agents.values() if name}

"""One record: its values, what it is linked to, and its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.absolute import absolute
from crm.json_types import JSONObject
from crm.jsonapi.pagination import OffsetPage
from crm.jsonapi.queries import Place
from crm.roles import roles_of
from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.records.history import History, number_in, read_history
from interfaces.admin.records.listing import agents_of
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import moment, show, title_of
from interfaces.admin.verbs import Fact
from objects.schema import Relationship
from records.ids import decode_id, encode_id
from records.journal.gone import list_merged
from records.journal.survivors import find_survivors
from records.reading.reader import RecordReader
from records.reading.rows import RecordRow
from records.storage import load

FEW = 5
"""How many linked records are shown of each relationship."""


class Linked(NamedTuple):
    """The records that a relationship leads to, or the first of them."""

    label: str
    records: list[tuple[str, str]]
    """Titles and addresses."""
    all_of_them: str
    """The address of all, if there are more."""


class RecordPage(BrowserPage):
    """The page of one record: its values, its links and its history."""

    template_name = "kith/record.html"

    @property
    def trail(self) -> list[tuple[str, str]]:
        return self.trail_of_type

    @cached_property
    def row(self) -> RecordRow:
        """The record of the address.

        Raises:
            Http404: if there is none.
        """
        record_id = decode_id(self.schema.prefix, self.kwargs["id"])
        ids = [record_id] if record_id else []
        rows = self.records.get(ids)
        if not rows:
            raise Http404
        return rows[0]

    @cached_property
    def attributes(self) -> JSONObject:
        """The values of the record, agents included."""
        return load(self.row.attributes) | dict(self.row.agents)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record_id = encode_id(self.schema.prefix, self.row.id)
        facts = list(self.facts())
        path = f"/v1/workspaces/{self.workspace.slug}/objects/{self.schema.slug}"
        return super().get_context_data(
            heading=title_of(self.schema, self.attributes) or record_id,
            record_id=record_id,
            facts=[fact for fact in facts if fact.value != ""],
            empty=[fact.label for fact in facts if fact.value == ""],
            linked=list(self.linked()),
            system=self.system_facts(),
            address=absolute(self.request, f"{path}/records/{record_id}"),
            history=self.history(),
            may_undo=roles_of(self.request).runs(self.workspace.id),
            merged=self.merged(),
            here=self.record_address(self.schema, record_id),
            **kwargs,
        )

    def facts(self) -> Iterator[Fact]:
        """Yield the values of all fields."""
        names = Names.of(self.workspace, agents=agents_of([self.row]))
        for field in self.schema.fields.values():
            yield Fact(field.label, show(field, self.attributes.get(field.slug), names))

    def system_facts(self) -> list[Fact]:
        """Return who made the record and changed it last, and when."""
        row = self.row
        names = Names.of(self.workspace, actors=[row.created_by, row.updated_by])
        return [
            Fact("Created", moment(row.created_at)),
            Fact("Created by", names.actor(row.created_by)),
            Fact("Updated", moment(row.updated_at)),
            Fact("Updated by", names.actor(row.updated_by)),
            Fact("Version", row.version),
        ]

    def linked(self) -> Iterator[Linked]:
        """Yield the records that each relationship leads to."""
        labels = {field.slug: field.label for field in self.schema.everything}
        for slug, side in self.schema.relationships.items():
            target = self.catalog.schema(side.target)
            rows = self.partners(side)
            records = [
                (
                    title_of(target, load(row.attributes))
                    or encode_id(target.prefix, row.id),
                    self.record_address(target, encode_id(target.prefix, row.id)),
                )
                for row in rows[:FEW]
            ]
            own = encode_id(self.schema.prefix, self.row.id)
            place = [self.workspace.slug, target.slug]
            everything = f"{reverse('browser:list', args=place)}?filter[{side.inverse}]"
            more = f"{everything}={own}" if len(rows) > FEW else ""
            yield Linked(labels[slug], records, more)

    def partners(self, side: Relationship) -> Sequence[RecordRow]:
        """Return the records that a relationship leads to, one more than are shown."""
        target = self.catalog.schema(side.target)
        place = Place("filter")
        own = encode_id(self.schema.prefix, self.row.id)
        records = RecordReader(self.actor, self.catalog, target)
        condition = records.filters.condition(side.inverse, "eq", own, place)
        return records.listing(place, condition).at_offset(OffsetPage(0, FEW + 1))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page, or lead to that of the record which this one went into."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            record = decode_id(self.schema.prefix, self.kwargs["id"])
            ways = find_survivors(self.actor, [record]) if record else {}
            if record not in ways:
                raise
            survivor = encode_id(self.schema.prefix, ways[record])
            here = self.record_address(self.schema, survivor)
            return HttpResponseRedirect(here)

    def merged(self) -> list[tuple[str, str]]:
        """Return the titles and ids of the records that went into this one."""
        found = list_merged(self.actor, self.catalog, self.row.id)
        ids = {one.id: encode_id(self.schema.prefix, one.id) for one in found}
        return [
            (title_of(self.schema, one.values or {}) or ids[one.id], ids[one.id])
            for one in found
        ]

    def history(self) -> History:
        """Return what happened to the record, from where the address says."""
        before = number_in(self.request.GET.get("before", ""))
        place = (self.schema, self.row.id, before)
        return read_history(self.actor, self.catalog, *place)

"""Pages that make one record of two, and let one come out of another again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from crm.errors import NotFound, Refusal, Refused
from crm.json_types import JSON, JSONObject
from crm.jsonapi.pagination import OffsetPage
from crm.jsonapi.queries import Place
from crm.jsonapi.rendering import canonical
from interfaces.admin.records.listing import agents_of
from interfaces.admin.records.names import Names
from interfaces.admin.records.titles import read_titles
from interfaces.admin.records.values import Shown, show, title_of
from interfaces.admin.records.verbs import RecordVerb
from objects.models import Field
from objects.schema import Relationship, is_blank
from records.ids import decode_id, encode_id
from records.reading.rows import RecordRow
from records.storage import load
from records.writing.mergers import merge_records
from records.writing.merges import How, Loser, Merge
from records.writing.operations import Mode
from records.writing.preparing_merges import can_unite
from records.writing.reversals import OnConflict
from records.writing.unmerging import Unmerge, unmerge_records

FOUND = 10
"""How many records are offered to be merged."""
OTHER = "with"
"""The parameter that names the record which is to go."""
TOGETHER, AGAIN = How.UNION.value, ""
"""What can be chosen of a field beside one of the two values."""


class Choice(NamedTuple):
    """One of the values that a field can get."""

    value: str
    shown: Shown
    is_chosen: bool


class Line(NamedTuple):
    """A field of which two records have different values."""

    name: str
    label: str
    choices: list[Choice]
    after: Shown
    """What it would have."""


class MergePage(RecordVerb):
    """Lets another record go into that of the address, field by field."""

    template_name = "kith/merge.html"
    title = "Merge"
    text = (
        "The other record goes into this one, with its links. Its id leads here from "
        "then on. This can be taken back."
    )
    button = "Merge"
    done = "The two are one now."

    @cached_property
    def row(self) -> RecordRow:
        """The record of the address.

        Raises:
            Http404: if there is none.
        """
        row = self.find(self.kwargs["id"])
        if row is None:
            raise Http404
        return row

    @cached_property
    def other(self) -> RecordRow | None:
        """The record that is to go into it, once it is chosen."""
        named = self.request.POST.get(OTHER) or self.request.GET.get(OTHER, "")
        row = self.find(named)
        return row if row and row.id != self.row.id else None

    def find(self, name: str) -> RecordRow | None:
        """Return the record of an id, if there is one."""
        record = decode_id(self.schema.prefix, name)
        return next(iter(self.records.get([record] if record else [])), None)

    def back(self) -> str:
        return self.record_address(self.schema, self.kwargs["id"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Merge the two, show what would be, or say why it was refused."""
        is_final = "merge" in request.POST
        if not is_final or self.other is None:
            return self.render_to_response(self.get_context_data())
        try:
            merge_records(actor=self.editor, merge=self.merge())
        except (Refusal, Refused) as refusal:
            return self.render_to_response(self.get_context_data(problems=[refusal]))
        messages.success(request, self.done)
        return HttpResponseRedirect(self.back())

    def merge(self) -> Merge:
        """Return what was picked, as an operation."""
        assert self.other
        loser = Loser(str(self.other.id), "/data/0/id")
        return Merge(
            self.schema.slug,
            id=str(self.row.id),
            losers=(loser,),
            picks={line: pick for line, pick in self.picked() if pick},
        )

    def picked(self) -> Iterator[tuple[str, str]]:
        """Yield the fields of which something was picked, and what."""
        for slug in [*self.schema.fields, *(one.slug for one in self.schema.to_one)]:
            pick = self.request.POST.get(f"pick-{slug}")
            if pick is not None:
                yield slug, pick

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()
        problems: list[Refusal | Refused] = kwargs.pop("problems", [])
        lines: list[Line] = []
        if self.other is not None:
            try:
                lines = [*self.lines(self.preview()), *self.links()]
            except (Refusal, Refused) as refusal:
                lines = [*self.lines(None), *self.links()]
                problems = problems or [refusal]
        return super().get_context_data(
            record=self.titled(self.row),
            other=self.titled(self.other) if self.other else None,
            lines=lines,
            text_sought=text,
            found=[self.titled(row) for row in self.sought(text)],
            problems=[str(problem) for problem in problems],
            **kwargs,
        )

    def titled(self, row: RecordRow) -> tuple[str, str]:
        """Return what a record is known by, and its id."""
        record_id = encode_id(self.schema.prefix, row.id)
        return title_of(self.schema, load(row.attributes)) or record_id, record_id

    def sought(self, text: str) -> Sequence[RecordRow]:
        """Return other records that have the words of a text, or its id."""
        if not text or self.other is not None:
            return []
        named = self.find(text)
        if named is not None:
            return [named] if named.id != self.row.id else []
        place = Place("q")
        try:
            condition = self.records.filters.search(text, place)
            listing = self.records.listing(place, condition)
        except Refusal:
            return []
        rows = listing.at_offset(OffsetPage(0, FOUND + 1))
        return [row for row in rows if row.id != self.row.id][:FOUND]

    def preview(self) -> JSONObject:
        """Return the values that the record would have.

        Raises:
            Refused: with all that is wrong with what was picked.
        """
        outcome = merge_records(
            actor=self.editor, merge=self.merge(), mode=Mode.DRY_RUN
        )
        if outcome.record is None:
            raise Refused([("", refusal) for refusal in outcome.refusals])
        return outcome.record.attributes

    def lines(self, after: JSONObject | None) -> Iterator[Line]:
        """Yield the fields of which the two have different values."""
        assert self.other
        both = [self.row, self.other]
        names = Names.of(self.workspace, agents=agents_of(both))
        values = [load(row.attributes) | dict(row.agents) for row in both]
        ids = [encode_id(self.schema.prefix, row.id) for row in both]
        picked = dict(self.picked())
        for slug, field in self.schema.fields.items():
            sides = dict(zip(ids, (side.get(slug) for side in values), strict=True))
            if is_different(*sides.values()):
                chosen = picked.get(slug, usual(field, sides))
                will_be = show(field, (after or {}).get(slug), names)
                choices = list(choices_of(field, sides, chosen, names))
                yield Line(slug, field.label, choices, will_be)

    def links(self) -> Iterator[Line]:
        """Yield the relationships by which the two lead to different records."""
        assert self.other
        both, picked = [self.row, self.other], dict(self.picked())
        named = {
            side.slug: [linked(r, side) for r in both] for side in self.schema.to_one
        }
        ids = [one for pair in named.values() for one in pair if one]
        titles = {"": "", **read_titles(self.actor, self.catalog, ids)}
        labels = {field.slug: field.label for field in self.schema.everything}
        first, second = (encode_id(self.schema.prefix, row.id) for row in both)
        for slug, (ours, theirs) in named.items():
            if ours != theirs:
                chosen = picked.get(slug, first if ours else second)
                sides = {first: titles[ours], second: titles[theirs]}
                choices = [Choice(id_, sides[id_], id_ == chosen) for id_ in sides]
                yield Line(slug, labels[slug], choices, sides.get(chosen, ""))


def linked(row: RecordRow, side: Relationship) -> str:
    """Return the id of the record that a to-one relationship leads to, if any."""
    partner = row.partners.get(side.slug)
    return str(partner["id"]) if isinstance(partner, dict) else ""


def is_different(ours: JSON, theirs: JSON) -> bool:
    """Whether two values are not the same, and not both as good as none."""
    is_same = canonical(ours) == canonical(theirs)
    return not is_same and not (is_blank(ours) and is_blank(theirs))


def usual(field: Field, sides: Mapping[str, JSON]) -> str:
    """Return what is chosen of a field unless something else is."""
    if "follows" in field.options:
        return AGAIN
    if can_unite(field):
        return TOGETHER
    first, second = sides
    return second if is_blank(sides[first]) else first


def choices_of(
    field: Field, sides: Mapping[str, JSON], chosen: str, names: Names
) -> Iterator[Choice]:
    """Yield the values that a field can get."""
    for record, value in sides.items():
        yield Choice(record, show(field, value, names), record == chosen)
    if can_unite(field):
        yield Choice(TOGETHER, "All of both", chosen == TOGETHER)
    if "follows" in field.options:
        yield Choice(AGAIN, "What its parts make", chosen == AGAIN)


class UnmergePage(RecordVerb):
    """Lets a record come out of that of the address again."""

    title = "Unmerge this record?"
    text = (
        "It comes back as it was. This one gives back what it got from it, without "
        "what somebody has changed since."
    )
    button = "Unmerge"
    done = "The record is back."

    def perform(self, on_conflict: OnConflict) -> None:
        loser = Loser(self.kwargs["loser"], "/data/0/id")
        unmerge = Unmerge(self.schema.slug, self.kwargs["id"], [loser], on_conflict)
        try:
            unmerge_records(actor=self.editor, unmerge=unmerge)
        except Refused as refused:
            if any(isinstance(why, NotFound) for _, why in refused.refusals):
                raise Http404 from refused
            raise

    def back(self) -> str:
        return self.record_address(self.schema, self.kwargs["id"])

    def next_address(self) -> str:
        return self.record_address(self.schema, self.kwargs["loser"])

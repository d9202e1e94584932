"""Pages of records that are perhaps the same: lists of them, and two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.errors import NotFound
from crm.jsonapi.listings import Slice
from crm.roles import roles_of
from interfaces.admin.jobs.progress import Progress, work_on
from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.records.history import number_in
from interfaces.admin.records.listing import agents_of
from interfaces.admin.records.merging import is_different
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import Shown, show, title_of
from interfaces.admin.records.verbs import RecordVerb
from records.duplicates.judging import judge_pair, read_pair
from records.duplicates.live import LiveDuplicates
from records.duplicates.pairs import KeptPairs
from records.duplicates.scanning import begin_scan
from records.duplicates.told import Pair, decode_pair, encode_pair
from records.ids import decode_id, encode_id
from records.models import Duplicate
from records.reading.rows import RecordRow
from records.storage import load

LENGTH = 50
"""How many pairs are shown at once."""
HOW = {"same": "the same", "variant": "written in another way"}
"""What is said of two values, but for those that are similar."""


class Line(NamedTuple):
    """A pair, as a line of a list."""

    titles: list[tuple[str, str]]
    """What its records are known by, and their addresses."""
    percent: int
    reasons: list[str]
    is_open: bool
    look: str
    """The address where the two stand side by side."""
    merge: str


class Difference(NamedTuple):
    """A field of two records."""

    label: str
    values: list[Shown]
    is_different: bool


class PairsPage(BrowserPage):
    """What pages of pairs have in common."""

    @property
    def trail(self) -> list[tuple[str, str]]:
        return self.trail_of_type

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = roles_of(self.request).runs(self.workspace.id)
        return super().get_context_data(may_act=runs, **kwargs)

    @cached_property
    def live(self) -> LiveDuplicates:
        """What finds the duplicates of a record."""
        return LiveDuplicates(self.actor, self.catalog, self.schema)

    def lines(self, pairs: Sequence[Pair]) -> list[Line]:
        """Return pairs as lines of a list."""
        ids = {one for pair in pairs for one in (pair.a, pair.b)}
        titles = {row.id: self.title(row) for row in self.records.get(list(ids))}
        there = [pair for pair in pairs if {pair.a, pair.b} <= titles.keys()]
        return [self.line(pair, titles) for pair in there]

    def line(self, pair: Pair, titles: dict[UUID, str]) -> Line:
        """Return a pair as a line of a list."""
        both = self.name_of(pair.a), self.name_of(pair.b)
        addresses = [self.record_address(self.schema, one) for one in both]
        place = [self.workspace.slug, self.schema.slug]
        pair_id = encode_pair(self.schema.prefix, pair)
        return Line(
            list(zip((titles[pair.a], titles[pair.b]), addresses, strict=True)),
            round(pair.score * 100),
            [self.explain(reason) for reason in pair.reasons],
            pair.state == Duplicate.State.OPEN,
            reverse("browser:pair", args=[*place, pair_id]),
            f"{addresses[0]}merge/?with={both[1]}",
        )

    def explain(self, reason: Any) -> str:
        """Return a reason in words."""
        labels = {field.slug: field.label for field in self.schema.everything}
        percent = round(reason["similarity"] * 100)
        how = HOW.get(reason["kind"], f"{percent} % similar")
        return f"{labels.get(reason['field'], reason['field'])}: {how}"

    def title(self, row: RecordRow) -> str:
        """Return what a record is known by."""
        return title_of(self.schema, load(row.attributes)) or self.name_of(row.id)

    def name_of(self, record: UUID) -> str:
        """Return the id of a record, as people see it."""
        return encode_id(self.schema.prefix, record)

    def list_of_pairs(self) -> str:
        """Return the address of the pairs of the type."""
        place = [self.workspace.slug, self.schema.slug]
        return reverse("browser:duplicates", args=place)


class DuplicatesPage(PairsPage):
    """The page of the pairs of a type that the last scan found."""

    template_name = "kith/duplicates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = Duplicate.State.OPEN
        if self.request.GET.get("state") == Duplicate.State.DISMISSED:
            state = Duplicate.State.DISMISSED
        offset = number_in(self.request.GET.get("from", "")) or 0
        kept = KeptPairs(self.actor, self.schema, state.value)
        pairs, _ = kept.read(Slice(LENGTH + 1, offset))
        return super().get_context_data(
            heading=f"Duplicates among {self.schema.object_type.plural.lower()}",
            lines=self.lines(pairs[:LENGTH]),
            further=offset + LENGTH if len(pairs) > LENGTH else None,
            state=state.value,
            work=self.work(),
            tells=self.live.compared.tells,
            **kwargs,
        )

    def work(self) -> list[Progress]:
        """Return the jobs about the type that are not over."""
        return list(work_on(self.schema.id))


class DuplicatesOfRecordPage(PairsPage):
    """The page of what is like one record now."""

    template_name = "kith/duplicates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = decode_id(self.schema.prefix, self.kwargs["id"])
        rows = self.records.get([record] if record else [])
        if not rows:
            raise Http404
        return super().get_context_data(
            heading=f"Duplicates of {self.title(rows[0])}",
            lines=self.lines(self.live.of(rows[0].id)),
            of=self.kwargs["id"],
            tells=self.live.compared.tells,
            **kwargs,
        )


class PairPage(PairsPage):
    """The page of two records side by side, where they are said to be two."""

    template_name = "kith/pair.html"

    @property
    def trail(self) -> list[tuple[str, str]]:
        plural = self.schema.object_type.plural.lower()
        above = (f"Duplicates among {plural}", self.list_of_pairs())
        return [*self.trail_of_type, above]

    @cached_property
    def ids(self) -> tuple[UUID, UUID]:
        """The records of the address, in the order of their ids.

        Raises:
            Http404: if they are not two.
        """
        found = decode_pair(self.schema.prefix, self.kwargs["pair"])
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            pair = read_pair(self.live, self.ids)
        except NotFound as refusal:
            raise Http404 from refusal
        found = {row.id: row for row in self.records.get(self.ids)}
        (line,) = self.lines([pair])
        return super().get_context_data(
            heading="Are these two the same?",
            line=line,
            differences=list(self.differences([found[one] for one in self.ids])),
            **kwargs,
        )

    def differences(self, rows: Sequence[RecordRow]) -> Iterator[Difference]:
        """Yield the fields of which one of the two has a value."""
        names = Names.of(self.workspace, agents=agents_of(rows))
        values = [load(row.attributes) | dict(row.agents) for row in rows]
        for slug, field in self.schema.fields.items():
            both = [side.get(slug) for side in values]
            shown = [show(field, value, names) for value in both]
            if any(shown):
                yield Difference(field.label, shown, is_different(*both))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Dismiss the pair or open it again, for owners and admins."""
        if not roles_of(request).runs(self.workspace.id):
            raise PermissionDenied
        is_dismissed = "dismiss" in request.POST
        state = Duplicate.State.DISMISSED if is_dismissed else Duplicate.State.OPEN
        try:
            judge_pair(self.live, self.ids, state)
        except NotFound as refusal:
            raise Http404 from refusal
        said = (
            "The two are not the same." if is_dismissed else "The pair is open again."
        )
        messages.success(request, said)
        return HttpResponseRedirect(self.next_address())

    def next_address(self) -> str:
        """Return the address of the list from which the person came."""
        of = decode_id(self.schema.prefix, self.request.POST.get("of", ""))
        if of is None:
            return self.list_of_pairs()
        place = [self.workspace.slug, self.schema.slug, self.name_of(of)]
        return reverse("browser:duplicates-of", args=place)


class ScanPage(RecordVerb):
    """Begins to look for duplicates among all records of a type."""

    title = "Scan for duplicates?"
    text = (
        "All records are compared with those like them. It takes a minute or so for "
        "each hundred thousand, and changes nothing of them."
    )
    button = "Scan"
    done = "The scan is under way."

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leave it to a job."""
        begin_scan(self.editor, self.schema)
        messages.success(request, self.done)
        return HttpResponseRedirect(self.back())

    def back(self) -> str:
        place = [self.workspace.slug, self.schema.slug]
        return reverse("browser:duplicates", args=place)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": None, **kwargs})

"""``/changes``: what happened in the workspace, in the order in which it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.jsonapi.pagination import linker, page_size
from crm.jsonapi.queries import Query
from crm.moments import read_moment
from interfaces.api.pages import ONE_PARAMETERS
from interfaces.api.records.change_selection import read_change_selection
from interfaces.api.view import WorkspaceViewSet
from interfaces.api.waiting import WaitingRoom, looks, read_max_wait
from objects.catalog import Catalog
from records.journal.changes import Change
from records.journal.conditions import OF_ALL, Asked, AskedReader
from records.journal.cursors import NoSuchChange, find_place, place_of_change
from records.journal.feed import ChangePage, Feed, find_change
from records.journal.heads import Head, find_head
from records.journal.instants import last_noted_by
from records.resources.changes import (
    ChangeComposer,
    ChangeSelection,
)

FEED_PARAMETERS = ("page", "filter", "fields", "include", "max_wait")
SIZE = 100
"""Changes on a page, unless more or fewer are asked for."""


class JournalViewSet(WorkspaceViewSet):
    """A view of the journal, in the words of the schemas as they are at its head."""

    @cached_property
    def journal(self) -> Head:
        """How far the journal goes, and what its changes are called."""
        return find_head(self.actor)

    @property
    def catalog(self) -> Catalog:
        """The schemas in which all that the journal has until its head can be told."""
        version = self.journal.schema_version
        return Catalog.of(self.workspace.with_schemas(version))

    def selected(self) -> ChangeSelection:
        """Return what the request asks to be shown of changes, and with them."""
        return read_change_selection(self.parameters, self.catalog)

    def place_before(
        self, find: Callable[[Head, str, str], int | None], wanted: str
    ) -> int | None:
        """Return the number before which a page is asked for; None for the first.

        ``find`` reads a cursor, and ``wanted`` says which one is.

        Raises:
            Refusal: if ``page[after]`` is none, or one that has expired.
        """
        written = self.parameters.single("page", "after")
        if written is None:
            return None
        place = self.parameters.place("page", "after")
        found = find(self.journal, written, place.name)
        if found is None:
            raise place.refuse(f"Give the cursor of a {wanted}.")
        return found

    def compose(
        self, changes: Sequence[Change], selection: ChangeSelection
    ) -> dict[str, object]:
        """Return the document of some changes."""
        composer = ChangeComposer(
            self.actor, self.catalog, self.journal.ids, self.addresses, selection
        )
        return composer.compose(changes)

    def answer_changes(
        self, page: ChangePage, size: int, selection: ChangeSelection
    ) -> Response:
        """Return the answer with a page of changes."""
        cursor = self.journal.ids.of(page.reached)
        request = self.request._request
        step = {"page[size]": size, "page[after]": cursor}
        document = self.compose(page.changes, selection)
        document["links"] = {
            "self": absolute(request),
            "prev": None,
            "next": linker(request)(step) if page.has_more else None,
        }
        document["meta"] = {"cursor": cursor, "has_more": page.has_more}
        return Response(document)


class Start(NamedTuple):
    """Where a reader begins."""

    after: int
    is_complete: bool = True
    """Whether all that the reader asks for is kept."""


class ChangeViewSet(JournalViewSet):
    """The changes that the caller may read, oldest first."""

    until: float | None = None
    """When to wait no longer; a request that begins anew does not wait anew."""

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer the changes behind a place, and wait for one if that is asked for."""
        self.parameters.only(*FEED_PARAMETERS)
        head = self.journal
        seconds, size = read_max_wait(self.parameters), read_size(self.parameters)
        asked = AskedReader(self.actor, self.catalog, head).read(
            self.parameters, OF_ALL
        )
        selection = self.selected()
        start = read_start(self.parameters, self.workspace.id, head)
        page = self.read(asked, start.after, size)
        has_place = True
        if seconds and is_empty(page):
            with WaitingRoom.here.entered() as has_place:
                if has_place:
                    page = self.wait(asked, page, size, seconds)
        start = self.kept(start)
        response = self.answer_changes(page, size, selection)
        response.data["meta"]["complete"] = start.is_complete
        if not has_place:
            response["Retry-After"] = "1"
        return response

    def kept(self, start: Start) -> Start:
        """Return where the reader began, once nothing behind it can have been missed.

        The journal may have been trimmed while it was read.

        Raises:
            CursorExpired: if it was, and the reader's place with it.
        """
        if self.workspace.history_days is None:
            return start
        head = find_head(self.actor)
        if start.after >= head.first_seq - 1:
            return start
        return read_start(self.parameters, self.workspace.id, head)

    def retrieve(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer one change."""
        self.parameters.only(*ONE_PARAMETERS)
        seq = place_of_change(self.journal, id)
        selection = self.selected()
        change = find_change(self.actor, self.catalog, seq)
        if change is None:
            raise NoSuchChange("There is no such change.")
        document = self.compose([change], selection)
        (document["data"],) = document["data"]  # type: ignore[misc]  # A list.
        document["links"] = {"self": absolute(self.request._request)}
        return Response(document)

    def read(self, asked: Asked, after: int, size: int) -> ChangePage:
        """Return the changes that are there behind a number."""
        return Feed(self.actor, self.catalog, self.journal, asked).read(after, size)

    def wait(
        self, asked: Asked, page: ChangePage, size: int, seconds: float
    ) -> ChangePage:
        """Return the first changes that are noted until then, to who may still read."""
        self.until = self.until or monotonic() + seconds
        for _ in looks(self.request._request, self.until):
            self.actor.doubt_again()
            head = find_head(self.actor)
            if head.ids.epoch != self.journal.ids.epoch:
                break
            self.journal = head
            page = self.read(asked, page.reached, size)
            if not is_empty(page):
                break
        return page


def read_start(query: Query, workspace_id: UUID, head: Head) -> Start:
    """Return where ``page[after]`` says to begin: a cursor, ``now`` or a time.

    Who does not say it begins with the oldest entry that is kept.

    Raises:
        Refusal: if it is none of these, or a cursor that has expired.
    """
    written = query.single("page", "after")
    place = query.place("page", "after")
    first = head.first_seq - 1
    if written is None:
        return Start(first, not first)
    if written == "now":
        return Start(head.last_seq)
    moment = read_moment(written)
    if moment:
        after = last_noted_by(workspace_id, head, moment)
        return Start(after, after > first or not first)
    after_cursor = find_place(head, written, place.name)
    if after_cursor is None:
        raise place.refuse("Give the cursor of a change, now, or a time with its zone.")
    return Start(after_cursor)


def read_size(query: Query) -> int:
    """Return how many changes a page has at most, if the page is asked for as it can.

    Raises:
        Refusal: if it is not.
    """
    for parameter in query.family("page"):
        if parameter.steps not in {("after",), ("size",)}:
            why = "Changes have pages by page[after] and page[size] alone."
            raise query.place_of(parameter).unknown(why)
    return page_size(query, min(SIZE, settings.PAGE_LIMIT))


def is_empty(page: ChangePage) -> bool:
    """Whether there is nothing until the end of the journal."""
    return not page.changes and not page.has_more

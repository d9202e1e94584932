"""The resources of the Clarky API that are records: all their views are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from crm.errors import ReadOnly, Refused, Required
from crm.json_types import JSONObject
from crm.sql import Sql
from interfaces.compat.clarky.door import ClarkyDoor, read_numbered_page
from interfaces.compat.contact_book import Book
from interfaces.compat.members import Translation
from interfaces.compat.parameters import Parameters
from interfaces.compat.sent_back import Shape, change_record
from records.reading.rows import RecordRow
from records.writing.operations import Delete, Update


@dataclass(frozen=True)
class Resource:
    """A resource: what its members are of a record, and how it is listed."""

    object_type: str
    translation: Translation
    shown: Callable[[Book, Sequence[RecordRow]], list[JSONObject]]
    """What makes objects of this API of records."""
    filters: Mapping[str, tuple[str, str]]
    """The field that each parameter is about, and how the two are compared."""
    required: tuple[str, ...]
    """The members that a new one must have."""


class ResourceDoor(ClarkyDoor):
    """A view of one resource."""

    resource: Resource | None = None

    @cached_property
    def kind(self) -> Resource:
        """The resource that the address is about."""
        assert self.resource is not None
        return self.resource

    @cached_property
    def book(self) -> Book:
        """The records of the resource, as far as the caller may see them."""
        return Book.of(self.actor, self.kind.object_type)

    def place(self, pointer: str) -> str:
        return self.kind.translation.place(pointer)

    def show_one(self, row: RecordRow, status: int = 200) -> HttpResponse:
        """Return an answer with one object."""
        (shown,) = self.kind.shown(self.book, [row])
        return self.show(shown, status)


class Many(ResourceDoor):
    """All records of the resource that the caller may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer a page of the records that fit, newest first."""
        known = ("search", *self.kind.filters, "page", "page_size")
        parameters = Parameters(request, *known)
        page = read_numbered_page(parameters)
        conditions = list(self.conditions(parameters))
        found = self.book.page(conditions, page, is_counted=True)
        shown = self.kind.shown(self.book, found.rows)
        return self.show_page(shown, page, found.total or 0)

    def conditions(self, parameters: Parameters) -> Iterator[Sql]:
        """Return the condition of each parameter that filters."""
        text = parameters.text("search")
        if text is not None:
            yield self.book.search("search", text)
        for name, (path, operator) in self.kind.filters.items():
            value = parameters.text(name)
            if value is not None:
                yield self.book.where(name, path, operator, value)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create one and answer 201."""
        body = self.read_object(request)
        missing = [name for name in self.kind.required if not body.get(name)]
        if missing:
            why = {f"/{name}": f"{name} is required." for name in missing}
            raise Refused([("", Required(why))])
        changes = self.kind.translation.take(body, self.book.schema)
        return self.show_one(self.book.write(changes.creation()), 201)


class One(ResourceDoor):
    """One record of the resource."""

    def get(self, request: HttpRequest, record_id: str) -> HttpResponse:
        """Answer the record."""
        Parameters(request)
        return self.show_one(self.book.one(record_id))

    def patch(self, request: HttpRequest, record_id: str) -> HttpResponse:
        """Change the listed members, leave the others, and answer what comes of it."""
        body = self.read_object(request)
        named = self.book.identify(record_id)

        def update_of(members: JSONObject) -> Update:
            if "bot_id" in members:
                raise ReadOnly({"/bot_id": "The agent that owns it cannot be changed."})
            changes = self.kind.translation.take(members, self.book.schema)
            return changes.update(named)

        shape = Shape(self.kind.translation, self.kind.shown)
        return self.show_one(
            change_record(self.book, record_id, body, shape, update_of)
        )

    def delete(self, request: HttpRequest, record_id: str) -> HttpResponse:
        """Delete it for good and answer 204."""
        found = str(self.book.identify(record_id))
        self.book.delete(Delete(self.book.schema.slug, id=found))
        return HttpResponse(status=204)

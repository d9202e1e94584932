"""Pages of a collection by offset, and the links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Literal
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest

from crm.errors import InvalidParameter, UnknownParameter
from crm.json_types import JSONObject
from crm.jsonapi.queries import Query

DEFAULT_LIMIT = 25
STYLES = "page[limit] and page[offset], or page[size] and page[number]"
LARGEST = 2**53
"""Larger numbers are not exact in every client, and no collection is that long."""


@dataclass(frozen=True)
class OffsetPage:
    """A slice of a collection, asked for by its offset or by its number."""

    offset: int
    limit: int
    style: Literal["offset", "number"] = "offset"

    @classmethod
    def of(cls, query: Query) -> OffsetPage:
        """Return the page that the ``page`` parameters ask for.

        Raises:
            UnknownParameter: for a ``page`` parameter that does not exist.
            InvalidParameter: for a value that is out of bounds or not a number, or a
                mix of both styles.
        """
        steps = {parameter.steps: parameter.name for parameter in query.family("page")}
        numbered = {("number",), ("size",)}
        for step, name in steps.items():
            if step not in numbered | {("limit",), ("offset",)}:
                raise UnknownParameter({name: f"Use {STYLES}."})
        if not steps.keys() & numbered:
            limit = whole_number(query, "limit", DEFAULT_LIMIT, 1, settings.PAGE_LIMIT)
            return cls(whole_number(query, "offset", 0, 0, LARGEST), limit)
        if not steps.keys() <= numbered:
            raise InvalidParameter(
                {next(iter(steps.values())): "Use one style of pages at a time."}
            )
        limit = whole_number(query, "size", DEFAULT_LIMIT, 1, settings.PAGE_LIMIT)
        number = whole_number(query, "number", 1, 1, LARGEST // limit)
        return cls((number - 1) * limit, limit, "number")

    def meta(self, total: int) -> JSONObject:
        """Return what a document says of the collection and this part of it."""
        return {
            "total_records": total,
            "total_pages": ceil(total / self.limit),
            "offset": self.offset,
            "limit": self.limit,
        }

    def links(self, request: HttpRequest, total: int) -> JSONObject:
        """Return links to this page and to others; null where there is none."""
        last = max(ceil(total / self.limit) - 1, 0) * self.limit
        before = max(self.offset - self.limit, 0)
        after = self.offset + self.limit
        link = partial(
            link_to, request.build_absolute_uri(request.path), others(request)
        )
        return {
            "self": request.build_absolute_uri(),
            "first": link(self._parameters(0)),
            "prev": link(self._parameters(before)) if self.offset else None,
            "next": link(self._parameters(after)) if after < total else None,
            "last": link(self._parameters(last)),
        }

    def _parameters(self, offset: int) -> dict[str, object]:
        if self.style == "number":
            number = offset // self.limit + 1
            return {"page[number]": number, "page[size]": self.limit}
        return {"page[limit]": self.limit, "page[offset]": offset}


def others(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the parameters of a request that do not say which page."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if not name.startswith("page[")
    ]


def link_to(
    address: str, kept: Sequence[tuple[str, str]], page: Mapping[str, object]
) -> str:
    """Return the address of a page."""
    return f"{address}?{urlencode([*kept, *page.items()], quote_via=quote)}"


def whole_number(query: Query, step: str, default: int, least: int, most: int) -> int:
    """Return the value of a ``page`` parameter that must be a whole number in bounds.

    Raises:
        InvalidParameter: if it is not.
    """
    written = query.single("page", step)
    if written is None:
        return default
    digits = (
        written.isascii() and written.isdigit() and len(written) <= len(str(LARGEST))
    )
    if not digits or not least <= int(written) <= most:
        raise InvalidParameter(
            {f"page[{step}]": f"Give a whole number from {least} to {most}."}
        )
    return int(written)

"""Pages of a collection: by offset, by number, or by cursor.

Cursors follow the profile at https://jsonapi.org/profiles/ethanresnick/cursor-pagination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest

from crm.absolute import absolute
from crm.errors import InvalidParameter
from crm.json_types import JSONObject
from crm.jsonapi.queries import Query
from crm.query_strings import read_parameters

PROFILE = "https://jsonapi.org/profiles/ethanresnick/cursor-pagination"

LARGEST = 2**53
"""Larger numbers are not exact in every client, and no collection is that long."""

STYLES = {
    "offset": ("limit", "offset"),
    "number": ("number", "size"),
    "cursor": ("size", "after", "before", "total"),
}
"""The ``page`` parameters of each style; only size belongs to two of them."""


class MaxSizeExceeded(InvalidParameter):
    """A page was asked for that is longer than pages may be."""

    type_link = f"{PROFILE}/max-size-exceeded"


@dataclass(frozen=True)
class OffsetPage:
    """A slice of a collection, asked for by its offset or by its number."""

    offset: int
    limit: int
    style: Literal["offset", "number"] = "offset"

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
        link = linker(request)
        return {
            "self": absolute(request),
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


@dataclass(frozen=True)
class CursorPage:
    """A part of a collection behind a cursor, before one, or between two."""

    size: int
    after: str | None = None
    before: str | None = None
    with_total: bool = False

    def links(
        self, request: HttpRequest, prev: str | None, next_: str | None
    ) -> JSONObject:
        """Return links to this page, the first, and those before and behind it.

        ``page[total]`` makes the first one a page by cursor, whatever is accepted.
        """
        link = linker(request)
        total = "true" if self.with_total else "false"
        page: dict[str, object] = {"page[size]": self.size, "page[total]": total}
        return {
            "self": {
                "href": absolute(request),
                "type": f'application/vnd.api+json;profile="{PROFILE}"',
            },
            "first": link(page),
            "prev": link(page | {"page[before]": prev}) if prev else None,
            "next": link(page | {"page[after]": next_}) if next_ else None,
        }


Page: TypeAlias = OffsetPage | CursorPage


def read_page(query: Query, *, with_profile: bool, default: int) -> Page:
    """Return the page that the ``page`` parameters ask for; ``default`` is its size.

    ``page[size]`` alone is a walk by cursors if the client named their profile, and
    else the first page by number.

    Raises:
        Refusal: for a parameter that does not exist, a value that is out of bounds, or
            a mix of styles.
    """
    match style_of(query, with_profile=with_profile):
        case "offset":
            limit = whole_number(query, "limit", default, 1, settings.PAGE_LIMIT)
            return OffsetPage(whole_number(query, "offset", 0, 0, LARGEST), limit)
        case "number":
            size = page_size(query, default)
            number = whole_number(query, "number", 1, 1, LARGEST // size)
            return OffsetPage((number - 1) * size, size, "number")
    after, before = query.single("page", "after"), query.single("page", "before")
    is_range = after is not None and before is not None
    size = page_size(query, settings.PAGE_LIMIT if is_range else default)
    return CursorPage(size, after, before, with_total=wants_total(query))


def read_offset_page(query: Query, *, default: int) -> OffsetPage:
    """Return the page that is asked for of a collection that has no cursors.

    Raises:
        Refusal: as for every page, and for one by cursor.
    """
    page = read_page(query, with_profile=False, default=default)
    if isinstance(page, OffsetPage):
        return page
    given = (p for p in query.family("page") if p.steps != ("size",))
    raise query.place_of(next(given)).refuse("Pages here have offsets.")


def style_of(query: Query, *, with_profile: bool) -> str:
    """Return the style of pages that a request uses."""
    valid = list(dict.fromkeys(step for steps in STYLES.values() for step in steps))
    given = set()
    for parameter in query.family("page"):
        if parameter.steps not in {(step,) for step in valid}:
            names = ", ".join(query.place("page", step).name for step in valid)
            raise query.place_of(parameter).unknown(f"Use some of {names}.")
        given.add(parameter.steps[0])
    for style in ("cursor", *STYLES) if with_profile else STYLES:
        if given <= set(STYLES[style]):
            return style
    raise query.place("page", min(given)).refuse("Use one style of pages at a time.")


def page_size(query: Query, default: int) -> int:
    """Return the number of items that a page is to have."""
    most = settings.PAGE_LIMIT
    written = query.single("page", "size") or ""
    is_number = written.isascii() and written.isdigit()
    if is_number and int(written[:20]) > most and not query.is_document:
        raise MaxSizeExceeded(
            {"page[size]": f"A page has {most} items at most."},
            meta={"page": {"maxSize": most}},
        )
    return whole_number(query, "size", default, 1, most)


def wants_total(query: Query) -> bool:
    """Whether a walk by cursors is to count the collection."""
    written = query.single("page", "total")
    if written not in {None, "true", "false"}:
        raise query.place("page", "total").refuse("Use true or false.")
    return written == "true"


def whole_number(query: Query, step: str, default: int, least: int, most: int) -> int:
    """Return the value of a ``page`` parameter that must be a whole number in bounds.

    Raises:
        Refusal: if it is not.
    """
    written = query.single("page", step)
    if written is None:
        return default
    digits = written.isascii() and written.isdigit() and len(written) <= len(str(most))
    if not digits or not least <= int(written) <= most:
        why = f"Give a whole number from {least} to {most}."
        raise query.place("page", step).refuse(why)
    return int(written)


def linker(request: HttpRequest) -> partial[str]:
    """Return what makes links to other pages of the collection that was asked for."""
    return partial(link_to, absolute(request, request.path), others(request))


def others(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the parameters of a request that do not say which page."""
    return [
        pair for pair in read_parameters(request) if not pair[0].startswith("page[")
    ]


def link_to(
    address: str, kept: Sequence[tuple[str, str]], page: Mapping[str, object]
) -> str:
    """Return the address of a page."""
    return f"{address}?{urlencode([*kept, *page.items()], quote_via=quote)}"

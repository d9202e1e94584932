"""Answers with a page of a collection: by offset, or by cursor under its profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from rest_framework.response import Response

from crm.json_types import JSONObject
from crm.jsonapi.listings import Listing, Thing
from crm.jsonapi.negotiation import names_profile
from crm.jsonapi.pagination import (
    PROFILE,
    CursorPage,
    OffsetPage,
    page_size,
    read_page,
)
from crm.jsonapi.queries import Query
from interfaces.api.view import WorkspaceViewSet

LIST_PARAMETERS = ("page", "sort", "sortOrder", "filter", "fields", "include")
ONE_PARAMETERS = ("fields", "include")

Compose: TypeAlias = "Callable[[Sequence[Thing]], dict[str, object]]"
"""Makes a document of things, with those that they include."""


def answer_page(
    view: WorkspaceViewSet,
    query: Query,
    listing: Listing[Thing],
    compose: Compose[Thing],
) -> Response:
    """Return the answer with the page that a query asks for.

    Raises:
        Refusal: if the query asks for no page that there can be.
    """
    page = read_page(
        query,
        with_profile=names_profile(view.request.headers.get("Accept", ""), PROFILE),
        default=view.workspace.default_page_size,
    )
    if isinstance(page, OffsetPage):
        response = answer_offset(view, page, listing, compose)
    else:
        response = answer_cursor(view, query, page, listing, compose)
    if query.is_document:
        response.data["links"] = dict.fromkeys(response.data["links"])
    return response


def answer_offset(
    view: WorkspaceViewSet,
    page: OffsetPage,
    listing: Listing[Thing],
    compose: Compose[Thing],
) -> Response:
    """Return the answer with a page by offset, and how many things there are."""
    counted = listing.counted(page)
    document = compose(counted.rows)
    document["meta"] = page.meta(counted.total)
    document["links"] = page.links(view.request._request, counted.total)
    return Response(document)


def answer_cursor(
    view: WorkspaceViewSet,
    query: Query,
    page: CursorPage,
    listing: Listing[Thing],
    compose: Compose[Thing],
) -> Response:
    """Return the answer with a page by cursor, under the profile's name."""
    found = listing.at_cursor(page, query)
    document = compose(found.rows)
    meta: JSONObject = {}
    if page.with_total:
        meta["total"] = listing.total()
    if found.is_truncated:
        meta["rangeTruncated"] = True
    if query.is_document:
        meta |= {"before": found.prev, "after": found.next}
    document["meta"] = {"page": meta}
    document["links"] = page.links(view.request._request, found.prev, found.next)
    response = Response(document)
    view.name_profile(response, PROFILE)
    return response


def read_size_of_walk(query: Query, default: int) -> int:
    """Return how many things a page has of what is only walked forward.

    Raises:
        Refusal: if another kind of page is asked for.
    """
    for parameter in query.family("page"):
        if parameter.steps not in {("after",), ("size",)}:
            why = "There are pages by page[after] and page[size] alone."
            raise query.place_of(parameter).refuse(why)
    return page_size(query, default)

"""How the Inkbox API is spoken: its key, its errors and its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest

from crm.authentication import NotAuthenticated
from crm.errors import (
    InvalidParameter,
    MalformedDocument,
    Refusal,
    UnknownParameter,
    ValueTaken,
)
from crm.json_types import JSON, JSONObject
from crm.jsonapi.errors import Nothing
from interfaces.compat.door import Door, Problem
from records.access.granting import AlreadyGranted, RedundantGrant
from records.writing.operations import NothingToShow, RepeatedInBatch

UNNAMED = (
    "A contact needs at least one of given_name, family_name, company_name and "
    "preferred_name."
)
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""A step that leads into an array. No array is longer."""

GRANTS: Mapping[type[Refusal], str] = {
    RedundantGrant: "redundant_grant",
    AlreadyGranted: "already_granted",
}


class BadLookup(Refusal):
    """A lookup does not name exactly one thing to look for."""

    status = 400
    code = "bad_lookup"
    title = "Bad lookup"
    source = None


class InkboxDoor(Door):
    """A view of the Inkbox API, as its Python SDK 0.5.0 knows it."""

    name = "inkbox"
    scheme = "X-API-Key"
    statuses = {
        InvalidParameter: 422,
        UnknownParameter: 422,
        MalformedDocument: 422,
        NothingToShow: 400,
        ValueTaken: 422,
    }

    def read_secret(self, request: HttpRequest) -> str:
        secret: str = request.META.get("HTTP_X_API_KEY", "").strip()
        if not secret:
            raise NotAuthenticated("Send your key as `X-API-Key: YOUR_KEY`.")
        return secret

    def error(self, status: int, problems: Sequence[Problem]) -> JSONObject:
        first = problems[0]
        if kind := GRANTS.get(type(first.refusal)):
            return {"detail": {"error": kind, "detail": first.sentence}}
        if status != 422:
            return {"detail": sentence_of(first)}
        return {"detail": [detail_of(problem) for problem in problems]}


def detail_of(problem: Problem) -> JSON:
    """Return a problem as an entry of a list, with the way to where it is."""
    source = {"parameter": "query", "header": "header"}.get(
        problem.refusal.source or "", "body"
    )
    way: list[JSON] = [problem.place]
    if source == "body":
        way = [*problem.place.split("/")[1:2], *steps_below(problem.place)]
    return {
        "loc": [source, *way],
        "msg": sentence_of(problem),
        "type": problem.refusal.code,
    }


def steps_below(place: str) -> list[JSON]:
    """Return the steps to a place below a member of the body, its indexes as numbers.

    The body is an object, so that the first step is a name, whatever it looks like.
    """
    return [
        int(step) if INDEX.fullmatch(step) else step for step in place.split("/")[2:]
    ]


def sentence_of(problem: Problem) -> str:
    """Return what to say of a problem, in the words that this API has for it."""
    match problem.refusal:
        case NothingToShow():
            return UNNAMED
        case ValueTaken() | RepeatedInBatch():
            return "duplicate email: another contact has it."
    return problem.sentence


def uuid_in(text: str) -> UUID:
    """Return the UUID in an address.

    Raises:
        Nothing: if there is none.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise Nothing("Nothing is here.") from error

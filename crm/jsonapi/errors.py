"""Error documents: the one place where refusals become answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.response import Response

from crm.errors import NotFound, Refusal, Refused
from crm.json_types import JSONObject
from crm.jsonapi.documents import JSONAPI_OBJECT
from crm.jsonapi.negotiation import answer_media_type
from crm.jsonapi.rendering import dumps
from crm.request_ids import request_id

logger = logging.getLogger(__name__)


class MethodNotAllowed(Refusal):
    """The resource exists, but not for this method."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"
    source = None


class BadRequest(Refusal):
    """The request cannot be made sense of as HTTP."""

    status = 400
    code = "bad_request"
    title = "Bad request"
    source = None


class Unavailable(Refusal):
    """The database does not answer now."""

    status = 503
    code = "unavailable"
    title = "Service unavailable"
    source = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "5"}


class Crashed(Refusal):
    """A fault of ours."""

    status = 500
    code = "internal_error"
    title = "Internal error"
    source = None


class Nothing(NotFound):
    """Nothing is at this address."""

    source = None


def error_objects(refusal: Refusal, at: str, id_: str) -> list[JSONObject]:
    """Return an error object for each problem of the resource that stood ``at``."""
    return [
        _error_object(refusal, at, place, detail, id_)
        for place, detail in refusal.problems.items()
    ]


def _error_object(
    refusal: Refusal, at: str, place: str, detail: str, id_: str
) -> JSONObject:
    error: JSONObject = {
        "id": id_,
        "status": str(refusal.status),
        "code": refusal.code,
        "title": refusal.title,
        "detail": printable(detail),
    }
    base = at if refusal.at is None else refusal.at
    where = base + place if refusal.source == "pointer" else place
    if refusal.source and (where or refusal.source == "pointer"):
        error["source"] = {refusal.source: printable(where)}
    if refusal.type_link:
        error["links"] = {"type": refusal.type_link}
    if refusal.meta:
        error["meta"] = refusal.meta
    return error


def printable(text: str) -> str:
    """Return text that can be encoded, whatever the client sent."""
    return text.encode("utf-8", "replace").decode()


def error_document(refusals: Iterable[tuple[str, Refusal]], id_: str) -> JSONObject:
    """Return the document that reports refusals, each with where its resource stood."""
    return {
        "jsonapi": JSONAPI_OBJECT,
        "errors": [
            error
            for at, refusal in refusals
            for error in error_objects(refusal, at, id_)
        ],
    }


def shared_status(refusals: Iterable[tuple[str, Refusal]]) -> int:
    """Return the status of all refusals if they agree, else the general one."""
    statuses = {refusal.status for _, refusal in refusals}
    return statuses.pop() if len(statuses) == 1 else 400


def answer_exception(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to what a view raised, or None for a crash."""
    refusals = as_refusals(exc)
    if refusals is None:
        return None
    id_ = request_id(context["request"])
    headers: dict[str, str] = {}
    for _, refusal in refusals:
        headers |= refusal.headers
    if isinstance(exc, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response(
        error_document(refusals, id_), shared_status(refusals), headers=headers
    )


def as_refusals(exc: Exception) -> list[tuple[str, Refusal]] | None:
    """Return the refusals that an exception stands for, if it stands for any."""
    if isinstance(exc, Refused):
        return exc.refusals
    refusal = as_refusal(exc)
    return None if refusal is None else [("", refusal)]


def as_refusal(exc: Exception) -> Refusal | None:
    """Return the one refusal that an exception stands for, if it stands for one."""
    match exc:
        case Refusal():
            return exc
        case Http404():
            return Nothing("Nothing is here.")
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed(str(exc.detail))
        case SuspiciousOperation():
            return BadRequest("The request cannot be understood.")
        case OperationalError():
            return unavailable(exc)
    return None


def unavailable(error: OperationalError) -> Refusal:
    """Return what to say when the database failed, and note how in one line."""
    logger.error("The database failed: %s", str(error).partition("\n")[0])
    return Unavailable("The database does not answer. Try again.")


def error_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a finished answer, for errors outside of views."""
    document = error_document([("", refusal)], request_id(request))
    response = HttpResponse(
        dumps(document),
        status=refusal.status,
        content_type=answer_media_type(request),
        headers=refusal.headers,
    )
    patch_vary_headers(response, ["Accept"])
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django found suspicious, such as a host that is not ours."""
    return error_response(request, BadRequest("The request cannot be understood."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a path that leads nowhere."""
    return error_response(request, Nothing("Nothing is here."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a crash, without saying more than where to look in the logs."""
    return error_response(request, Crashed("Something broke. The id is in our logs."))

"""Gives every request an id, so that an answer can be found in the logs."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from uuid_utils import uuid7

SANE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,128}")


def identify_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return middleware that keeps the client's id if it is sane, or makes one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        id_ = given if SANE.fullmatch(given) else str(uuid7())
        request.META["HTTP_X_REQUEST_ID"] = id_
        response = get_response(request)
        response["X-Request-Id"] = id_
        return response

    return middleware


def request_id(request: HttpRequest) -> str:
    """Return the id that the middleware gave this request."""
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))

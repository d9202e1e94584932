"""Query strings: UTF-8, whatever a request says of its body (RFC 3986, section 3.4)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest

from crm.errors import Refusal


class UnreadableQuery(Refusal):
    """The query is no text, or has more parameters than are read."""

    status = 400
    code = "invalid_parameter"
    title = "Invalid query parameter"
    source = "parameter"


def read_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the names and values of a request's query, in the order that was sent.

    Raises:
        UnreadableQuery: if one is not UTF-8, or there are too many.
    """
    # WSGI hands bytes over as if they were Latin-1. What is no UTF-8 becomes lone
    # surrogates, which nothing else can, so that it is known by them.
    sent = request.META.get("QUERY_STRING", "").encode("latin-1")
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    try:
        parameters = parse_qsl(
            sent.decode("utf-8", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=most,
        )
    except ValueError as error:
        why = f"A query has at most {most:,} parameters."
        raise UnreadableQuery(why) from error
    problems = {
        name: "This is not UTF-8."
        for name, value in parameters
        if not is_utf8(name, value)
    }
    if problems:
        raise UnreadableQuery(problems)
    return parameters


def is_utf8(*texts: str) -> bool:
    """Whether texts were decoded from what was UTF-8."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True

"""From bytes to JSON values, strictly (RFC 8259)."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from errno import ETIMEDOUT

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from crm.errors import MalformedDocument, Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.encodings import HEADER, DecodesTooLong, decode_body
from crm.jsonapi.negotiation import check_content_type

LONGEST_NUMBER = 1000  # Digits. More would only keep the processor busy.
LONGEST_LENGTH = 19  # Digits. A body that is announced with more is too large anyway.


class TooLarge(Refusal):
    """The body is larger than what is read."""

    status = 413
    code = "too_large"
    title = "Body too large"
    source = None


class TooSlow(Refusal):
    """The body did not arrive in the time that it may take."""

    status = 408
    code = "timeout"
    title = "Request timeout"
    source = None


def read_body(request: HttpRequest, most: int | None = None) -> bytes:
    """Return the body of a request, unpacked if it came compressed.

    ``most`` is how many bytes it may have; no more than the general limit.

    Raises:
        TooLarge: if it is longer than the limit. Then it has not been read.
        TooSlow: if it did not arrive in time.
        UnsupportedEncoding: if it was encoded by anything but gzip.
        MalformedDocument: if the client went away before its end, or it is no gzip.
    """
    limit = settings.BODY_LIMIT if most is None else min(most, settings.BODY_LIMIT)
    try:
        return decode_body(sent_body(request), request.headers.get(HEADER, ""), limit)
    except (RequestDataTooBig, DecodesTooLong) as error:
        raise TooLarge(f"A body may have {limit:,} bytes at most.") from error


def sent_body(request: HttpRequest) -> bytes:
    """Return the body of a request as it was sent.

    Raises:
        TooSlow: if it did not arrive in time.
        MalformedDocument: if the client went away before its end.
    """
    try:
        body = request.body
    except UnreadablePostError as error:
        if error.errno == ETIMEDOUT:
            raise TooSlow("The body took too long to arrive.") from error
        raise MalformedDocument("The body ended too early.") from error
    if len(body) < content_length(request):
        raise MalformedDocument("The body ended too early.")
    return body


def content_length(request: HttpRequest) -> int:
    """Return the length that a body is announced with; 0 if that is no number."""
    written = request.META.get("CONTENT_LENGTH") or ""
    is_number = written.isascii() and written.isdigit()
    return int(written[:LONGEST_LENGTH]) if is_number else 0


def read_document(request: HttpRequest, extension: str = "") -> JSONObject:
    """Return the JSON object in the body of a request.

    ``extension`` is the one of JSON:API that the media type has to name.

    Raises:
        TooLarge: if the body is longer than the limit.
        UnsupportedMediaType: if it is not JSON by its media type.
        MalformedDocument: if it is empty, not JSON, or not an object.
    """
    body = read_body(request)
    if not body:
        raise MalformedDocument("The body is empty; send a JSON document.")
    check_content_type(request.META.get("CONTENT_TYPE", ""), extension)
    document = parse(body)
    if not isinstance(document, dict):
        raise MalformedDocument("The document must be a JSON object.")
    return document


def parse(body: bytes) -> JSON:
    r"""Return the value in ``body``, which may begin with a byte order mark.

    Fractions are exact. Text may hold lone surrogates, which a `\ud800` can write but
    nothing can store: field types refuse them where they stand.

    Raises:
        MalformedDocument: if it is not JSON in UTF-8, nests too deeply, or has a
            member or a number that cannot be taken as it is.
    """
    try:
        value: JSON = json.loads(
            body.decode("utf-8-sig"),
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise MalformedDocument(
            f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except UnicodeDecodeError as error:
        raise MalformedDocument("The body is not UTF-8.") from error
    except RecursionError as error:
        raise MalformedDocument("The document nests too deeply.") from error
    return value


def _object(pairs: list[tuple[str, JSON]]) -> JSONObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise MalformedDocument(f"The member {twice!r} is there twice.")
    return members


def _integer(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _decimal(digits: str) -> Decimal:
    _check_length(digits)
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise MalformedDocument("A number is too large or too small.") from error


def _constant(name: str) -> JSON:
    raise MalformedDocument(f"{name} is not JSON.")


def _check_length(digits: str) -> None:
    if len(digits) > LONGEST_NUMBER:
        raise MalformedDocument(f"A number has more than {LONGEST_NUMBER} digits.")

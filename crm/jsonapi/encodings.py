"""Content codings of requests: bodies that come compressed (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib

from crm.errors import MalformedDocument
from crm.jsonapi.negotiation import UnsupportedMediaType

HEADER = "Content-Encoding"
GZIP = frozenset({"gzip", "x-gzip"})
GZIP_WINDOW = 16 + zlib.MAX_WBITS
"""Tells zlib to read the format of gzip (RFC 1952)."""


class UnsupportedEncoding(UnsupportedMediaType):
    """The body is encoded in a way that is not read."""

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "gzip"}


class DecodesTooLong(Exception):
    """The body is longer than what may be read."""


def decode_body(body: bytes, codings: str, most: int) -> bytes:
    """Return a body without the codings that ``Content-Encoding`` names.

    Never makes more than one byte above ``most``, however much was packed into it.

    Raises:
        UnsupportedEncoding: if it was encoded by anything but gzip, or twice.
        DecodesTooLong: if it has more than ``most`` bytes.
        MalformedDocument: if it is not what the header says.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    applied = [name for name in names if name not in {"", "identity"}]
    is_plain = not applied or not body
    if not is_plain and (len(applied) > 1 or applied[0] not in GZIP):
        raise UnsupportedEncoding({HEADER: "Send gzip, or no encoding at all."})
    read = body if is_plain else unzip(body, most)
    if len(read) > most:
        raise DecodesTooLong
    return read


def unzip(body: bytes, most: int) -> bytes:
    """Return what one member of gzip holds, or its beginning if that is too long.

    Several behind each other, which the format allows, are sent by no client, and are
    a way to make much work of a short body.
    """
    reader = zlib.decompressobj(GZIP_WINDOW)
    try:
        read = reader.decompress(body, most + 1)
    except zlib.error as error:
        raise MalformedDocument("The body is not gzip.") from error
    if len(read) > most:
        return read
    if not reader.eof:
        raise MalformedDocument("The body ended too early.")
    if reader.unused_data:
        raise MalformedDocument("Something stands behind the end of the gzip.")
    return read

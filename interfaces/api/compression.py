"""Compresses large answers for clients that ask for it."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SMALLEST = 1400
"""Bytes. Less fits into one packet anyway."""


class CompressionMiddleware(GZipMiddleware):
    """Compresses answers, but not those with an entity tag.

    Compressing weakens the tag, and a weak one does not fit ``If-Match``. What has a
    tag is a single record, and small.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.has_header("ETag") or is_small(response):
            return response
        return super().process_response(request, response)


def is_small(response: HttpResponseBase) -> bool:
    """Whether compressing would not be worth it."""
    return isinstance(response, HttpResponse) and len(response.content) < SMALLEST

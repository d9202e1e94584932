"""Refuses host names that are not ours, in words that say what to set."""

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from interfaces.admin.pages import unknown_host

logger = logging.getLogger(__name__)


def check_host(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return middleware that lets through what asks for one of ALLOWED_HOSTS."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            host = request.META.get("HTTP_HOST", "")[:300]
            logger.warning("The host name %r is not one of ALLOWED_HOSTS.", host)
            return unknown_host(request)
        return get_response(request)

    return middleware

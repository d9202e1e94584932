"""The WSGI application."""

from __future__ import annotations

import gc
import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse

from config.request_bodies import Bodies
from config.seats import Seats
from interfaces.api.waiting import LEFT_SEAT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


SEATS = Seats(settings.THREADS)
BODIES = Bodies(longest=settings.BODY_LIMIT, seconds=settings.BODY_TIMEOUT)


def adapt(application: WSGIApplication) -> WSGIApplication:
    """Return the application as our server likes it best.

    The body is read before the request takes a seat, so that who sends slowly keeps
    nobody else from theirs. A view that waits for something to happen can leave it.
    And granian sends a list at once, where it would ask an iterator for one part at a
    time.
    """

    def adapted(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        is_read = BODIES.read(environ)
        begin = start_response if is_read else partial(begin_last, start_response)
        environ[LEFT_SEAT] = SEATS.left
        with SEATS.taken():
            response = application(environ, begin)
            if not isinstance(response, HttpResponse):
                return response
            body = [response.content]
            response.close()
            return body

    return adapted


def begin_last(
    start_response: StartResponse,
    status: str,
    headers: list[tuple[str, str]],
    *error: Any,
) -> Callable[[bytes], object]:
    """Begin the last answer on a connection, and tell the client that it is."""
    return start_response(status, [*headers, ("Connection", "close")], *error)


if not settings.HAS_SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set, or kept in DATA_DIR by manage.py start."
    )

application = adapt(get_wsgi_application())

# What is loaded now stays for good. The garbage collector need not look at it again.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()

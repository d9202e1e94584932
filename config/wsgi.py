"""The WSGI application."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def measure_chunked_bodies(application: WSGIApplication) -> WSGIApplication:
    """Return the application, made to see bodies that come without their length.

    Django reads no more than the length that was announced, which is nothing for a
    chunked body. One byte above the limit is enough for it to refuse the rest.
    """

    def measured(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = environ["wsgi.input"].read(settings.BODY_LIMIT + 1)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ["wsgi.input"] = BytesIO(body)
        return application(environ, start_response)

    return measured


application = measure_chunked_bodies(get_wsgi_application())

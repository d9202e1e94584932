"""Absolute addresses of this server, as those who call it know it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri
from rest_framework.request import Request


def absolute(request: HttpRequest | Request, address: str | None = None) -> str:
    """Return an address as an absolute one, or that of the request.

    It begins with PUBLIC_URL, or with the host that was asked if that is not set.
    """
    if not settings.PUBLIC_URL:
        return request.build_absolute_uri(address)
    return str(settings.PUBLIC_URL + iri_to_uri(address or request.get_full_path()))

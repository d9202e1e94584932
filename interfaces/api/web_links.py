"""Where an answer's header leads to: other pages, and what to use instead."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.response import Response

from crm.deprecations import DEPRECATIONS
from crm.jsonapi.web_links import link_field


def lead_from(request: HttpRequest, response: Response) -> None:
    """Say in ``Link`` where the pages beside a page are, and what will be gone when."""
    links = []
    document = getattr(response, "data", None)
    if isinstance(document, dict) and isinstance(document.get("data"), list):
        links.append(link_field(document.get("links") or {}))
    match = request.resolver_match
    deprecation = DEPRECATIONS.get(match.route) if match else None
    if deprecation:
        response["Deprecation"] = deprecation.since_field
        response["Sunset"] = deprecation.until_field
        links.append(deprecation.link)
    if any(links):
        response["Link"] = ", ".join(filter(None, links))

"""``/``: where people and programs begin."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from crm.absolute import absolute
from crm.jsonapi.documents import meta_document
from crm.jsonapi.errors import MethodNotAllowed, error_response
from crm.jsonapi.negotiation import accepts_pages, answer_media_type
from crm.jsonapi.rendering import dumps

METHODS = ("GET", "HEAD")


@csrf_exempt
def root(request: HttpRequest) -> HttpResponse:
    """Lead people to the admin, and programs to the API, whatever they accept."""
    if request.method not in METHODS:
        refusal = MethodNotAllowed(f'Method "{request.method}" not allowed.')
        response = error_response(request, refusal)
        response["Allow"] = ", ".join(METHODS)
        return response
    if accepts_pages(request):
        response = redirect("admin:index")
    else:
        content = dumps(begin(request))
        response = HttpResponse(content, content_type=answer_media_type(request))
    patch_vary_headers(response, ["Accept"])
    return response


def begin(request: HttpRequest) -> dict[str, object]:
    """Return the document that says where a program begins."""
    meta = {
        "name": "Kith",
        "version": settings.VERSION,
        "workspaces": absolute(request, "/v1/workspaces/") + "{slug}",
        "authorization": "api-key {key}",
    }
    links = {
        "self": absolute(request, "/"),
        "admin": absolute(request, reverse("admin:index")),
    }
    return meta_document(meta, links)

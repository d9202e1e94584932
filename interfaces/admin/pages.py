"""Answers for people who use a browser, where the API would answer with a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from unfold.widgets import BASE_INPUT_CLASSES

from crm.jsonapi import errors
from crm.jsonapi.negotiation import accepts_pages

ADMIN = "/admin/"
UNKNOWN_HOST = "This host name is not configured"

WORDS = {
    400: ("This did not work", "The address or the form is not one that Kith knows."),
    403: ("Not for you", "You may look at this, but not change it. An owner can."),
    404: ("Nothing here", "It does not exist, or you do not belong to its workspace."),
    503: ("Not now", "The database does not answer. Try again in a moment."),
    500: ("Something went wrong", "It is our fault, and it is in the server's log."),
}


def page_or_document(
    status: int, document: Callable[..., HttpResponse]
) -> Callable[..., HttpResponse]:
    """Return a handler of errors: a page in the admin, and elsewhere a document."""

    def handler(request: HttpRequest, exception: object = None) -> HttpResponse:
        if not request.path.startswith(ADMIN):
            return document(request, *filter(None, [exception]))
        return error_page(status, *WORDS[status])

    return handler


def error_page(status: int, title: str, text: str) -> HttpResponse:
    """Return a page that says what is wrong."""
    words = {"title": title, "text": text, "leads_on": title != UNKNOWN_HOST}
    return HttpResponse(render_to_string("kith/error.html", words), status=status)


def unknown_host(request: HttpRequest) -> HttpResponse:
    """Answer a request for a host name that is not one of ours."""
    if request.path.startswith(ADMIN) or accepts_pages(request):
        return error_page(400, UNKNOWN_HOST, "Whoever runs this server can add it.")
    return errors.error_response(request, errors.BadRequest(f"{UNKNOWN_HOST}."))


bad_request = page_or_document(400, errors.bad_request)
forbidden = page_or_document(403, errors.bad_request)
not_found = page_or_document(404, errors.not_found)
server_error = page_or_document(500, errors.server_error)


class OutageMiddleware:
    """Answers people when the database does not, as API views do for themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        refusal = errors.unavailable(exception)
        if request.path.startswith(ADMIN) or accepts_pages(request):
            return error_page(503, *WORDS[503])
        return errors.error_response(request, refusal)


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # At run time, too.
    """A password, twice, in the admin's look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = " ".join(BASE_INPUT_CLASSES)


class ChoosePassword(PasswordResetConfirmView):
    """Where the link of an invitation leads: a password, and then the admin."""

    form_class = PasswordForm
    template_name = "kith/choose_password.html"
    success_url = reverse_lazy("admin:index")
    post_reset_login = True
    title = "Choose a password"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows, in the look of the admin."""
        look = admin.site.each_context(self.request)
        return super().get_context_data(**look, **kwargs)

"""What ``DEBUG=1`` shows to people, and must not show to programs."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

from interfaces.admin import pages

DOCUMENTS: dict[int, Callable[[HttpRequest], HttpResponse]] = {
    400: lambda request: pages.bad_request(request, BadRequest()),
    403: lambda request: pages.forbidden(request, BadRequest()),
    404: lambda request: pages.not_found(request, Http404()),
    500: pages.server_error,
}


def answer_documents(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return middleware that keeps Django's technical pages in the admin.

    Elsewhere errors are what they are without DEBUG. The log says what broke.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not is_technical_page(response) or request.path.startswith(pages.ADMIN):
            return response
        return DOCUMENTS[response.status_code](request)

    return middleware


def is_technical_page(response: HttpResponse) -> bool:
    """Whether Django shows an error as it does only to developers."""
    is_page = response.get("Content-Type", "").startswith(("text/html", "text/plain"))
    return settings.DEBUG and response.status_code in DOCUMENTS and is_page

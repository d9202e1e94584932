"""Lets programs write addresses with a slash at the end, and answers as without it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PAGES = ("/admin/", "/static/")
"""Where addresses of pages and files begin, which are what they are."""


def drop_trailing_slash(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return middleware that takes one slash from the end of an address.

    There is no redirect, which would lose the body of a POST; links in the answer have
    no slash either, and a request that names itself is the same with and without it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if len(path) > 1 and path.endswith("/") and not path.startswith(PAGES):
            request.path_info = path.removesuffix("/")
            request.path = request.path.removesuffix("/")
        return get_response(request)

    return middleware

"""Two lanes: what people need on their way to a page, programs pass by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

PROGRAMS = ("/v1/", "/compat/")
"""Where the addresses begin that only programs use."""


def is_of_program(request: HttpRequest) -> bool:
    """Whether a request is for an address that only programs use."""
    return request.path_info.startswith(PROGRAMS)


class PagesMiddleware:
    """The middleware in PAGE_MIDDLEWARE, for the addresses of pages and files alone.

    Sessions, logins, messages and forged forms are what browsers have to do with. Keys
    need none of it, and to find that out took a tenth of the time of a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages: Callable[[HttpRequest], Any] = get_response
        self.viewed: list[Callable[..., HttpResponse | None]] = []
        """Those of its hooks that Django calls with the view that it has found."""
        for path in reversed(settings.PAGE_MIDDLEWARE):
            middleware = import_string(path)(self.pages)
            self.pages = convert_exception_to_response(middleware)
            if hasattr(middleware, "process_view"):
                self.viewed.insert(0, middleware.process_view)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response if is_of_program(request) else self.pages
        response: HttpResponse = answer(request)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Return what one of them answers in place of a view, if one does."""
        if is_of_program(request):
            return None
        answers = (hook(request, view, args, kwargs) for hook in self.viewed)
        return next((answer for answer in answers if answer is not None), None)

"""Things in the admin: a list of them, a page to look at each, and what can be done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from interfaces.admin.tenancy import TenantAdmin
from interfaces.admin.verbs import Fact, Verb, VerbPage


class ThingAdmin(TenantAdmin):
    """A list of things of workspaces, and a page to look at each.

    Things are changed on pages of their own, each of which performs one verb; here
    everything is read-only.
    """

    empty_title = "Nothing here yet"
    empty_text = ""
    """What to do about it."""

    add_label = "Add"
    page_template = "kith/thing.html"
    pages: ClassVar[dict[str, type[VerbPage]]] = {}
    """The pages that do something about a thing, by the last word of the address."""

    add_page: ClassVar[type[VerbPage] | None] = None
    actions = None
    list_per_page = 50
    list_filter_sheet = True

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a thing, and what can be done about it."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": found,
            "heading": self.called_on_its_page(found),
            "facts": self.facts(request, found),
            "verbs": [
                *self.verbs(request, found),
                Verb("History", self.address("history", found.pk), "history"),
            ],
            **self.panels(request, found),
        }
        return TemplateResponse(request, self.page_template, context)

    def called_on_its_page(self, thing: Any) -> str:
        """Return what people call a thing."""
        return str(thing)

    def facts(self, request: HttpRequest, thing: Any) -> list[Fact]:
        """Return what there is to know about a thing."""
        raise NotImplementedError

    def verbs(self, request: HttpRequest, thing: Any) -> list[Verb]:
        """Return what somebody may do about a thing."""
        return []

    def panels(self, request: HttpRequest, thing: Any) -> dict[str, Any]:
        """Return what the template shows besides."""
        return {}

    def address(self, page: str, *arguments: object) -> str:
        """Return the address of one of the pages about things of this kind."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(f"admin:{name}", args=arguments)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Give every page that does something an address below its thing."""
        return tuple(
            (
                f"<uuid:object_id>/{view.route or name}/",
                f"{self.opts.app_label}_{self.opts.model_name}_{name}",
                view.as_view(model_admin=self),
            )
            for name, view in self.pages.items()
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page that adds a thing."""
        if self.add_page is None:
            raise PermissionDenied
        response = self.add_page.as_view(model_admin=self)(request)
        assert isinstance(response, HttpResponse)
        return response

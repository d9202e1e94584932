"""Pages that do one thing: a form that performs one verb, and shows its refusals.

Decisions 37 and 40 in docs/decisions.md say why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Protocol

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView

from crm.errors import Refusal, Refused
from crm.models import Workspace
from crm.roles import Roles, roles_of
from interfaces.admin.forms import WorkspaceForm


class Verb(NamedTuple):
    """Something that can be done about a thing: what it is called, and where."""

    label: str
    link: str
    icon: str
    is_dangerous: bool = False


class Fact(NamedTuple):
    """Something there is to know about a thing."""

    label: str
    value: object


class Things(Protocol):
    """The admin of some things, as far as the page of a verb needs it."""

    opts: Options[Any]
    admin_site: AdminSite

    def thing(self, request: HttpRequest, object_id: str) -> Any:
        """Return the thing of an address, for somebody who may change it."""

    def address(self, page: str, *arguments: object) -> str:
        """Return the address of a page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may make one."""

    def log_addition(self, request: HttpRequest, obj: Model, message: str) -> Any:
        """Note that a thing was made."""

    def log_change(self, request: HttpRequest, obj: Model, message: str) -> Any:
        """Note what was done to a thing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Note that things were deleted."""


@dataclass(frozen=True)
class Secret:
    """Something that is shown once. No log that notes it shows more than its label."""

    label: str
    text: str = field(repr=False)


class VerbPage(FormView[forms.Form]):
    """A page that asks what is needed to perform a verb, and performs it.

    It is about a thing of the workspace that is named in the address, or, where that
    names none, makes one. Strangers do not find it, and who may only look is refused.
    """

    model_admin: Things = None  # type: ignore[assignment]  # as_view() sets it.
    form_class: type[forms.Form] = forms.Form
    template_name = "kith/verb.html"

    route: ClassVar[str] = ""
    """The end of its address, if that is not only its name."""

    title: ClassVar[str]
    text: ClassVar[str] = ""
    """What will happen, in a sentence or two."""

    button: ClassVar[str] = "Save"
    is_dangerous: ClassVar[bool] = False
    done: ClassVar[str] = ""
    """What is said when it is done."""

    @cached_property
    def roles(self) -> Roles:
        """What the person may do."""
        return roles_of(self.request)

    @cached_property
    def thing(self) -> Any:
        """What the page is about; None if it makes something."""
        if "object_id" not in self.kwargs:
            return None
        return self.model_admin.thing(self.request, self.kwargs["object_id"])

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer who may do this, and nobody else."""
        self.check_roles()
        return super().dispatch(request, *args, **kwargs)

    def check_roles(self) -> None:
        """Refuse who may not do this.

        Raises:
            Http404: if the thing cannot be seen.
            PermissionDenied: if it can only be looked at.
        """
        if self.thing is None and not self.model_admin.has_add_permission(self.request):
            raise PermissionDenied

    def perform(self, values: dict[str, Any]) -> Any:
        """Do it, with what was entered, and return what the page is about."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            thing = self.perform(form.cleaned_data)
        except (Refusal, Refused) as refusal:
            return self.refused(form, refusal)
        return self.answer(thing)

    def refused(self, form: forms.Form, refusal: Refusal | Refused) -> HttpResponse:
        """Show the form again, with why it was refused."""
        show_problems(form, refusal)
        return self.render_to_response(self.get_context_data(form=form))

    def answer(self, thing: Any) -> HttpResponse:
        """Note what was done, say so, and go on to the thing."""
        self.note(thing)
        messages.success(self.request, self.done)
        return HttpResponseRedirect(self.next_address(thing))

    def next_address(self, thing: Any) -> str:
        """Return the address of the page that comes next."""
        return self.model_admin.address("change", thing.pk)

    def leave(self, done: str) -> HttpResponse:
        """Say that the thing is gone, and go back to the list."""
        gone = [self.thing]  # Rows may be any iterable.
        self.model_admin.log_deletions(self.request, gone)
        messages.success(self.request, done)
        return HttpResponseRedirect(self.model_admin.address("changelist"))

    def note(self, thing: Any) -> None:
        """Note in the history who did this."""
        if self.thing is None:
            self.model_admin.log_addition(self.request, thing, self.done)
        else:
            self.model_admin.log_change(self.request, thing, self.done)

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if issubclass(self.get_form_class(), WorkspaceForm):
            given["workspaces"] = self.roles.run
        return given

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        back = (
            self.model_admin.address("changelist")
            if self.thing is None
            else self.model_admin.address("change", self.thing.pk)
        )
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "original": self.thing,
            "heading": self.title,
            "text": self.text,
            "button": self.button,
            "is_dangerous": self.is_dangerous,
            "back": back,
        }
        return super().get_context_data(**context, **kwargs)

    def show_once(self, thing: Any, **context: object) -> HttpResponse:
        """Answer with a secret. It is in this answer and nowhere else.

        Loading the page again leads to the thing, so that nothing is done twice.
        """
        self.note(thing)
        response = TemplateResponse(
            self.request,
            "kith/shown_once.html",
            {
                **self.model_admin.admin_site.each_context(self.request),
                "opts": self.model_admin.opts,
                "original": thing,
                "next": self.model_admin.address("change", thing.pk),
                **context,
            },
        )
        add_never_cache_headers(response)
        return response

    def workspace_of(self, values: dict[str, Any]) -> Workspace:
        """Return the workspace that was chosen for something new."""
        workspace = values["workspace"]
        assert isinstance(workspace, Workspace)
        return workspace


def show_problems(form: forms.Form, refused: Refusal | Refused) -> None:
    """Put what a verb refused beside the fields that it is about."""
    refusals = (
        [refusal for _, refusal in refused.refusals]
        if isinstance(refused, Refused)
        else [refused]
    )
    for refusal in refusals:
        for place, why in refusal.problems.items():
            steps = [step.removeprefix("x-") for step in place.split("/")]
            named = [step for step in steps if step in form.fields]
            form.add_error(named[-1] if named else None, why)

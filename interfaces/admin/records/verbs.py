"""Pages that do one thing about a record: undo a change, or let it come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from crm.authentication import Actor
from crm.errors import NotFound, Refusal, Refused
from crm.models import Scope
from crm.roles import roles_of
from interfaces.admin.forms import switch
from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.verbs import show_problems
from records.ids import decode_id
from records.writing.restores import restore_record
from records.writing.reversals import OnConflict, Restore
from records.writing.undo import Undo, undo_change


class LenientForm(forms.Form):
    """What to do where something stands in the way."""

    is_lenient = switch("Leave out what stands in the way")


class RecordVerb(BrowserPage):
    """A page that asks whether to do something about records, and does it.

    Members who may only look are refused.
    """

    template_name = "kith/verb.html"
    title: ClassVar[str]
    text: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[str]

    @property
    def trail(self) -> list[tuple[str, str]]:
        return []

    @property
    def editor(self) -> Actor:
        """The person who acts, as the store knows them."""
        return replace(self.actor, scopes=frozenset({Scope.ADMIN.value}))

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Answer owners and admins of the workspace."""
        if not roles_of(request).runs(self.workspace.id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def perform(self, on_conflict: OnConflict) -> None:
        """Do it."""
        raise NotImplementedError

    def back(self) -> str:
        """Return the address of the page that leads here."""
        raise NotImplementedError

    def next_address(self) -> str:
        """Return the address of the page that comes next."""
        return self.back()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why it was refused."""
        form = LenientForm(request.POST)
        form.is_valid()
        is_lenient = form.cleaned_data["is_lenient"]
        try:
            self.perform(OnConflict.DROP if is_lenient else OnConflict.REFUSE)
        except NotFound as refusal:
            raise Http404 from refusal
        except (Refusal, Refused) as refusal:
            show_problems(form, refusal)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, self.done)
        return HttpResponseRedirect(self.next_address())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"form": LenientForm(), **kwargs}
        return super().get_context_data(
            heading=self.title,
            text=self.text,
            button=self.button,
            back=self.back(),
            **shown,
        )


class UndoPage(RecordVerb):
    """Undoes a change of a record, with all that was written together with it."""

    title = "Undo this change?"
    text = (
        "All that was written together with it is undone, also in other records. It "
        "is a change of its own, which can be undone as well."
    )
    button = "Undo"
    done = "The change is undone."

    def perform(self, on_conflict: OnConflict) -> None:
        undo = Undo(self.kwargs["change"], on_conflict=on_conflict)
        undo_change(actor=self.editor, undo=undo)

    def back(self) -> str:
        return self.record_address(self.schema, self.kwargs["id"])

    def next_address(self) -> str:
        """Return the record's address, or that of the list if it is gone."""
        found = decode_id(self.schema.prefix, self.kwargs["id"])
        records = self.records.get([found] if found else [])
        return self.back() if records else self.list_address(self.schema)


class RestorePage(RecordVerb):
    """Lets a deleted record come back."""

    title = "Restore this record?"
    text = "It comes back with its values, its links and the rules of who may see it."
    button = "Restore"
    done = "The record is back."

    def perform(self, on_conflict: OnConflict) -> None:
        restore = Restore(
            self.schema.slug, id=self.kwargs["id"], on_conflict=on_conflict
        )
        restore_record(actor=self.editor, restore=restore)

    def back(self) -> str:
        place = [self.workspace.slug, self.schema.slug]
        return reverse("browser:deleted", args=place)

    def next_address(self) -> str:
        return self.record_address(self.schema, self.kwargs["id"])

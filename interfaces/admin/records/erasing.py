"""The page that erases a record for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.errors import Refusal, Refused
from interfaces.admin.forms import text_field
from interfaces.admin.records.verbs import RecordVerb
from interfaces.admin.verbs import show_problems
from records.erasing.erasures import NothingToErase, Wish, erase_record
from records.ids import decode_id

LEFT_TO_JOB = "There is much to erase. A job does it."


class EraseForm(forms.Form):
    """The id, typed so that nobody erases what they did not mean, and why."""

    typed = text_field("Type the id of the record")
    reason = text_field(
        "Reason",
        max_length=1000,
        required=False,
        help_text="It stays on the receipt. Do not name the person.",
    )

    def __init__(self, *args: Any, record_id: str, **kwargs: Any) -> None:
        """Take the id that must be typed."""
        super().__init__(*args, **kwargs)
        self.record_id = record_id
        self.fields["typed"].help_text = record_id
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        """Return what was typed, if it is the id."""
        typed = str(self.cleaned_data["typed"]).strip()
        if typed.lower() != self.record_id.lower():
            raise ValidationError(f"Type {self.record_id} to erase this record.")
        return typed


class ErasePage(RecordVerb):
    """Erases the record of the address with all that is known of it."""

    title = "Erase this record for good?"
    text = (
        "Its values, its history and all that went into it are erased, and nobody "
        "can bring them back. That it was erased is kept, with who did it and why."
    )
    button = "Erase for good"
    done = "The record is erased."

    def back(self) -> str:
        """Return the record's address, or that of the deleted ones if it is gone."""
        found = decode_id(self.schema.prefix, self.kwargs["id"])
        if self.records.get([found] if found else []):
            return self.record_address(self.schema, self.kwargs["id"])
        place = [self.workspace.slug, self.schema.slug]
        return reverse("browser:deleted", args=place)

    def form(self, *data: Any) -> EraseForm:
        """Return the form, with what was sent."""
        return EraseForm(*data, record_id=self.kwargs["id"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Erase the record and show the receipt, or say why it was refused."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        wish = Wish(self.schema.slug, self.kwargs["id"], form.cleaned_data["reason"])
        try:
            asked = erase_record(actor=self.editor, wish=wish)
        except NothingToErase as refusal:
            raise Http404 from refusal
        except (Refusal, Refused) as refusal:
            show_problems(form, refusal)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, self.done if asked.erasure.at else LEFT_TO_JOB)
        receipt = reverse("admin:crm_erasure_change", args=[asked.erasure.pk])
        return HttpResponseRedirect(receipt)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"form": self.form(), **kwargs}
        return super().get_context_data(is_dangerous=True, **shown)

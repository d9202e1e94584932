"""What the pages that change schemas have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from crm.authentication import Actor
from crm.errors import Refusal, Refused
from crm.models import Scope, Workspace
from interfaces.admin.acting import person_in
from interfaces.admin.verbs import VerbPage


class SchemaPage(VerbPage):
    """A page that changes what records look like."""

    template_name = "kith/schema_page.html"

    offenders: list[str] = []
    """The ids of records that stand in the way."""

    def actor(self, workspace: Workspace) -> Actor:
        """Return who changes the schemas of a workspace, for its journal."""
        return person_in(self.request, workspace, Scope.ADMIN)

    def refused(self, form: forms.Form, refusal: Refusal | Refused) -> HttpResponse:
        """Show, beside why it was refused, the records that stand in the way."""
        found = getattr(refusal, "meta", None) or {}
        self.offenders = [str(one) for one in found.get("matches", [])]
        return super().refused(form, refusal)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offenders = [
            (one, reverse("browser:record", args=[*self.type_in_address, one]))
            for one in self.offenders
        ]
        return super().get_context_data(offenders=offenders, **kwargs)

    @property
    def type_in_address(self) -> list[str]:
        """The slugs of the workspace and the object type that the page is about."""
        return [self.thing.workspace.slug, self.thing.slug] if self.thing else []

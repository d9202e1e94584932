"""What the pages of the record browser have in common.

Decision 39 in docs/decisions.md says why.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from crm.authentication import Actor
from crm.models import Scope, Workspace
from crm.roles import roles_of
from interfaces.admin.acting import person_in
from objects.catalog import Catalog, NoSuchObject
from objects.schema import Schema
from records.reading.reader import RecordReader


class BrowserPage(TemplateView):
    """A page about records of a workspace, for its members. Others do not find it.

    Records are read through the gate, as they are for a key without an agent.
    """

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of the address.

        Raises:
            Http404: if there is none that the person belongs to.
        """
        seen = roles_of(self.request).seen
        found = seen.filter(slug=self.kwargs["workspace"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def actor(self) -> Actor:
        """The person who looks, as the store knows them."""
        return person_in(self.request, self.workspace, Scope.READ)

    @cached_property
    def catalog(self) -> Catalog:
        """The schemas of the workspace."""
        return Catalog.of(self.workspace)

    @cached_property
    def schema(self) -> Schema:
        """The schema of the object type of the address.

        Raises:
            Http404: if there is none.
        """
        try:
            return self.catalog.schema(self.kwargs["object"])
        except NoSuchObject as refusal:
            raise Http404 from refusal

    @cached_property
    def records(self) -> RecordReader:
        """The records of the object type."""
        return RecordReader(self.actor, self.catalog, self.schema)

    @property
    def trail(self) -> list[tuple[str, str]]:
        """The pages above this one: titles and addresses."""
        raise NotImplementedError

    @property
    def trail_of_type(self) -> list[tuple[str, str]]:
        """The pages above one that lies below the list of a type."""
        plural = self.schema.object_type.plural
        return [
            (self.workspace.name, self.index_address()),
            (plural, self.list_address(self.schema)),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the page."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all pages show."""
        context = admin.site.each_context(self.request)
        return super().get_context_data(
            **context, trail=self.trail, workspace=self.workspace, **kwargs
        )

    def index_address(self) -> str:
        """Return the address of the workspace's records."""
        return reverse("browser:index", args=[self.workspace.slug])

    def list_address(self, schema: Schema) -> str:
        """Return the address of the records of a type."""
        return reverse("browser:list", args=[self.workspace.slug, schema.slug])

    def record_address(self, schema: Schema, record_id: str) -> str:
        """Return the address of a record."""
        place = [self.workspace.slug, schema.slug, record_id]
        return reverse("browser:record", args=place)

"""The records of a type that were deleted, the last first."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse

from crm.roles import roles_of
from interfaces.admin.records.browser import BrowserPage
from interfaces.admin.records.history import number_in
from interfaces.admin.records.names import Names
from interfaces.admin.records.values import title_of
from records.ids import encode_id
from records.journal.deleted import DeletedRecords
from records.journal.gone import GoneRecord

LENGTH = 50
"""How many records are shown at once."""


class Line(NamedTuple):
    """A record that was deleted."""

    title: str
    id: str
    by: str
    at: Any
    restore: str
    """Where it can be let back; empty if it cannot, or not by this person."""
    erase: str
    """Where it is erased for good; empty if that is not for this person."""


class DeletedPage(BrowserPage):
    """The page of the deleted records of a type."""

    template_name = "kith/deleted.html"

    @property
    def trail(self) -> list[tuple[str, str]]:
        return self.trail_of_type

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = number_in(self.request.GET.get("before", ""))
        gone = DeletedRecords(self.actor, self.catalog, self.schema)
        found = gone.before(before, LENGTH + 1)
        shown = found[:LENGTH]
        names = Names.of(self.workspace, actors=[one.deleted_by for one in shown])
        return super().get_context_data(
            heading=f"Deleted {self.schema.object_type.plural.lower()}",
            lines=[self.line(one, names) for one in shown],
            older=shown[-1].seq if len(found) > LENGTH else None,
            **kwargs,
        )

    def line(self, gone: GoneRecord, names: Names) -> Line:
        """Return what is shown of a record."""
        record_id = encode_id(self.schema.prefix, gone.id)
        place = [self.workspace.slug, self.schema.slug, record_id]
        runs = roles_of(self.request).runs(self.workspace.id)
        is_kept = gone.values is not None
        return Line(
            title_of(self.schema, gone.values or {}) or record_id,
            record_id,
            names.actor(gone.deleted_by),
            gone.deleted_at,
            reverse("browser:restore", args=place) if runs and is_kept else "",
            reverse("browser:erase", args=place) if runs else "",
        )

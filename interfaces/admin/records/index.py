"""The types of records of a workspace, and how many there are of each."""

from __future__ import annotations

from typing import Any

from interfaces.admin.records.browser import BrowserPage
from records.reading.gate import count_each


class IndexPage(BrowserPage):
    """The object types of a workspace."""

    template_name = "kith/record_index.html"

    @property
    def trail(self) -> list[tuple[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = count_each(self.actor)
        rows = [
            (schema, counts.get(schema.id, 0), self.list_address(schema))
            for schema in self.catalog.by_slug.values()
        ]
        heading = f"Records of {self.workspace.name}"
        return super().get_context_data(rows=rows, heading=heading, **kwargs)

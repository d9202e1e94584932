"""What linked records are called, wherever people read of links."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html

from crm.authentication import Actor
from interfaces.admin.records.values import Shown, title_of
from objects.catalog import Catalog
from records.ids import record_in
from records.journal.last_known import Known, read_last_known


def read_titles(actor: Actor, catalog: Catalog, ids: Iterable[str]) -> dict[str, Shown]:
    """Return what records are called, by their ids: a link to those that live.

    Of what nothing is known, the id is all there is.
    """
    records = {record: name for name in ids if (record := record_in(name))}
    found = read_last_known(actor, catalog, records)
    return {
        records[record]: show_title(actor.workspace.slug, records[record], known)
        for record, known in found.items()
    }


def show_title(workspace: str, record_id: str, known: Known) -> Shown:
    """Return the title of a record, which leads to it if it lives."""
    title = title_of(known.schema, known.values) or record_id
    if not known.is_alive:
        return f"{title} (deleted)"
    place = [workspace, known.schema.slug, record_id]
    address = reverse("browser:record", args=place)
    return format_html('<a class="kith-link" href="{}">{}</a>', address, title)

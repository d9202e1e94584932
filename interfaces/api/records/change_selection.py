"""What requests ask to be shown of changes: ``fields[change]``, ``include=record``."""

from __future__ import annotations

from functools import partial

from crm.jsonapi.fieldsets import read_fieldsets
from crm.jsonapi.queries import Query
from interfaces.api.records.fieldsets import fields_of
from objects.catalog import Catalog
from records.resources.changes import FIELDS, TYPE, ChangeSelection


def read_change_selection(query: Query, catalog: Catalog) -> ChangeSelection:
    """Return what ``fields`` and ``include`` ask for.

    Raises:
        Refusal: if a name in them does not exist.
    """
    of_records = partial(fields_of, catalog)
    fieldsets = read_fieldsets(
        query,
        [TYPE, *catalog.by_slug, "agent"],
        lambda type_: FIELDS if type_ == TYPE else of_records(type_),
    )
    return ChangeSelection(fieldsets, read_record_include(query))


def read_record_include(query: Query) -> bool | None:
    """Return whether records are to come along; None if nothing was said of it.

    Raises:
        Refusal: if anything else is to come.
    """
    written = query.plain("include")
    if written is None:
        return None
    if written not in {"", "record"}:
        raise query.place("include").refuse("Only the record can be included.")
    return written == "record"

"""The one way in for whoever reads records of a type: by ids, by values, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from crm.authentication import Actor
from crm.jsonapi.queries import Place
from crm.sql import TRUE, Sql
from objects.catalog import Catalog
from objects.models import Field
from objects.schema import Schema
from records.reading.filters.filters import Filters
from records.reading.gate import read_holders, read_records
from records.reading.listing import RecordListing
from records.reading.orders.orders import Ordering, ordering_of
from records.reading.rows import Fieldset, RecordRow


@dataclass(frozen=True)
class RecordReader:
    """The records of one type, as one caller may read them."""

    actor: Actor
    catalog: Catalog
    schema: Schema

    @cached_property
    def filters(self) -> Filters:
        """What makes the conditions of one request."""
        return Filters(self.actor, self.catalog, self.schema)

    def get(self, ids: Sequence[UUID], fields: Fieldset = None) -> list[RecordRow]:
        """Return the records among ``ids`` that the caller may see, in no order."""
        return read_records(self.actor, self.catalog, self.schema, ids, fields)

    def holding(self, field: Field, keys: Sequence[str]) -> list[RecordRow]:
        """Return the records that hold any of the keys of a unique field."""
        return read_holders(self.actor, self.catalog, self.schema, field, keys)

    def listing(
        self,
        place: Place,
        condition: Sql = TRUE,
        ordering: Ordering | None = None,
        fields: Fieldset = None,
    ) -> RecordListing:
        """Return the records that fulfil a condition, newest first unless ordered.

        ``place`` is where the request says what is hardest to find.
        """
        ordering = ordering or ordering_of(self.schema, None, place)
        return RecordListing(
            self.actor, self.catalog, self.schema, condition, ordering, place, fields
        )

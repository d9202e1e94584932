"""The columns of a record ``r`` that its portrait is made of."""

from __future__ import annotations

from uuid import UUID

import orjson

from crm.sql import Sql, concat, join
from objects.schema import Relationship
from records.duplicates.compared import Compared
from records.duplicates.portraits import Portrait, portrait_of

COMPANIES = """ARRAY(
    SELECT c.id FROM records_link link JOIN records_record c
      ON c.workspace_id = link.workspace_id AND c.id = link.{other}_id
    WHERE link.workspace_id = r.workspace_id AND link.field_id = %s
      AND link.{own}_id = r.id AND """


def portrait_columns(compared: Compared, counts: Sql) -> Sql:
    """Return the columns, with the companies ``c`` that count."""
    companies = [companies_by(side, counts) for side in compared.employers]
    return concat(
        "r.id, r.attributes::text, jsonb_build_array(", join(", ", companies), ")::text"
    )


def companies_by(side: Relationship, counts: Sql) -> Sql:
    """Return the column with the companies to which a relationship leads."""
    own, other = side.ends
    found = Sql(COMPANIES.format(own=own, other=other), (side.field_id,))
    return concat(found, counts, ")")


def read_portrait(
    compared: Compared, record_id: UUID, attributes: str, companies: str
) -> Portrait:
    """Return the portrait of a record from these columns."""
    found = zip(compared.employers, orjson.loads(companies), strict=True)
    employers = {UUID(one): side.slug for side, ids in found for one in ids}
    return portrait_of(compared, record_id, attributes, employers)

"""From records as they were to JSON:API resources.

Their relationships have data alone: what lies behind addresses is of today.
"""

from __future__ import annotations

from collections.abc import Mapping

from orjson import Fragment

from crm.json_types import JSON, JSONObject
from objects.schema import Schema
from records.ids import encode_id
from records.reading.rows import Fieldset, RecordRow
from records.resources.records import Resources, agent_linkage


def former_resource(
    schema: Schema,
    row: RecordRow,
    linkage: Mapping[str, JSON],
    address: str,
    fields: Fieldset,
) -> dict[str, object]:
    """Return the resource of a record as it was, which is found at an address.

    ``linkage`` has the data of all relationships to records that are shown.
    """
    agents = {
        slug: {"data": one and agent_linkage(one)}
        for slug, one in row.agents.items()
        if fields is None or slug in fields
    }
    meta: JSONObject = {"version": row.version}
    return {
        "type": schema.slug,
        "id": encode_id(schema.prefix, row.id),
        "attributes": Fragment(Resources(schema, "", fields).attributes(row)),
        "relationships": {slug: {"data": data} for slug, data in linkage.items()}
        | agents,
        "links": {"self": address},
        "meta": meta,
    }

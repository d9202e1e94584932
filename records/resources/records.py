"""From records to JSON:API resources, without parsing what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from orjson import Fragment

from crm.json_types import JSON
from crm.jsonapi.rendering import dumps
from objects.field_types.relation import Referred
from objects.schema import Schema
from records.ids import encode_id
from records.reading.rows import RecordRow

Linked = Mapping[str, JSON]
"""The ``data`` of relationships, by slug."""

ID, DATA = "\x00", "\x01{}\x01"
"""Stand for an id and for data in a template; no address and no JSON contains them."""


class Resources:
    """Makes the resources of one object type."""

    def __init__(
        self, schema: Schema, url: str, fields: frozenset[str] | None = None
    ) -> None:
        """Take the address of its records, and the fields that are shown or None."""
        self.schema = schema
        self.fields = fields
        self.url = url

    def resource(self, row: RecordRow, linkage: Linked) -> dict[str, object]:
        """Return the resource of a record.

        ``linkage`` has the data of the relationships that were followed. Those to an
        agent or to one record show it always.
        """
        record_id = encode_id(self.schema.prefix, row.id)
        agents = {n: v and agent_linkage(v) for n, v in row.agents.items()}
        data = {**agents, **row.partners, **linkage}
        return {
            "type": self.schema.slug,
            "id": record_id,
            "attributes": Fragment(self.attributes(row)),
            "relationships": Fragment(self.relationships(record_id, data)),
            "links": {"self": f"{self.url}/{record_id}"},
            "meta": {"version": row.version},
        }

    def attributes(self, row: RecordRow) -> str:
        """Return a record's attributes, with those that the system keeps, as JSON."""
        if self.fields is None:
            system = (
                f'"_created_at":"{row.created_at}","_updated_at":"{row.updated_at}",'
                f'"_created_by":"{row.created_by}","_updated_by":"{row.updated_by}"'
            )
        else:
            kept = {n: v for n, v in row.system.items() if n in self.fields}
            system = dumps(kept).decode()[1:-1]
        own = row.attributes[1:-1]
        return f"{{{system},{own}}}" if system and own else f"{{{system}{own}}}"

    def relationships(self, record_id: str, data: Linked) -> str:
        """Return the relationships of a record as JSON."""
        text = template(self.schema, self.url, self.fields, frozenset(data))
        text = text.replace(ID, record_id)
        for slug, linkage in data.items():
            written = "null" if linkage is None else dumps(linkage).decode()
            text = text.replace(DATA.format(slug), written)
        return text


@lru_cache(maxsize=1024)
def template(
    schema: Schema, url: str, fields: frozenset[str] | None, known: frozenset[str]
) -> str:
    """Return relationships as JSON, with marks for the id and the known data."""
    members = []
    for slug in (*schema.relationships, *schema.agents):
        if fields is not None and slug not in fields:
            continue
        data = f',"data":{DATA.format(slug)}' if slug in known else ""
        members.append(
            f'"{slug}":{{"links":{{"self":"{url}/{ID}/relationships/{slug}",'
            f'"related":"{url}/{ID}/{slug}"}}{data}}}'
        )
    return "{" + ",".join(members) + "}"


def agent_linkage(name: JSON) -> JSON:
    """Return the linkage of a relationship to an agent."""
    return None if name is None else dict(Referred.of(str(name))._asdict())

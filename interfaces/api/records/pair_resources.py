"""Pairs of records that are perhaps the same, as resources."""

from __future__ import annotations

from uuid import UUID

from crm.json_types import JSONObject
from objects.schema import Schema
from records.duplicates.told import Pair
from records.ids import decode_id, encode_id, identifier
from records.resources.addresses import Addresses

TYPE = "duplicate"
BETWEEN = "-"
"""Stands between the ids of the two records in that of their pair."""


def pair_resource(schema: Schema, addresses: Addresses, pair: Pair) -> JSONObject:
    """Return the resource of a pair, whose id is made of those of its records."""
    pair_id = BETWEEN.join(encode_id(schema.prefix, one) for one in (pair.a, pair.b))
    return {
        "type": TYPE,
        "id": pair_id,
        "attributes": {
            "score": pair.score,
            "reasons": list(pair.reasons),
            "state": pair.state,
        },
        "relationships": {
            "records": {
                "data": [
                    identifier(schema.slug, schema.prefix, one)
                    for one in (pair.a, pair.b)
                ]
            }
        },
        "links": {
            "self": addresses.below(f"objects/{schema.slug}/duplicates/{pair_id}")
        },
    }


def pair_named(schema: Schema, pair_id: str) -> tuple[UUID, UUID] | None:
    """Return the records of a pair in the order of their ids; None if it is none."""
    both = [decode_id(schema.prefix, one) for one in pair_id.split(BETWEEN)]
    ids = sorted(one for one in both if one is not None)
    return (ids[0], ids[1]) if len(both) == len({*ids}) == 2 else None

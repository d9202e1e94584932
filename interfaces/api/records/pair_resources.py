"""Pairs of records that are perhaps the same, as resources."""

from __future__ import annotations

from crm.json_types import JSONObject
from objects.schema import Schema
from records.duplicates.told import Pair, encode_pair
from records.ids import identifier
from records.resources.addresses import Addresses

TYPE = "duplicate"


def pair_resource(schema: Schema, addresses: Addresses, pair: Pair) -> JSONObject:
    """Return the resource of a pair."""
    pair_id = encode_pair(schema.prefix, pair)
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

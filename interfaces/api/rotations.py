"""Secrets that are shown once, and requests that say in ``meta`` how they change."""

from __future__ import annotations

from datetime import timedelta

import orjson

from crm.errors import MalformedDocument
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Reader, escape
from crm.jsonapi.rendering import dumps

OVERLAP_PLACE = "/meta/overlap_seconds"


def read_meta(document: JSONObject, *known: str) -> JSONObject:
    """Return what a document says in its meta, beside which it may say nothing.

    Raises:
        MalformedDocument: if it says something else.
    """
    reader = Reader()
    for name in document.keys() - {"meta", "jsonapi"}:
        reader.problems[f"/{escape(name)}"] = "Send nothing but meta."
    meta = reader.object(document.get("meta", {}), "/meta")
    for name in meta.keys() - set(known):
        reader.problems[f"/meta/{escape(name)}"] = f"Use {', '.join(known)}."
    reader.finish()
    return meta


def seconds(value: JSON) -> timedelta:
    """Return a time in whole seconds.

    Raises:
        MalformedDocument: if it is no whole number, or no time is that long.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedDocument({OVERLAP_PLACE: "This must be a whole number."})
    try:
        return timedelta(seconds=value)
    except OverflowError:
        return timedelta.max if value > 0 else timedelta.min


def without_secret(body: bytes) -> bytes:
    """Return an answer as it may be given again: with null for its secret."""
    document = orjson.loads(body)
    if "secret" in document["data"].get("attributes", {}):
        document["data"]["attributes"]["secret"] = None
    return dumps(document)

"""From documents that ask to make one record of several, or several again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm.errors import MalformedDocument, TooManyRows
from crm.json_types import JSONObject
from crm.jsonapi.conditions import Precondition
from crm.jsonapi.documents import read_linkage, read_resource
from crm.jsonapi.strict_documents import StrictReader
from interfaces.api.records.reversal_bodies import MODES
from objects.schema import Schema
from records.writing.merges import MOST_LOSERS, Loser, Merge, Sight
from records.writing.operations import Mode
from records.writing.reversals import OnConflict
from records.writing.unmerging import Unmerge


def read_merge(
    document: JSONObject, schema: Schema, survivor: str, precondition: Precondition
) -> tuple[Merge, Mode]:
    """Return which records a document asks to let go into that of the address.

    Raises:
        MalformedDocument: if it is not such a document.
        TooManyRows: if it names none, or more than can go at once.
    """
    reader = StrictReader()
    reader.unknown(document, "", "data", "meta", "jsonapi", "links")
    meta = reader.meta(document, "fields", "access", "mode")
    picks = read_picks(reader, meta)
    access = reader.chosen(meta, "access", *Sight)
    mode = reader.chosen(meta, "mode", *MODES)
    reader.finish()
    merge = Merge(
        schema.slug,
        id=survivor,
        losers=read_losers(document),
        picks=picks,
        access=access,
        precondition=precondition,
    )
    return merge, mode


def read_picks(reader: StrictReader, meta: JSONObject) -> Mapping[str, str]:
    """Return what a document says of how the values of each field come together."""
    fields = reader.object(meta.get("fields", {}), "/meta/fields")
    return {
        name: reader.text(fields, name, "/meta/fields")
        for name in fields
        if not name.startswith("@")
    }


def read_losers(document: JSONObject) -> tuple[Loser, ...]:
    """Return the records that a document names in an array of identifiers.

    Raises:
        MalformedDocument: if it has none, or another kind of name than an id.
        TooManyRows: if there are too many, or none.
    """
    linkage = read_linkage(document)
    reader = StrictReader()
    named = linkage if isinstance(linkage, tuple) else ()
    if named is not linkage:
        reader.problems["/data"] = "Send an array of identifiers."
    for index, one in enumerate(named):
        if one.id is None:
            reader.problems[f"/data/{index}"] = "Name it by its id."
    reader.finish()
    check_number(named, "/data")
    return tuple(
        Loser(str(one.id), f"/data/{index}/id", one.type)
        for index, one in enumerate(named)
    )


def check_number(named: Sequence[object], at: str) -> None:
    """Refuse to merge no records, or too many at once.

    Raises:
        TooManyRows: if it is so.
    """
    if not 1 <= len(named) <= MOST_LOSERS:
        why = f"Name 1 to {MOST_LOSERS} records, not {len(named)}."
        raise TooManyRows({at: why})


def read_unmerge(
    document: JSONObject, schema: Schema, survivor: str
) -> tuple[Unmerge, Mode]:
    """Return which records a document asks to take out of that of the address.

    Raises:
        MalformedDocument: if it is not such a document.
        TooManyRows: if it names none, or more than can come back at once.
    """
    reader = StrictReader()
    reader.unknown(document, "", "data", "meta", "jsonapi", "links")
    meta = reader.meta(document, "on_conflict", "mode")
    on_conflict = reader.chosen(meta, "on_conflict", *OnConflict)
    mode = reader.chosen(meta, "mode", *MODES)
    reader.finish()
    losers = read_losers(document)
    return Unmerge(schema.slug, survivor, losers, on_conflict), mode


def read_sources(
    document: JSONObject, schema: Schema, survivor: str, precondition: Precondition
) -> Merge:
    """Return what a document in the words of Clarify's clients asks to merge.

    Raises:
        MalformedDocument: if it is not such a document.
        TooManyRows: if it names none, or more than can go at once.
    """
    resource = read_resource(document)
    sources = (resource.attributes or {}).get("sources")
    if not isinstance(sources, list) or not all(isinstance(s, str) for s in sources):
        why = "Send the ids of the records in an array."
        raise MalformedDocument({"/data/attributes/sources": why})
    check_number(sources, "/data/attributes/sources")
    return Merge(
        schema.slug,
        at="/data",
        type=resource.type,
        id=survivor,
        losers=tuple(
            Loser(str(one), f"/attributes/sources/{index}")
            for index, one in enumerate(sources)
        ),
        precondition=precondition,
    )

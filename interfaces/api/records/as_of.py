"""``?as_of=``: records as they were at a time, or behind a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from rest_framework.response import Response

from crm.absolute import absolute
from crm.authentication import Actor
from crm.json_types import JSONObject
from crm.jsonapi.cursors import decode_cursor, encode_cursor
from crm.jsonapi.documents import data_document
from crm.jsonapi.pagination import linker
from crm.jsonapi.queries import Query
from crm.moments import read_moment
from interfaces.api.pages import read_size_of_walk
from interfaces.api.records.fieldsets import read_record_fieldsets
from interfaces.api.records.former_resources import former_resource
from interfaces.api.records.view import ObjectViewSet
from objects.catalog import Catalog
from records.journal.as_of import Past
from records.journal.cursors import TimeExpired, find_former_place, oldest
from records.journal.former_records import FormerRecord
from records.journal.heads import Head, find_head
from records.journal.instants import end_of_batch, last_noted_for_good
from records.writing.operations import NoSuchRecord

AS_OF = "as_of"
NOT_THEN = ("sort", "sortOrder", "filter", "include")
"""What cannot be asked of former records: there is no index of what they were."""


class Then(NamedTuple):
    """A place in the journal, and the records of a type as they were there."""

    past: Past
    change: str
    """The id of the last change by then."""


def asks_for_past(query: Query) -> bool:
    """Whether a request is for records as they were."""
    return bool(query.family(AS_OF))


def answer_former_record(view: ObjectViewSet, id: str) -> Response:
    """Return the answer with a record as it was.

    It has no entity tag: no condition can be about what was.
    """
    then = read_then(view)
    former = then.past.get(view.decode(id))
    check_kept(view, then)
    if former is None:
        raise NoSuchRecord()
    document = data_document(resources(view, then, [former])[0])
    document["links"] = {"self": absolute(view.request)}
    document["meta"] = {AS_OF: then.change}
    return Response(document)


def answer_former_records(view: ObjectViewSet) -> Response:
    """Return the answer with a page of all records of a type that there were."""
    then = read_then(view)
    size = read_size_of_walk(view.parameters, view.workspace.default_page_size)
    after = read_after(view.parameters, then)
    found = then.past.page(after, size + 1)
    check_kept(view, then)
    document = data_document(resources(view, then, found[:size]))
    document["links"] = links(view, then, found[:size], has_more=len(found) > size)
    document["meta"] = {AS_OF: then.change}
    return Response(document)


def read_then(view: ObjectViewSet) -> Then:
    """Return the time that a request is about, and its records.

    Raises:
        Refusal: if it asks for what cannot be asked of the past, or there is no such
            time, or what was there then is not known.
    """
    refuse_questions(view.parameters)
    head = find_head(view.actor)
    catalog = Catalog.of(view.workspace.with_schemas(head.schema_version))
    schema = catalog.schema(view.kwargs["object"])
    fields = read_record_fieldsets(view.parameters, catalog).get(schema.slug)
    seq = read_place(view.parameters, view.actor, head)
    past = Past(view.actor, catalog, schema, seq, fields)
    return Then(past, head.ids.of(seq))


def refuse_questions(query: Query) -> None:
    """Refuse what cannot be asked of former records.

    Raises:
        Refusal: if it was.
    """
    for family in NOT_THEN:
        for parameter in query.family(family):
            why = f"It does not work with {AS_OF}: read all records of then."
            raise query.place_of(parameter).refuse(why)


def read_place(query: Query, actor: Actor, head: Head) -> int:
    """Return the number of the last entry by the time, or of the batch of the change.

    Raises:
        Refusal: if it is neither, or not yet, or what was then is not known any more.
    """
    written, place = query.plain(AS_OF), query.place(AS_OF)
    moment = read_moment(written)
    if moment is None:
        seq = find_former_place(head, written or "", AS_OF)
        if seq is None:
            raise place.refuse("Give a time with its zone, or the id of a change.")
        if seq < head.first_seq - 1:
            raise expired(head)
        return end_of_batch(actor.workspace.id, head, seq)
    if moment > timezone.now():
        raise place.refuse("This time has not come yet.")
    seq = last_noted_for_good(actor, head, moment)
    if seq < head.first_seq > 1:
        raise expired(head)
    return seq


def check_kept(view: ObjectViewSet, then: Then) -> None:
    """Refuse what was read, if the journal was trimmed behind its time meanwhile.

    Raises:
        TimeExpired: if it was.
    """
    if view.workspace.history_days is not None:
        head = find_head(view.actor)
        if then.past.seq < head.first_seq - 1:
            raise expired(head)


def expired(head: Head) -> TimeExpired:
    """Return the refusal of a time before all that is kept."""
    why = "What was changed since then is not all kept."
    return TimeExpired({AS_OF: why}, meta={"oldest": oldest(head)})


def read_after(query: Query, then: Then) -> UUID | None:
    """Return the id behind which a page begins; None for the first.

    Raises:
        Refusal: if the cursor is none of these records.
    """
    written = query.single("page", "after")
    if written is None:
        return None
    position = decode_cursor(context(then), written)
    if position is None:
        raise query.place("page", "after").refuse("This is no cursor of these records.")
    return UUID(position[0])


def context(then: Then) -> str:
    """Return what a cursor is good for: one type of one workspace at one time."""
    past = then.past
    return f"{past.actor.workspace.id}/{past.schema.id}/{past.seq}"


def links(
    view: ObjectViewSet, then: Then, shown: Sequence[FormerRecord], *, has_more: bool
) -> JSONObject:
    """Return the links of a page. The time in them is final: it stays one snapshot."""
    request = view.request._request
    cursor = encode_cursor(context(then), [str(shown[-1].row.id)]) if has_more else None
    step = {"page[size]": len(shown), "page[after]": cursor}
    return {
        "self": absolute(request),
        "prev": None,
        "next": linker(request)(step) if has_more else None,
    }


def resources(
    view: ObjectViewSet, then: Then, found: Sequence[FormerRecord]
) -> list[dict[str, object]]:
    """Return the resources of former records, whose addresses say of when they are."""
    schema, fields = then.past.schema, then.past.fields
    return [
        former_resource(
            schema,
            *former,
            f"{view.addresses.record(schema, former.row.id)}?{AS_OF}={then.change}",
            fields,
        )
        for former in found
    ]

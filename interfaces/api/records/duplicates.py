"""``/records/{id}/duplicates`` and ``/objects/{object}/duplicates``: what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.errors import InvalidValue, MalformedDocument, ReadOnly
from crm.jsonapi.documents import (
    IdMismatch,
    ResourceObject,
    TypeMismatch,
    data_document,
    escape,
    read_resource,
)
from crm.jsonapi.queries import Query
from crm.models import Scope
from interfaces.api.jobs.answers import job_answer
from interfaces.api.pages import answer_page
from interfaces.api.records.pair_resources import TYPE, pair_resource
from interfaces.api.records.view import ObjectViewSet
from records.duplicates.judging import judge_pair, read_pair
from records.duplicates.live import LiveDuplicates
from records.duplicates.pairs import KeptPairs
from records.duplicates.scanning import begin_scan
from records.duplicates.told import Pair, decode_pair
from records.models import Duplicate

STATES = Duplicate.State.values


class PairViewSet(ObjectViewSet):
    """A view of pairs of records of the object type in the address."""

    @cached_property
    def live(self) -> LiveDuplicates:
        """What finds duplicates among the records that the caller may see."""
        return LiveDuplicates(self.actor, self.catalog, self.record_schema)

    def compose_pairs(self, pairs: Sequence[Pair]) -> dict[str, object]:
        """Return the document with pairs."""
        make = (self.record_schema, self.addresses)
        return data_document([pair_resource(*make, pair) for pair in pairs])

    def answer_pair(self, pair: Pair) -> Response:
        """Return the answer with one pair."""
        resource = pair_resource(self.record_schema, self.addresses, pair)
        return Response(data_document(resource, links=resource["links"]))


class DuplicatesOfOneViewSet(PairViewSet):
    """The duplicates of the record in the address, as they are now."""

    def list(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the pairs of the record with others, the surest first."""
        self.parameters.only()
        document = self.compose_pairs(self.live.of(self.decode(id)))
        document["links"] = {"self": absolute(request)}
        return Response(document)


class DuplicateViewSet(PairViewSet):
    """The pairs of a type that a scan found or somebody judged, and each as it is now.

    An id here is that of a pair, which leads on to nothing.
    """

    def list(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the pairs that are kept, the surest first."""
        self.parameters.only("page", "filter")
        kept = KeptPairs(self.actor, self.record_schema, read_state(self.parameters))
        return answer_page(self, self.parameters, kept, self.compose_pairs)

    def retrieve(self, request: Request, pair: str, **kwargs: str) -> Response:
        """Answer a pair as it is now, whether it is kept or not."""
        self.parameters.only()
        ids = decode_pair(self.record_schema.prefix, pair)
        return self.answer_pair(read_pair(self.live, ids))

    def partial_update(self, request: Request, pair: str, **kwargs: str) -> Response:
        """Answer 200 with a pair that is dismissed, or open again."""
        self.parameters.only()
        state = read_judgement(read_resource(self.document, is_change=True), pair)
        ids = decode_pair(self.record_schema.prefix, pair)
        return self.answer_pair(judge_pair(self.live, ids, state))


class ScanViewSet(ObjectViewSet):
    """What begins to look for duplicates among all records of a type."""

    scopes = {"POST": Scope.ADMIN}

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer 202 with the job that looks for them.

        Raises:
            MalformedDocument: if it is asked for anything else.
        """
        self.parameters.only()
        if self.document_if_any:
            raise MalformedDocument({"": "A scan takes nothing. Send no document."})
        job = begin_scan(self.actor, self.record_schema)
        return job_answer(job, self.workspace, self.addresses)


def read_state(query: Query) -> str | None:
    """Return the state that ``filter[state]`` asks for, or None for all.

    Raises:
        Refusal: if it is none, or anything else is asked of them.
    """
    for parameter in query.family("filter"):
        if parameter.steps != ("state",):
            raise query.place_of(parameter).unknown("Only filter by state.")
    written = query.single("filter", "state")
    if written is not None and written not in STATES:
        raise query.place("filter", "state").refuse(f"Use {' or '.join(STATES)}.")
    return written


def read_judgement(resource: ResourceObject, pair: str) -> Duplicate.State:
    """Return the state that a resource gives the pair of the address.

    Raises:
        Refusal: if it is another resource, or gives it anything else.
    """
    if resource.type != TYPE:
        raise TypeMismatch({"/data/type": f"The type here is {TYPE}."})
    if resource.id != pair:
        raise IdMismatch({"/data/id": "Send the id of the address."})
    attributes = resource.attributes or {}
    given = [
        f"/data/attributes/{escape(name)}" for name in attributes if name != "state"
    ]
    given += [f"/data/relationships/{escape(name)}" for name in resource.relationships]
    if given:
        raise ReadOnly(dict.fromkeys(given, "Only the state of a pair can be set."))
    state = attributes.get("state")
    if not isinstance(state, str) or state not in STATES:
        why = f"Use {' or '.join(STATES)}."
        raise InvalidValue({"/data/attributes/state": why})
    return Duplicate.State(state)

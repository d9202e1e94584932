"""``/objects/{object}/records/query``: a list that is asked for in a body.

So does the method QUERY, there and at the list itself.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from crm.errors import MalformedDocument
from crm.json_types import JSON
from crm.jsonapi.documents import escape
from crm.jsonapi.queries import Place, Query
from crm.models import Scope
from interfaces.api.pages import LIST_PARAMETERS
from interfaces.api.records.view import ObjectViewSet


class RecordQueryViewSet(ObjectViewSet):
    """The records of the object type in the address, as a body asks for them."""

    scopes = {"POST": Scope.READ, "QUERY": Scope.READ}

    def create(self, request: Request, **kwargs: str) -> Response:
        """Answer a page of the records that a query document describes."""
        return answer_query(self)


def answer_query(view: ObjectViewSet) -> Response:
    """Return the answer with a page of the records that the body describes.

    Raises:
        Refusal: if it asks for what cannot be.
    """
    view.parameters.only()
    document = dict(view.document)
    filter_: JSON = document.pop("filter", {})
    unknown = [name for name in document if name not in LIST_PARAMETERS]
    if unknown:
        valid = ", ".join(LIST_PARAMETERS)
        raise MalformedDocument(
            {f"/{escape(name)}": f"Use {valid}." for name in unknown}
        )
    at = Place("/filter", is_parameter=False)
    condition = view.records.filters.of_document(filter_, at)
    query = Query.of_document(document)
    place = at if filter_ else None
    return view.answer_list(query, view.records, condition, place)

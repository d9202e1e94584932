"""The base of every view of the API, and the one place where tenancy is decided."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.absolute import absolute
from crm.authentication import Actor
from crm.changes import change_headers
from crm.errors import NotFound, Refusal
from crm.json_types import JSONObject
from crm.jsonapi.errors import Crashed, error_response, unavailable
from crm.jsonapi.negotiation import JSONAPI, PLAIN, JSONAPINegotiation
from crm.jsonapi.parsing import read_body, read_document
from crm.jsonapi.queries import Query
from crm.jsonapi.rendering import JSONAPIRenderer, PlainRenderer
from crm.models import Scope, Workspace
from crm.refused_requests import code_of, note_refusal
from interfaces.api.callers import CallerViewSet
from interfaces.api.idempotency import (
    Claim,
    Replay,
    claim_request,
    names_itself,
    store_answer,
)
from interfaces.api.silence import SILENT, is_silent, without_silence
from interfaces.api.web_links import lead_from
from records.resources.addresses import OBJECTS_FIRST, Addresses

LONGEST_ADDRESS = 16_000
"""Characters of a path and its query."""

ACCEPT_QUERY = f"{JSONAPI}, {PLAIN}"
"""What a body may be that asks (RFC 10008)."""


class MissingScope(Refusal):
    """The key is good, but not for this."""

    status = 403
    code = "missing_scope"
    title = "Missing scope"
    source = None


class NoSuchWorkspace(NotFound):
    """The workspace in the address is not the key's, or does not exist."""

    source = None


class AddressTooLong(Refusal):
    """An address asks for more than what proxies let through."""

    status = 414
    code = "uri_too_long"
    title = "Address too long"
    source = None


class WorkspaceViewSet(CallerViewSet):
    """A view of one workspace, for a key of that workspace.

    Another workspace is not found, as if it did not exist.
    """

    permission_classes = []
    throttle_classes = []
    parser_classes = []
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    content_negotiation_class = JSONAPINegotiation
    metadata_class = None
    format_kwarg = None

    extension: ClassVar[str] = ""
    """The extension of JSON:API that documents have to follow; none in general."""

    is_named = False
    """Whether the request names itself and changes something."""

    claim: Claim | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace of the key, which is also the one in the address."""
        return self.actor.workspace

    @cached_property
    def document(self) -> JSONObject:
        """The JSON object in the body."""
        return read_document(self.request._request, self.extension)

    @property
    def document_if_any(self) -> JSONObject:
        """The JSON object in the body, or an empty one if nothing was sent."""
        return self.document if read_body(self.request._request) else {}

    @cached_property
    def parameters(self) -> Query:
        """The query parameters of the request."""
        return without_silence(self.asked) if self.is_write else self.asked

    @cached_property
    def asked(self) -> Query:
        """The query parameters of the request, also what a write says of silence."""
        return Query.of(self.request._request)

    @cached_property
    def addresses(self) -> Addresses:
        """Where the things of the workspace are, in the shape that was asked for."""
        path = f"/v1/workspaces/{self.workspace.slug}"
        shape = self.kwargs.get("shape", OBJECTS_FIRST)
        return Addresses(absolute(self.request, path), shape)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request, and note it for its key if it is refused."""
        try:
            response = self.answer(request, *args, **kwargs)
        except Exception:
            self.note(request, Crashed.status, Crashed.code)
            raise
        if response.status_code >= 400:
            self.note(request, response.status_code, code_of(response))
        return response

    def answer(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request; one that names itself is answered and stored at once."""
        self.is_named = self.is_write and names_itself(request)
        if not self.is_named:
            return self.respond(request, *args, **kwargs)
        try:
            with transaction.atomic():
                response = self.respond(request, *args, **kwargs)
                store_answer(self.claim, response, self.kept_body)
        except OperationalError as error:
            return error_response(request, unavailable(error))
        return response

    def note(self, request: HttpRequest, status: int, code: str) -> None:
        """Note for the key, if there is a good one, that the request was refused."""
        actor = getattr(getattr(self, "request", None), "_auth", None)
        note_refusal(actor, request, status, code, self.allowance)

    def admit(self) -> None:
        super().admit()
        if self.kwargs.get("workspace") != self.workspace.slug:
            raise NoSuchWorkspace("There is no such workspace.")
        if length_of_address(self.request._request) > LONGEST_ADDRESS:
            raise AddressTooLong(
                f"Addresses have {LONGEST_ADDRESS:,} characters at most. What asks for "
                "more of records can be sent in a body, to .../records/query."
            )
        needed = self.scopes.get(str(self.request.method), Scope.WRITE)
        if not self.actor.may(needed):
            raise MissingScope(f"The key lacks the {needed} scope.")
        if self.is_write and is_silent(self.asked):
            self.request.auth = replace(self.actor, cause={SILENT: True})
        if self.is_named:
            self.claim = claim_request(self.actor, self.request._request)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer what can be done here, in the ``Allow`` header."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Replay):
            return exc.response()  # type: ignore[return-value]  # DRF takes any.
        return super().handle_exception(exc)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                response[name] = value
        self.name_change(response)
        if "query" in self.action_map:
            response["Accept-Query"] = ACCEPT_QUERY
        lead_from(self.request._request, response)
        return response

    def name_change(self, response: Response) -> None:
        """Say which change the request made, if it made one.

        It can be undone by its id, and the journal be read on from its cursor.
        """
        actor = getattr(self.request, "_auth", None)
        changes = actor.changes if isinstance(actor, Actor) else []
        headers = change_headers(changes, response.status_code)
        for name, value in headers.items():
            response[name] = value
        document = getattr(response, "data", None)
        if headers and isinstance(document, dict):
            *_, change = changes
            meta = {"change": change.id, "cursor": change.cursor}
            document["meta"] = {**document.get("meta", {}), **meta}

    def name_profile(self, response: Response, profile: str) -> None:
        """Say in the media type which profile was applied, if the type can say it."""
        if self.request.accepted_renderer.media_type == JSONAPI:
            response.content_type = f'{JSONAPI}; profile="{profile}"'

    def kept_body(self, response: HttpResponse) -> bytes:
        """Return the content to be given again if the request is."""
        return response.content


def length_of_address(request: HttpRequest) -> int:
    """Return how many characters the path and the query of a request have."""
    return len(request.path) + len(request.META.get("QUERY_STRING", ""))

"""What every front door does with a request, before and after its own words for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from crm.authentication import Actor, NotAuthenticated, find_actor
from crm.changes import change_headers
from crm.errors import MalformedDocument, NotAllowed, Refusal
from crm.json_types import JSON, JSONObject
from crm.jsonapi.errors import (
    Crashed,
    MethodNotAllowed,
    Nothing,
    as_refusals,
    printable,
)
from crm.jsonapi.negotiation import PLAIN, UnsupportedMediaType, read_media_type
from crm.jsonapi.parsing import parse, read_body
from crm.jsonapi.rendering import dumps
from crm.models import Scope
from crm.refused_requests import note_refusal
from crm.request_ids import request_id
from crm.throttling import Allowance, count_request
from interfaces.compat.parameters import Parameters

logger = logging.getLogger(__name__)

READS = ("GET", "HEAD")
CRASHED = "Something broke. The id is in our logs."
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Problem(NamedTuple):
    """One thing that is wrong, and where in the client's own words."""

    refusal: Refusal
    place: str
    """A JSON Pointer into the body, the name of a parameter or header, or nothing."""
    sentence: str

    def said_of(self, place: str) -> str:
        """Return the sentence with a place, as the client spells it, before it."""
        return f"{place}: {self.sentence}" if place else self.sentence


@method_decorator(csrf_exempt, name="dispatch")
class Door(View):
    """A view of one of the other APIs. Each API has a subclass that knows its dialect.

    Everything that is answered below its address is answered in its dialect: unknown
    paths, wrong methods and crashes too. A view that has no method leads nowhere.
    """

    name: ClassVar[str]
    budgets: ClassVar[Mapping[str, int]] = {}
    """How many ``reads`` and ``writes``, or ``requests`` of both kinds, each key has a
    minute; nothing for the general limit."""
    scheme: ClassVar[str]
    """What a 401 says that the client should send."""
    statuses: ClassVar[Mapping[type[Refusal], int]] = {}
    """Statuses that differ from those of the JSON:API."""

    actor: Actor
    allowance: Allowance | None = None

    def read_secret(self, request: HttpRequest) -> str:
        """Return the key that a request came with.

        Raises:
            NotAuthenticated: if there is none.
        """
        raise NotImplementedError

    def error(self, status: int, problems: Sequence[Problem]) -> JSONObject:
        """Return the document that says what is wrong."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a request, whatever happens."""
        try:
            response = self.respond(request, **kwargs)
        except Exception as exc:
            response = self.refuse_somehow(exc)
        if self.allowance is not None:
            for name, value in self.rate_headers(self.allowance).items():
                response[name] = value
        return response

    def respond(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Return the answer of the method that the request names."""
        secret = self.read_secret(request)
        self.actor = find_actor(secret, request_id(request), self.name)
        method = str(request.method)
        self.count(method)
        handler = self.handlers().get(method)
        if handler is None:
            raise MethodNotAllowed(f"Use {', '.join(self.handlers())}.")
        needed = Scope.READ if method in READS else Scope.WRITE
        if not self.actor.may(needed):
            raise NotAllowed(f"The key lacks the {needed} scope.")
        if method not in READS:
            Parameters(request)  # Nothing that writes has any.
        response: HttpResponse = handler(request, **kwargs)
        for name, value in change_headers(
            self.actor.changes, response.status_code
        ).items():
            response[name] = value
        return response

    def handlers(self) -> dict[str, Any]:
        """Return what answers each method that is allowed."""
        found = {m: getattr(self, m.lower(), None) for m in METHODS}
        allowed = {method: handler for method, handler in found.items() if handler}
        return allowed or dict.fromkeys(METHODS, nothing)

    def count(self, method: str) -> None:
        """Count a request against the budget of its key.

        Raises:
            RateLimited: if there is nothing left of it.
        """
        if not settings.RATE_LIMIT:
            return
        kind = "reads" if method in READS else "writes"
        kind = kind if kind in self.budgets else "requests"
        limit = self.budgets.get(kind, settings.RATE_LIMIT)
        name = f"{self.name}:{kind}:{self.actor.key_id}"
        self.allowance = count_request(name, limit)
        self.allowance.check()

    def rate_headers(self, allowance: Allowance) -> dict[str, str]:
        """Return the headers of the budget. The reset is a time, in whole seconds."""
        return allowance.headers | {"X-RateLimit-Reset": str(int(allowance.resets_at))}

    def refuse_somehow(self, exc: Exception) -> HttpResponse:
        """Return the answer to what was raised, in this dialect come what may."""
        try:
            return self.refuse(exc)
        except Exception as fault:
            logger.error("A front door crashed over an error.", exc_info=fault)
            problem = Problem(Crashed(CRASHED), "", CRASHED)
            return self.answer(self.error(500, [problem]), 500)

    def refuse(self, exc: Exception) -> HttpResponse:
        """Return the answer to what was raised, be it a refusal or a crash."""
        refusals = as_refusals(exc)
        if refusals is None:
            logger.error("A front door crashed.", exc_info=exc)
            refusals = [("", Crashed(CRASHED))]
        problems = [p for at, refusal in refusals for p in self.problems(at, refusal)]
        statuses = {self.status_of(problem.refusal) for problem in problems}
        status = statuses.pop() if len(statuses) == 1 else max(statuses)
        actor = getattr(self, "actor", None)
        code = refusals[0][1].code
        note_refusal(actor, self.request, status, code, self.allowance)
        response = self.answer(self.error(status, problems), status)
        for _, refusal in refusals:
            for name, value in refusal.headers.items():
                response[name] = value
        if status == 401:
            response["WWW-Authenticate"] = self.scheme
        if status == 405:
            response["Allow"] = ", ".join(self.handlers())
        return response

    def problems(self, at: str, refusal: Refusal) -> Iterator[Problem]:
        """Return what a refusal says, with places in the client's words."""
        for place, sentence in refusal.problems.items():
            where = place if refusal.source else ""
            if refusal.source == "pointer":
                where = self.place(at + place)
            yield Problem(refusal, printable(where), printable(sentence))

    def place(self, pointer: str) -> str:
        """Return in the client's words where in the body something is."""
        return pointer

    def status_of(self, refusal: Refusal) -> int:
        """Return the status of a refusal in this dialect."""
        for kind in type(refusal).__mro__:
            if kind in self.statuses:
                return self.statuses[kind]
        return refusal.status

    def answer(self, document: object, status: int = 200) -> HttpResponse:
        """Return an answer with a document."""
        return HttpResponse(dumps(document), status=status, content_type=PLAIN)

    def read_object(self, request: HttpRequest) -> JSONObject:
        """Return the JSON object in the body.

        Raises:
            Refusal: if there is none, or not as JSON.
        """
        body = read_body(request)
        self.check_content_type(request.META.get("CONTENT_TYPE", ""))
        value: JSON = parse(body)
        if not isinstance(value, dict):
            raise MalformedDocument("Send a JSON object.")
        return value

    def check_content_type(self, header: str) -> None:
        """Refuse a body that is not JSON by its media type.

        Raises:
            UnsupportedMediaType: if it is not.
        """
        if read_media_type(header).name != PLAIN:
            raise UnsupportedMediaType({"Content-Type": f"Send {PLAIN}."})


def bearer(request: HttpRequest) -> str:
    """Return the key in an ``Authorization: Bearer KEY`` header.

    Raises:
        NotAuthenticated: if there is none.
    """
    scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAuthenticated("Send your key as `Authorization: Bearer YOUR_KEY`.")
    return str(secret.strip())


def nothing(*args: object, **kwargs: object) -> HttpResponse:
    """Answer for a path that leads nowhere.

    Raises:
        Nothing: always.
    """
    raise Nothing("Nothing is here.")

"""Who calls a view: recalled or found, counted, and settled before they are answered.

Decision 97 in docs/decisions.md says why.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.http.response import HttpResponseBase
from django.views import View
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from crm.authentication import (
    Actor,
    ApiKeyAuthentication,
    RecalledAuthentication,
)
from crm.known_keys import KeyChanged
from crm.models import Scope
from crm.throttling import Allowance, count_request


class CallerViewSet(ViewSet):
    """A view for whoever has a key; for reads they are recalled, if they can be."""

    http_method_names = [*View.http_method_names, "query"]

    scopes: ClassVar[dict[str, Scope]] = dict.fromkeys(SAFE_METHODS, Scope.READ)
    """The scope that a method needs; the others need to write."""

    allowance: Allowance | None = None

    @property
    def actor(self) -> Actor:
        """The caller: a key, with its workspace, agent and scopes."""
        actor = self.request.auth
        assert isinstance(actor, Actor)
        return actor

    @property
    def is_write(self) -> bool:
        """Whether the method is one that changes something."""
        return self.scopes.get(str(self.request.method)) != Scope.READ

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return what finds the caller; for a read they are recalled if they can be."""
        return [ApiKeyAuthentication() if self.is_write else RecalledAuthentication()]

    @property
    def allowed_methods(self) -> list[str]:
        """What can be done here, without asking for each method that there is."""
        return [
            name.upper()
            for name in self.http_method_names
            if name in self.action_map or name == "options"
        ]

    def respond(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request, whatever happens."""
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(self.request, *args, **kwargs)
            response = self.perform()
        except Exception as exc:
            response = self.handle_exception(exc)
        return self.finalize_response(self.request, response, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find who is asking, before anything else."""
        self.perform_authentication(request)

    def perform(self) -> Response:
        """Return what the method answers, or raise why not, to who is asking now.

        What was made for somebody who has changed since is forgotten.
        """
        while True:
            try:
                return self.perform_settled()
            except KeyChanged:
                self.begin_anew()

    def perform_settled(self) -> Response:
        """Return what the method answers to the caller, in doubt until it is done.

        Raises:
            KeyChanged: instead of anything else, if the caller is not who they were.
        """
        try:
            self.count()
            return self.perform_method()
        finally:
            self.actor.settle()

    def begin_anew(self) -> None:
        """Forget what was made of the caller, and find who it is."""
        for name in [*vars(self)]:
            if isinstance(getattr(type(self), name, None), cached_property):
                delattr(self, name)
        allowance, self.allowance = self.allowance, None
        self.request.auth = None
        _, self.request.auth = ApiKeyAuthentication().authenticate(self.request)
        self.allowance = allowance

    def perform_method(self) -> Response:
        """Return what the method answers, if the request may go on to it."""
        self.admit()
        name = str(self.request.method).lower()
        known = name in self.http_method_names
        method = getattr(self, name, None) if known else None
        response: Response = (method or self.http_method_not_allowed)(
            self.request, *self.args, **self.kwargs
        )
        return response

    def admit(self) -> None:
        """Decide whether the request may go on, before it reaches its method."""
        super().initial(self.request, *self.args, **self.kwargs)

    def count(self) -> None:
        """Count the request, once, against the limit of this workspace and view."""
        if not settings.RATE_LIMIT:
            return
        if self.allowance is None:
            name = f"{self.actor.workspace.id}:{type(self).__name__}:{self.action}"
            self.allowance = count_request(name, settings.RATE_LIMIT)
        self.allowance.check()

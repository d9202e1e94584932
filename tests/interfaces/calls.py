"""Calls of addresses, as tables have them: what each needs, and what it may cost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import quote

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from crm.models import Scope
from interfaces.compat.door import Door
from tests.api_client import SAFE, Answer

PLACE = re.compile(r"\{(\w+)\}")
VCARD = "text/vcard"


class Address(NamedTuple):
    """A method, and a route as `config.urls` spells it."""

    method: str
    route: str


@dataclass(frozen=True)
class Call:
    """One good call of an address, where ``{ada}`` stands for the id of her record."""

    method: str
    path: str
    most: int
    """How many statements it makes at most, BEGIN and COMMIT among them."""

    body: object = None
    """A document, or the text of cards."""

    status: int = 200
    scope: Scope = Scope.READ
    """The scope that the address asks for."""

    takes: tuple[str, ...] = ()
    """The families of parameters that are valid here."""

    stranger: int = 404
    """The status for the same call with the key of another workspace."""

    by: Scope | None = None
    """The scope of the key that makes the call, if it must have more than `scope`."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> Address:
        """The address that is called."""
        return Address(self.method, resolve(self.path.partition("?")[0]).route)

    def asking(self, parameter: str) -> Call:
        """Return the same call with one more parameter."""
        mark = "&" if "?" in self.path else "?"
        return replace(self, path=f"{self.path}{mark}{parameter}")

    def made(
        self, ids: Mapping[str, str], secret: str | None, **headers: str
    ) -> Answer:
        """Call the address, with a key or without, and return the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        response = Client(raise_request_exception=False).generic(
            self.method,
            quote(filled(self.path, ids), safe=SAFE),
            b"" if self.body is None else filled(text, ids).encode(),
            content_type="" if self.body is None else media_type(self),
            headers=named | ({} if secret is None else header(self.path, secret)),
        )
        return Answer(response.status_code, dict(response.headers), response.content)


def filled(text: str, ids: Mapping[str, str]) -> str:
    """Return text with ids in their places; what has none stays as it is."""
    return PLACE.sub(lambda found: ids.get(found[1], found[0]), text)


def media_type(call: Call) -> str:
    """Return the media type of a body."""
    return VCARD if isinstance(call.body, str) else "application/json"


def header(path: str, secret: str) -> dict[str, str]:
    """Return the header in which an address expects its key."""
    if path.startswith("/compat/inkbox"):
        return {"X-API-Key": secret}
    scheme = "Bearer" if path.startswith("/compat") else "api-key"
    return {"Authorization": f"{scheme} {secret}"}


def addresses() -> set[Address]:
    """Return every address below `config.urls`."""
    return {
        Address(method, route)
        for route, view in routes(get_resolver().url_patterns)
        for method in methods_of(view)
    }


def routes(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, object]]:
    """Return each route with its view."""
    for pattern in patterns:
        own = str(pattern.pattern)
        route = before + (own.removeprefix("^") if before else own)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from routes(pattern.url_patterns, route)


def methods_of(view: object) -> set[str]:
    """Return the methods that a view answers, HEAD left out: it is a GET."""
    actions = getattr(view, "actions", None)
    if actions is not None:
        return {method.upper() for method in actions} - {"HEAD"}
    door = getattr(view, "view_class", None)
    if door is not None and issubclass(door, Door):
        return {*door().handlers()} - {"HEAD"}
    return {"GET"}

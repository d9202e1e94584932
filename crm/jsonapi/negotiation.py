"""Media types: what a client may send and what it gets back (JSON:API 1.1, section 5).

The same document is served as JSON:API's media type or as plain JSON, because clients
of the APIs that this one stands in for read only the latter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from crm.errors import Refusal

JSONAPI = "application/vnd.api+json"
PLAIN = "application/json"
ATOMIC = "https://jsonapi.org/ext/atomic"

# Items are separated by commas and parameters by semicolons, but not inside quotes.
ITEM = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*(?:"|\\?$))+', re.DOTALL)
PART = re.compile(r'(?:[^;"]|"(?:\\.|[^"\\])*(?:"|\\?$))+', re.DOTALL)


class NotAcceptable(Refusal):
    """No media type that the client accepts can be served."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"
    source = "header"


class UnsupportedMediaType(Refusal):
    """The body has a media type that cannot be read."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"
    source = "header"


class MediaType(NamedTuple):
    """A media type or range, and its parameters."""

    name: str
    parameters: dict[str, str]

    @property
    def quality(self) -> float:
        """The weight from 0 (refused) to 1 that ``q`` gives it."""
        try:
            return min(max(float(self.parameters.get("q", "1")), 0.0), 1.0)
        except ValueError:
            return 0.0

    def uris(self, parameter: str) -> list[str]:
        """Return the URIs in ``ext`` or ``profile``, which spaces separate."""
        return self.parameters.get(parameter, "").split()


def read_media_type(text: str) -> MediaType:
    """Return the media type in an item of a header."""
    name, *parts = [part.strip() for part in PART.findall(text)] or [""]
    pairs = (part.partition("=") for part in parts if part)
    return MediaType(
        name.lower(),
        {key.strip().lower(): unquote(value.strip()) for key, _, value in pairs},
    )


def unquote(value: str) -> str:
    """Return the text of a quoted string, or a token as it is."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def read_accept(header: str) -> list[MediaType]:
    """Return the media ranges of an ``Accept`` header."""
    return [read_media_type(item) for item in ITEM.findall(header) if item.strip()]


def is_understood(media: MediaType, extension: str = "") -> bool:
    """Whether an instance of JSON:API's media type asks for nothing that we lack.

    Only ``ext`` and ``profile`` are allowed beside the weight. No other extension is
    supported than the one of the address, and a profile that is not known is simply
    not applied.
    """
    is_known = set(media.uris("ext")) <= {extension}
    return is_known and media.parameters.keys() <= {"ext", "profile", "q"}


def choose_media_type(accept: str, content_type: str, extension: str = "") -> str:
    """Return the media type of the answer, where there may be one extension.

    Raises:
        NotAcceptable: if the client accepts neither of ours, or names JSON:API's only
            with parameters that must not be there.
    """
    ranges = read_accept(accept)
    own = [media for media in ranges if media.name == JSONAPI]
    if own and not any(is_understood(media, extension) for media in own):
        others = f"no extension but {extension}" if extension else "no extension"
        why = f"{JSONAPI} takes no parameter but profile here, and {others}."
        raise NotAcceptable({"Accept": why})
    default = PLAIN if read_media_type(content_type).name == PLAIN else JSONAPI
    usable = [m for m in ranges if m.name != JSONAPI or is_understood(m, extension)]
    if not usable:
        return default
    other = JSONAPI if default == PLAIN else PLAIN
    best = max((default, other), key=lambda name: weight(name, usable))
    if not any(weight(best, usable)):
        raise NotAcceptable({"Accept": f"Accept {JSONAPI} or {PLAIN}."})
    return best


def prefers(accept: str, media_type: str) -> bool:
    """Whether a client asks for a media type by name, at least as much as for ours."""
    ranges = read_accept(accept)
    wanted, _ = weight(media_type, [m for m in ranges if m.name == media_type])
    return wanted > 0 and wanted >= max(weight(n, ranges)[0] for n in (JSONAPI, PLAIN))


def names_profile(accept: str, profile: str) -> bool:
    """Whether a client asks for a profile. Its URI may be spelled in several ways."""
    wanted = bare_uri(profile)
    return any(
        bare_uri(uri) == wanted
        for media in read_accept(accept)
        if media.name == JSONAPI
        for uri in media.uris("profile")
    )


def bare_uri(uri: str) -> str:
    """Return a URI without its scheme and a slash at its end."""
    return uri.partition("://")[2].rstrip("/")


def weight(name: str, ranges: Sequence[MediaType]) -> tuple[float, bool]:
    """Return how much ``name`` is wanted, and whether it is wanted by its full name.

    The most specific range that fits decides (RFC 9110, section 12.5.1).
    """
    for pattern in (name, "application/*", "*/*"):
        fitting = [media.quality for media in ranges if media.name == pattern]
        if fitting:
            return max(fitting), pattern == name and max(fitting) > 0
    return 0.0, False


def check_content_type(header: str, extension: str = "") -> None:
    """Refuse a body of a media type that cannot be read.

    Raises:
        UnsupportedMediaType: if it is neither of ours, or JSON:API's with a parameter
            that must not be there, or without the extension of the address.
    """
    media = read_media_type(header or "none")
    is_fitting = is_understood(media, extension) and "q" not in media.parameters
    is_whole = not extension or extension in media.uris("ext")
    if media.name == JSONAPI and is_fitting and is_whole:
        return
    charset = media.parameters.get("charset", "utf-8").lower()
    if media.name == PLAIN and charset in {"utf-8", "utf8"}:
        return
    own = (
        f'{JSONAPI};ext="{extension}"' if extension else f"{JSONAPI} without parameters"
    )
    raise UnsupportedMediaType({"Content-Type": f"Send {own}, or {PLAIN}."})


def answer_media_type(request: HttpRequest) -> str:
    """Return the media type for an answer, even if none is acceptable."""
    accept = request.META.get("HTTP_ACCEPT", "")
    try:
        return choose_media_type(accept, request.META.get("CONTENT_TYPE", ""))
    except NotAcceptable:
        return JSONAPI


def accepts_pages(request: HttpRequest) -> bool:
    """Whether somebody looks at the answer in a browser."""
    return "text/html" in request.headers.get("Accept", "")


class JSONAPINegotiation(BaseContentNegotiation):
    """Picks the renderer. Bodies are read by `crm.jsonapi.parsing`, not by DRF."""

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        return None

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        chosen = choose_media_type(
            request.META.get("HTTP_ACCEPT", ""),
            request.META.get("CONTENT_TYPE", ""),
            getattr(request.parser_context["view"], "extension", ""),
        )
        return next((r, chosen) for r in renderers if r.media_type == chosen)

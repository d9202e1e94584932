"""From documents to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

from crm.json_types import JSON
from crm.jsonapi.negotiation import JSONAPI, PLAIN


def dumps(value: object) -> bytes:
    """Return JSON. Decimals keep their digits; stored JSON is spliced in as it is."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_NON_STR_KEYS)


def canonical(value: JSON) -> bytes:
    """Return JSON that is the same for equal values, and only for those."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_SORT_KEYS)


def indented(value: JSON) -> str:
    """Return JSON as people read it. Decimals keep their digits."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_INDENT_2).decode()


def _encode(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{type(value)} is not JSON")


class JSONAPIRenderer(BaseRenderer):
    """Renders documents under JSON:API's media type."""

    media_type = JSONAPI
    format = "jsonapi"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,  # As DRF declares it.
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else dumps(data)


class PlainRenderer(JSONAPIRenderer):
    """Renders the same documents as plain JSON."""

    media_type = PLAIN
    format = "json"

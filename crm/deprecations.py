"""What of the API will be switched off: since when that is known, and when.

Nothing of ``/v1`` is today. docs/api.md promises a year between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.utils.http import http_date


class Deprecation(NamedTuple):
    """An address whose days are numbered, and where is written what to use instead."""

    since: datetime
    until: datetime
    documentation: str
    """An absolute URL."""

    @property
    def since_field(self) -> str:
        """The value of ``Deprecation`` (RFC 9745)."""
        return f"@{int(self.since.timestamp())}"

    @property
    def until_field(self) -> str:
        """The value of ``Sunset`` (RFC 8594)."""
        return http_date(self.until.timestamp())

    @property
    def link(self) -> str:
        """The link to what is written about it."""
        return f'<{self.documentation}>; rel="deprecation"; type="text/html"'


DEPRECATIONS: Mapping[str, Deprecation] = {}
"""By the route of the address, as `interfaces.api.urls` writes it."""

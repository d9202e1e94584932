"""Attributes as they are stored: JSON that a read returns as it is."""

from __future__ import annotations

import json
from decimal import Decimal

from crm.json_types import JSON, JSONObject

BITS = 2**63


def load(text: str) -> JSONObject:
    """Return stored JSON as values. Numbers are exact."""
    value: JSONObject = json.loads(text, parse_float=Decimal, parse_int=_integer)
    return value


def _integer(digits: str) -> JSON:
    number = int(digits)
    return number if -BITS <= number < BITS else Decimal(number)


def is_stored(value: JSON) -> bool:
    """Whether a value is kept: a field without a value has no member at all."""
    return value is not None and value != {"items": []}

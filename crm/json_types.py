"""The types of JSON values, for signatures."""

from decimal import Decimal
from typing import TypeAlias

JSON: TypeAlias = (
    "dict[str, JSON] | list[JSON] | str | int | float | Decimal | bool | None"
)
JSONObject: TypeAlias = dict[str, JSON]

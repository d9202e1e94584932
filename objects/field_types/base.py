"""What every field type can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from crm.errors import InvalidValue as InvalidValue
from crm.errors import Refusal
from crm.json_types import JSON, JSONObject
from crm.regions import NOWHERE, Region


class ValueKind(StrEnum):
    """What values of a type are like to those who compare them."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    SELECT = "select"
    CHECKBOX = "checkbox"
    LOCATION = "location"
    SHAPED = "shaped"
    COLLECTION = "collection"
    JSON = "json"
    AGENT = "agent"
    RELATIONSHIP = "relationship"


class Options(Protocol):
    """What a field type may know of a field."""

    @property
    def options(self) -> JSONObject:
        """What the field was set up with, such as the options of a select."""
        ...

    @property
    def region(self) -> Region:
        """Where the workspace of the field is at home."""
        ...


class WrongShape(Refusal):
    """Several values were not sent as a collection."""

    status = 422
    code = "wrong_shape"
    title = "Wrong shape"


class FieldType:
    """How one kind of value is cleaned, compared, sorted and described.

    Everything that varies from type to type varies here, so resist another method.
    A field type holds no state: what differs between two fields of the same type is in
    their ``options``. It never meets null, which clears a field of any type.
    """

    name: str
    kind: ValueKind
    can_be: frozenset[str] = frozenset({"indexed"})
    """Which of unique, indexed and searchable a field of this type can be."""

    def clean(self, value: JSON, options: Options) -> JSON:
        """Return ``value`` as it will be stored and read.

        Raises:
            InvalidValue: if it is not of this type.
            WrongShape: if several values were not sent as a collection.
        """
        raise NotImplementedError

    def unique_keys(self, value: JSON) -> Sequence[str]:
        """Return the keys that only one record may hold, when the field is unique."""
        return [self.sort_key(value, NO_OPTIONS)]

    def sort_key(self, value: JSON, options: Options) -> str:
        """Return text that sorts, byte by byte, as the values do."""
        raise NotImplementedError

    def describe(self, options: Options) -> JSONObject:
        """Return the JSON Schema of the values, as they are sent and read."""
        raise NotImplementedError


class _NoOptions:
    options: JSONObject = {}
    region = NOWHERE


NO_OPTIONS: Options = _NoOptions()


def texts(value: JSON) -> list[str]:
    """Return all text inside a value, which is what search looks through."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return []

"""What of a record is compared, in the one form of each value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from uuid import UUID

import orjson

from crm.json_types import JSON, JSONObject
from objects.folding import fold, fold_accents
from objects.models import Field
from records.duplicates.compared import Compared
from records.duplicates.names import Name
from records.duplicates.spellings import mailbox, profile, registrable


@dataclass(frozen=True)
class Value:
    """A value that two records can share."""

    field: str
    """The slug of its field."""
    written: str
    """In lower case."""


Values = Mapping[str, Value]
"""Values by their one form, in the order of fields and items."""


@dataclass(frozen=True)
class Portrait:
    """What of a record is compared."""

    id: UUID
    name: Name | None
    emails: Values
    phones: Values
    profiles: Values
    domains: Values
    organisations: Values
    employers: Mapping[UUID, str] = field(default_factory=dict)
    """The relationships that lead to the companies which count, by their ids."""

    @property
    def values(self) -> tuple[Values, ...]:
        """The values that can be shared, but for names of companies."""
        return (self.emails, self.phones, self.profiles, self.domains)

    @cached_property
    def fingerprint(self) -> str:
        """A digest of its values: another one if any of them is another one."""
        parts = [
            sorted(self.name.words) if self.name else [],
            *(sorted(values) for values in self.values),
            sorted(self.organisations),
        ]
        return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def portrait_of(
    compared: Compared,
    record_id: UUID,
    attributes: str,
    employers: Mapping[UUID, str],
) -> Portrait:
    """Return the portrait of a record with these attributes, as they are stored."""
    stored: JSONObject = orjson.loads(attributes)
    name = stored.get(compared.name.member) if compared.name else None
    return Portrait(
        record_id,
        Name.of(fold(name)) if isinstance(name, str) and name.strip() else None,
        values_of(stored, compared.emails, mailbox),
        values_of(stored, compared.phones, str),
        values_of(stored, compared.profiles, profile),
        values_of(stored, compared.domains, registrable),
        values_of(stored, compared.organisations, normal_text),
        employers,
    )


def normal_text(text: str) -> str:
    """Return text in lower case without accents and needless blanks."""
    return " ".join(fold_accents(text).split())


def values_of(
    stored: JSONObject, fields: Sequence[Field], normal: Callable[[str], str]
) -> Values:
    """Return the values of some fields by the form that a function makes of each."""
    found: dict[str, Value] = {}
    for one in fields:
        for text in texts_in(stored.get(one.member)):
            written = fold(text)
            found.setdefault(normal(written), Value(one.slug, written))
    found.pop("", None)
    return found


def texts_in(value: JSON) -> Iterator[str]:
    """Yield the texts of a value: itself, or its items."""
    items = value.get("items") if isinstance(value, dict) else [value]
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            yield item

"""A field while it is edited: what is declared of it, noted of it and begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from crm.errors import InProgress
from crm.json_types import JSON, JSONObject
from objects.declarations.declarations import FieldDeclaration, InvalidDeclaration
from objects.models import Field
from records.ids import encode_id
from records.journal.heads import count_alive
from records.schema_changes.changes import SchemaChange
from records.schema_changes.offenders import naming

KEPT_FLAGS = ("unique", "indexed", "searchable")
"""Flags for which something is kept of each record, so that records must be filled."""

REACHED_FLAGS = (*KEPT_FLAGS, "required")
"""Those that a field may be on its way to: all records are looked at before."""

AGENT_AS_OWNER = ("agent", "owner")
WIDER = frozenset({AGENT_AS_OWNER, ("text", "multiline_text")})
"""Types whose values are some of another type as they are stored, each with that."""


class Unfinished(InProgress):
    """The field is on its way to something else."""


@dataclass(frozen=True)
class Begun:
    """What edits begin. It is reached when all records are through."""

    flags: frozenset[str] = frozenset()
    """What the field will be then."""
    work: frozenset[str] = frozenset()
    """What records are filled with."""
    replace: Mapping[str, str | None] = field(default_factory=dict)
    """What becomes of the labels of options on records; null for those that go."""
    purge: frozenset[str] = frozenset()
    """Flags that it has no more, and for which too much is kept to go at once."""

    def __bool__(self) -> bool:
        return bool(self.flags or self.work or self.replace or self.purge)

    def __or__(self, other: Begun) -> Begun:
        return Begun(
            self.flags | other.flags,
            self.work | other.work,
            {**self.replace, **other.replace},
            self.purge | other.purge,
        )


class EditedField:
    """A field, what is declared of it, and what its edits note and begin."""

    def __init__(
        self, change: SchemaChange, field: Field, declared: FieldDeclaration
    ) -> None:
        self.change = change
        self.field = field
        self.declared = declared
        self.before: JSONObject = {}
        self.after: JSONObject = {}
        self.begun = Begun()

    @property
    def type(self) -> str:
        """The type that the field will have."""
        return self.declared.type or self.field.type

    @property
    def is_wider(self) -> bool:
        """Whether that type takes all values of the present one as they are."""
        return (self.field.type, self.type) in WIDER

    @property
    def options(self) -> list[JSONObject]:
        """What can be chosen from the field, as it is by now."""
        return list(self.field.options.get("options", []))

    @property
    def is_about_backfill(self) -> bool:
        """Whether the edits began to fill records, or ask to go on with it."""
        if self.begun:
            return True
        wanted = self.declared.flags.keys() & set(self.field.backfill.get("flags", ()))
        is_more = self.declared.options is not None or self.declared.type is not None
        return bool(self.field.backfill) and (is_more or bool(wanted))

    @cached_property
    def records(self) -> int:
        """How many records the object type has."""
        return count_alive(self.change.workspace.id, self.field.object_type_id)

    @property
    def is_long(self) -> bool:
        """Whether to go through all records takes too long for a request."""
        return self.records > self.declared.at_once

    def note(self, name: str, before: JSON, after: JSON) -> None:
        """Note for the journal what becomes of a property."""
        if before != after:
            self.before[name], self.after[name] = before, after

    def set(self, name: str, value: str | bool) -> None:
        """Give a property another value, and note it."""
        self.note(name, getattr(self.field, name), value)
        setattr(self.field, name, value)

    def ids(self, records: Iterable[UUID]) -> list[str]:
        """Return the ids of records as clients know them."""
        prefix = self.field.object_type.prefix
        return [encode_id(prefix, record_id) for record_id in records]

    def refusal(
        self, part: str, why: str, offenders: Iterable[str] = ()
    ) -> InvalidDeclaration:
        """Return the refusal because of a part of the declaration."""
        meta = naming(offenders)
        problems = {self.declared.place(part): why}
        return InvalidDeclaration(problems, meta=meta if meta["matches"] else None)

    def unfinished(self) -> Unfinished:
        """Return the refusal because the field is on its way to something else."""
        doing = "getting another type" if self.field.retyping else "being filled"
        why = f"The field is {doing}. Ask for the same again to go on with it."
        return Unfinished({self.declared.at: why})

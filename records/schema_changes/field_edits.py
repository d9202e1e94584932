"""What a declaration makes of one field: refused, done at once, or begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import asdict

from crm.errors import InProgress, Required
from crm.json_types import JSON, JSONObject
from crm.sql import query
from objects.declarations import FieldDeclaration, InvalidDeclaration
from objects.field_types import FIELD_TYPES
from objects.models import Field
from objects.options import (
    completed,
    is_reordered,
    labels_by_id,
    traded_labels,
)
from objects.schema import is_blank
from records.ids import encode_id
from records.journal.entries import count_alive
from records.schema_changes.backfill import MOST_OFFENDERS, Backfill, purge
from records.schema_changes.changes import (
    SchemaChange,
    StandardStays,
)
from records.schema_changes.field_order import move, position_of
from records.schema_changes.options import check_unchosen, chosen, renamed
from records.schema_changes.retyping import retype

KEPT_FLAGS = ("unique", "indexed", "searchable")
PLAIN = ("label", "description")
OF_RELATIONSHIPS = frozenset({"hidden"})

WITHOUT_VALUE = """
SELECT id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
  AND coalesce(attributes->>%(member)s, '') = ''
ORDER BY id LIMIT %(many)s
"""


GO_ON = "The field is being filled. Ask for the same again to go on with it."


class Unfinished(InProgress):
    """The field is on its way to something else."""


class FieldEdit:
    """A change of one field, inside of a change of schemas."""

    def __init__(
        self, change: SchemaChange, field: Field, declared: FieldDeclaration
    ) -> None:
        self.change = change
        self.field = field
        self.declared = declared
        self.before: JSONObject = {}
        self.after: JSONObject = {}
        self.flags: set[str] = set()
        """What the field will be once records are filled."""
        self.work: set[str] = set()
        """What they are to be filled with."""
        self.renaming: dict[str, str | None] = {}
        """What becomes of options on records."""

    @property
    def type(self) -> str:
        """The type that the field will have."""
        return self.declared.type or self.field.type

    @property
    def chooses(self) -> bool:
        """Whether values of the type are chosen from options."""
        return self.type in {"select", "multi_select"}

    @property
    def options(self) -> list[JSONObject]:
        """What can be chosen from the field, as it is by now."""
        return list(self.field.options.get("options", []))

    @property
    def is_about_backfill(self) -> bool:
        """Whether the change is one that begins to fill records, or goes on with it."""
        if self.flags or self.work or self.renaming:
            return True
        wanted = self.declared.flags.keys() & set(self.field.backfill.get("flags", ()))
        is_more = self.declared.options is not None or self.declared.type is not None
        return bool(self.field.backfill) and (is_more or bool(wanted))

    def check(self) -> None:
        """Refuse what no field of its type can be.

        Raises:
            InvalidDeclaration: with a sentence for each wrong place.
        """
        problems = dict(self.problems())
        if problems:
            raise InvalidDeclaration(
                {self.declared.place(part): why for part, why in problems.items()}
            )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield the parts of the declaration that do not fit the type."""
        can_be = {"required", "hidden", *FIELD_TYPES[self.type].can_be}
        if self.type == "relationship":
            can_be = set(OF_RELATIONSHIPS)
        for flag, value in self.declared.flags.items():
            if value and flag not in can_be:
                yield flag, f"A {self.type} field cannot be {flag}."
        if self.declared.flags.get("unique") and "follows" in self.field.options:
            yield "unique", "This field follows others, which need not be unique."
        yield from self.problems_of_options()

    def problems_of_options(self) -> Iterator[tuple[str, str]]:
        """Yield the parts that say options which do not go with the type."""
        given = self.declared.options
        if given is not None and not self.chooses:
            yield "options", f"A {self.type} field has no options."
        if self.chooses and not (self.options if given is None else given):
            yield "options", "Give at least one option."
        if self.declared.currency is not None and self.type != "currency":
            yield "currency", f"A {self.type} field has no currency."
        if given and self.chooses:
            for label in traded_labels(self.options, self.new_options()):
                why = "is the label of another option. Give that one another first."
                yield "options", f"{label} {why}"

    def apply(self) -> None:
        """Make the change, as far as it can be made at once."""
        self.check()
        self.check_standard()
        self.set_plain()
        self.rename()
        self.set_type()
        self.set_options()
        self.set_flags()
        self.begin()
        self.set_position()
        self.field.save()
        if self.before or self.after:
            self.change.note_field(self.field, self.before, self.after)

    def note(self, name: str, before: JSON, after: JSON) -> None:
        """Note for the journal what becomes of a property."""
        if before != after:
            self.before[name], self.after[name] = before, after

    def check_standard(self) -> None:
        """Refuse another name or type for a standard field.

        Raises:
            StandardStays: if that is asked for.
        """
        new_slug = self.declared.new_slug or self.field.slug
        if self.field.is_custom or (new_slug, self.type) == (
            self.field.slug,
            self.field.type,
        ):
            return
        raise StandardStays("A standard field keeps its name and its type.")

    def set_plain(self) -> None:
        """Set what nothing else depends on."""
        for name in PLAIN:
            value = getattr(self.declared, name)
            if value is not None:
                self.note(name, getattr(self.field, name), value)
                setattr(self.field, name, value)

    def rename(self) -> None:
        """Give the field another slug. The old one stays as an alias."""
        old, new = self.field.slug, self.declared.new_slug
        if new is None or new == old:
            return
        owner = self.field.object_type
        if new not in self.field.aliases:
            self.change.names(owner).check_free(new, self.declared.place("slug"))
        self.note("slug", old, new)
        self.field.storage_name = self.field.member
        self.field.slug = new
        self.field.aliases = [a for a in [*self.field.aliases, old] if a != new]
        owner.match_fields = [new if s == old else s for s in owner.match_fields]

    def set_type(self) -> None:
        """Give the field another type, which all of its values survive.

        Raises:
            InvalidDeclaration: with the ids of records whose values do not.
        """
        if self.type == self.field.type:
            return
        self.check_type()
        old = copy(self.field)
        self.note("type", old.type, self.type)
        self.field.type = self.type
        kept: JSONObject = {"options": [*self.options]} if self.chooses else {}
        self.field.options = kept | self.type_options()
        work = {flag for flag in KEPT_FLAGS if getattr(old, flag)}
        purge(self.field, work)
        for flag in work:
            setattr(self.field, flag, False)
        self.field.save()
        offenders = retype(self.change, old, self.field)
        if offenders:
            self.refuse(
                "type", f"Records have values that are no {self.type}.", offenders
            )
        self.flags |= work
        self.work |= work

    def check_type(self) -> None:
        """Refuse a change of type that cannot be.

        Raises:
            InvalidDeclaration: if it cannot.
        """
        flags = {flag for flag in KEPT_FLAGS if self.field.is_kept(flag)}
        missing = flags - FIELD_TYPES[self.type].can_be
        if {"agent", "relationship"} & {self.type, self.field.type}:
            self.refuse("type", "References and values cannot become each other.")
        if "unique" in flags:
            self.refuse("type", "Switch unique off first.")
        if missing:
            self.refuse("type", f"A {self.type} field cannot be {min(missing)}.")

    def new_options(self) -> list[JSONObject]:
        """Return what can be chosen from now on, each option whole."""
        return completed(self.declared.options or [], self.options)

    def type_options(self) -> JSONObject:
        """Return what is declared for the type."""
        return type_options(self.declared, self.options)

    def set_options(self) -> None:
        """Set what can be chosen, and note what becomes of the old options.

        An option that keeps its id but gets another label is renamed on records.
        """
        options = {**self.field.options, **self.type_options()}
        if options == self.field.options:
            return
        old = labels_by_id(self.options)
        self.note("options", dict(self.field.options), options)
        self.field.options = options
        new = labels_by_id(self.options)
        self.renaming = {
            label: new.get(id_)
            for id_, label in old.items()
            if new.get(id_) != label and label not in new.values()
        }
        self.check_cleared()
        if not self.declared.may_clear:
            check_unchosen(self.field, self.renaming)
        if self.field.indexed and is_reordered(old, new):
            self.field.indexed = False
            self.flags.add("indexed")
            self.work.add("indexed")

    def check_cleared(self) -> None:
        """Refuse to take away a value that a record must have.

        Raises:
            Required: with the ids of the records.
        """
        if not self.field.required or not self.renaming:
            return
        rows = chosen(self.field, self.renaming, MOST_OFFENDERS)
        prefix = self.field.object_type.prefix
        blank = [
            encode_id(prefix, record_id)
            for record_id, value in rows
            if is_blank(renamed(value, self.renaming))
        ]
        if blank:
            ids: list[JSON] = list(blank)
            why = "Records would be left without a value that they must have."
            place = self.declared.place("options")
            raise Required({place: why}, meta={"matches": ids})

    def set_flags(self) -> None:
        """Switch flags on and off; those that records must be filled for are begun."""
        flags = self.declared.flags
        for flag in ("hidden", "required"):
            if flag in flags:
                if flag == "required" and flags[flag]:
                    self.check_filled()
                self.note(flag, getattr(self.field, flag), flags[flag])
                setattr(self.field, flag, flags[flag])
        on = {f for f in KEPT_FLAGS if flags.get(f) and not getattr(self.field, f)}
        off = {f for f in KEPT_FLAGS if f in flags and not flags[f]}
        self.stop(off & set(self.field.backfill.get("flags", ())))
        self.switch_off({flag for flag in off if getattr(self.field, flag)})
        self.flags |= on
        self.work |= on

    def check_filled(self) -> None:
        """Refuse to require what records do not have.

        Raises:
            Required: with the ids of the records.
        """
        rows = query(
            WITHOUT_VALUE,
            workspace=self.change.workspace.id,
            type=self.field.object_type_id,
            member=self.field.member,
            many=MOST_OFFENDERS,
        )
        if rows:
            prefix = self.field.object_type.prefix
            ids: list[JSON] = [encode_id(prefix, record_id) for (record_id,) in rows]
            why = "Records have no value yet. Fill it first."
            place = self.declared.place("required")
            raise Required({place: why}, meta={"matches": ids})

    def switch_off(self, off: set[str]) -> None:
        """Remove what was kept for flags that are switched off.

        Raises:
            InvalidDeclaration: if records are matched by the field.
        """
        if "unique" in off and self.field.slug in self.field.object_type.match_fields:
            self.refuse("unique", "Records are matched by this field.")
        for flag in off:
            self.note(flag, getattr(self.field, flag), False)
            setattr(self.field, flag, False)
        purge(self.field, off)
        self.work |= off & {"searchable"}

    def stop(self, flags: set[str]) -> None:
        """Stop the backfill of records for what the field shall not be after all.

        Raises:
            Unfinished: if it is on its way to something else too.
        """
        if not flags:
            return
        if flags != set(self.field.backfill["flags"]) or self.field.backfill["replace"]:
            raise Unfinished({self.declared.at: GO_ON})
        purge(self.field, flags)
        self.field.backfill = {}
        self.work |= flags & {"searchable"}

    def set_position(self) -> None:
        """Put the field at another place among the others."""
        position = self.declared.position
        if position is not None:
            before = position_of(self.field)
            move(self.field.object_type, self.field, position)
            self.note("position", before, position_of(self.field))

    def begin(self) -> None:
        """Begin to fill, or go on with what was begun before.

        Raises:
            Unfinished: if the field is on its way to something else.
        """
        if not (self.flags or self.work or self.renaming):
            return
        if not self.field.backfill:
            self.field.backfill = asdict(
                Backfill(
                    sorted(self.flags),
                    sorted(self.work),
                    self.renaming,
                    count_alive(self.change.workspace.id, self.field.object_type_id),
                )
            )
        elif self.renaming or set(self.field.backfill["flags"]) != self.flags:
            raise Unfinished({self.declared.at: GO_ON})

    def check_reached(self) -> None:
        """Refuse to say that it is done if another request gave it up.

        Raises:
            Unfinished: if one did.
        """
        field = Field.objects.filter(pk=self.field.pk).first()
        if field and not all(getattr(field, flag) for flag in self.flags):
            why = "Another request stopped this. Ask again."
            raise Unfinished({self.declared.at: why})

    def refuse(self, part: str, why: str, ids: Iterable[str] = ()) -> None:
        """Refuse the change because of a part of it.

        Raises:
            InvalidDeclaration: always.
        """
        named: list[JSON] = list(ids)
        meta: JSONObject | None = {"matches": named} if named else None
        raise InvalidDeclaration({self.declared.place(part): why}, meta=meta)


def type_options(
    declared: FieldDeclaration, there: Sequence[JSONObject] = ()
) -> JSONObject:
    """Return what the type may know of a field that was declared so."""
    found: JSONObject = {}
    if declared.options is not None:
        found["options"] = [*completed(declared.options, there)]
    if declared.currency is not None:
        found["currency"] = declared.currency
    return found

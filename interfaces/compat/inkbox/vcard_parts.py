"""What a card says of a contact, line by line, so that each can be left out alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from crm.json_types import JSON, JSONObject
from interfaces.compat.inkbox.vcard_charsets import UTF_8
from interfaces.compat.inkbox.vcard_lines import Line
from objects.field_types.base import InvalidValue

NAME_ORDER = (
    "name_prefix",
    "given_name",
    "middle_name",
    "family_name",
    "name_suffix",
)
"""The parts of a name in the order in which it is built of them."""

ESSENTIAL = frozenset({"value", "value_e164", "url", "date"})
"""Members without which an entry of an array says nothing."""

MOST_LEFT_OUT = 100


class LeftOut(NamedTuple):
    """A line, or a part of one, that is not kept, and why."""

    position: int
    line: str
    why: str


@dataclass(eq=False)
class Part:
    """One value of a contact, and the line that it comes from."""

    value: JSON
    line: Line
    is_kept: bool = True

    def drop(self, member: str) -> None:
        """Leave out a member of an entry that it can do without, or else all of it."""
        if isinstance(self.value, dict) and member in self.value.keys() - ESSENTIAL:
            self.value[member] = None
        else:
            self.is_kept = False


@dataclass
class CardParts:
    """What the lines of a card say, as members of a contact of this API."""

    values: dict[str, Part] = field(default_factory=dict)
    entries: dict[str, dict[str, Part]] = field(default_factory=dict)
    """The entries of each array, by what makes two of them the same."""
    left_out: list[LeftOut] = field(default_factory=list)
    surplus: int = 0
    """How many lines the card has beyond those that are read or reported."""
    charset: str = UTF_8
    is_complete: bool = True

    def set(self, member: str, value: JSON, line: Line) -> None:
        """Set a member that has one value, unless there is nothing to set.

        Raises:
            InvalidValue: if it is set to something else.
        """
        if not str(value).strip():
            return
        if self.values.setdefault(member, Part(value, line)).value != value:
            raise InvalidValue("A contact has only one, and the card has more.")

    def add(self, member: str, entry: JSONObject, name: str, line: Line) -> None:
        """Add an entry to an array. ``name`` is the member that tells them apart.

        Raises:
            InvalidValue: if it is there already.
        """
        key = str(entry[name] if name else sorted(entry.items()))
        parts = self.entries.setdefault(member, {})
        if key in parts:
            raise InvalidValue("The card has it already.")
        parts[key] = Part(entry, line)

    def leave_out(self, line: Line, why: str) -> None:
        """Note that a line is left out, wholly or in part."""
        if len(self.left_out) < MOST_LEFT_OUT:
            self.left_out.append(LeftOut(line.position, line.written, why))
        else:
            self.surplus += 1

    def body(self) -> JSONObject:
        """Return what is kept, as the body of a request that creates the contact."""
        body: JSONObject = {
            member: part.value for member, part in self.values.items() if part.is_kept
        }
        if body.get("preferred_name") == built_name(body):
            body.pop("preferred_name", None)  # It goes on following from its parts.
        for member in self.entries:
            body[member] = [part.value for part in self.kept(member)]
        return body

    def kept(self, member: str) -> list[Part]:
        """Return the entries of an array that are not left out."""
        return [part for part in self.entries[member].values() if part.is_kept]

    def cut(self, member: str, most: int) -> None:
        """Leave out the entries of an array that are too many."""
        for part in self.kept(member)[most:] if member in self.entries else ():
            part.is_kept = False
            self.leave_out(part.line, f"A contact has at most {most}.")

    def drop(self, problems: Mapping[str, str]) -> bool:
        """Leave out what is wrong, by where it is in the body; tell whether any is."""
        found = [(self.find(place), place, why) for place, why in problems.items()]
        for part, place, why in found:
            if part is not None:
                member = place.rpartition("/")[2]
                part.drop(member)
                self.leave_out(
                    part.line, why if member.isdigit() else f"{member}: {why}"
                )
        return any(part for part, _, _ in found)

    def find(self, place: str) -> Part | None:
        """Return what is at a place in the body."""
        _, member, *steps = place.split("/")
        if member in self.values and self.values[member].is_kept:
            return self.values[member]
        if member not in self.entries or not steps:
            return None
        return self.kept(member)[int(steps[0])]


def built_name(body: JSONObject) -> str | None:
    """Return the name that a contact has while nobody gives it another."""
    company = body.get("company_name")
    if company and not body.get("given_name") and not body.get("family_name"):
        return str(company)
    return " ".join(str(body[part]) for part in NAME_ORDER if body.get(part)) or None

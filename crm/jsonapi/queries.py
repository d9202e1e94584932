"""Query parameters, read into families; none is ignored (JSON:API 1.1, appendix A)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest

from crm.errors import (
    InvalidParameter,
    MalformedDocument,
    Refusal,
    Refused,
    UnknownParameter,
)
from crm.json_types import JSONObject
from crm.jsonapi.documents import escape
from crm.query_strings import read_parameters

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


@dataclass(frozen=True)
class Place:
    """A query parameter by its name, or a part of the body by its JSON Pointer."""

    name: str
    is_parameter: bool = True

    def below(self, step: str) -> Place:
        """Return the place of a member. A parameter has no members."""
        if self.is_parameter:
            return self
        return Place(f"{self.name}/{escape(step)}", is_parameter=False)

    def refuse(self, why: str) -> Refusal:
        """Return the refusal of what stands here."""
        kind = InvalidParameter if self.is_parameter else MalformedDocument
        return kind({self.name: why})

    def unknown(self, why: str) -> Refusal:
        """Return the refusal of a name that means nothing here."""
        kind = UnknownParameter if self.is_parameter else MalformedDocument
        return kind({self.name: why})


class Parameter(NamedTuple):
    """One parameter: ``filter[stage][in]`` is the family filter and two steps."""

    name: str
    family: str
    steps: tuple[str, ...]
    value: str


class Query:
    """What a request asks for, in the order in which it was sent.

    A body can ask for the same as an address: ``{"page": {"limit": 5}}`` stands for
    ``page[limit]=5``.
    """

    def __init__(
        self, parameters: Iterable[Parameter], *, is_document: bool = False
    ) -> None:
        self.parameters = list(parameters)
        self.is_document = is_document

    @classmethod
    def of(cls, request: HttpRequest) -> Query:
        """Return the parameters of a request, its brackets encoded or not.

        Raises:
            UnreadableQuery: if they cannot be read.
        """
        return cls(read_parameter(*pair) for pair in read_parameters(request))

    @classmethod
    def of_document(cls, document: JSONObject) -> Query:
        """Return the parameters in a body.

        Raises:
            MalformedDocument: if the value of one is neither text nor a number.
        """
        parameters = []
        for family, value in document.items():
            members = value.items() if isinstance(value, dict) else [("", value)]
            for step, written in members:
                steps = (step,) if isinstance(value, dict) else ()
                name = "".join(f"/{escape(part)}" for part in (family, *steps))
                if isinstance(written, bool) or not isinstance(written, str | int):
                    raise MalformedDocument({name: "This must be text or a number."})
                parameters.append(Parameter(name, family, steps, str(written)))
        return cls(parameters, is_document=True)

    def only(self, *families: str) -> None:
        """Refuse every parameter that is of none of these families.

        Raises:
            Refused: with a refusal for each.
        """
        unknown = [p for p in self.parameters if p.family not in families]
        if unknown:
            valid = f"Use {', '.join(families)}." if families else "Use none here."
            why = f"Unknown parameter. {valid}"
            raise Refused([("", self.place_of(p).unknown(why)) for p in unknown])

    def family(self, name: str) -> list[Parameter]:
        """Return the parameters of a family."""
        return [p for p in self.parameters if p.family == name]

    def single(self, family: str, *steps: str) -> str | None:
        """Return the value of a parameter that may be sent once, or None.

        Raises:
            Refusal: if it was sent more often.
        """
        found = [p for p in self.family(family) if p.steps == steps]
        if len(found) > 1:
            raise self.place_of(found[0]).refuse("Send it once.")
        return found[0].value if found else None

    def plain(self, family: str) -> str | None:
        """Return the value of a parameter that has no steps, or None.

        Raises:
            Refusal: if it was sent with steps, or more than once.
        """
        for parameter in self.family(family):
            if parameter.steps:
                raise self.place_of(parameter).unknown(f"Use {family}.")
        return self.single(family)

    def place(self, family: str, *steps: str) -> Place:
        """Return where a parameter stands, or would stand."""
        if self.is_document:
            name = "".join(f"/{escape(part)}" for part in (family, *steps))
        else:
            name = family + "".join(f"[{step}]" for step in steps)
        return Place(name, is_parameter=not self.is_document)

    def place_of(self, parameter: Parameter) -> Place:
        """Return where a parameter stood, as it was written."""
        return Place(parameter.name, is_parameter=not self.is_document)


def read_parameter(name: str, value: str) -> Parameter:
    """Return a parameter with its name taken apart."""
    parts = NAME.fullmatch(name)
    if parts is None:
        return Parameter(name, name, (), value)
    steps = tuple(re.findall(r"\[([^\[\]]*)\]", parts[2]))
    return Parameter(name, parts[1], steps, value)

"""Query parameters, read into families; none is ignored (JSON:API 1.1, appendix A)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.http import HttpRequest

from crm.errors import InvalidParameter, Refused, UnknownParameter

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


class Parameter(NamedTuple):
    """One parameter: ``filter[stage][in]`` is the family filter and two steps."""

    name: str
    family: str
    steps: tuple[str, ...]
    value: str


class Query:
    """The parameters of a request, in the order in which they were sent."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self.parameters = list(parameters)

    @classmethod
    def of(cls, request: HttpRequest) -> Query:
        """Return the parameters of a request, its brackets encoded or not."""
        return cls(
            read_parameter(name, value)
            for name, values in request.GET.lists()
            for value in values
        )

    def only(self, *families: str) -> None:
        """Refuse every parameter that is of none of these families.

        Raises:
            Refused: with an `UnknownParameter` for each.
        """
        unknown = [p for p in self.parameters if p.family not in families]
        if unknown:
            valid = f"Use {', '.join(families)}." if families else "Use none here."
            raise Refused(
                [
                    ("", UnknownParameter({p.name: f"Unknown parameter. {valid}"}))
                    for p in unknown
                ]
            )

    def family(self, name: str) -> list[Parameter]:
        """Return the parameters of a family."""
        return [p for p in self.parameters if p.family == name]

    def single(self, family: str, *steps: str) -> str | None:
        """Return the value of a parameter that may be sent once, or None.

        Raises:
            InvalidParameter: if it was sent more often.
        """
        found = [p for p in self.family(family) if p.steps == steps]
        if len(found) > 1:
            raise InvalidParameter({found[0].name: "Send it once."})
        return found[0].value if found else None


def read_parameter(name: str, value: str) -> Parameter:
    """Return a parameter with its name taken apart."""
    parts = NAME.fullmatch(name)
    if parts is None:
        return Parameter(name, name, (), value)
    steps = tuple(re.findall(r"\[([^\[\]]*)\]", parts[2]))
    return Parameter(name, parts[1], steps, value)

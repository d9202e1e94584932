"""Query parameters of the other APIs, most of which may be sent once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from django.http import HttpRequest

from crm.errors import InvalidParameter, Refused, UnknownParameter
from crm.query_strings import read_parameters

T = TypeVar("T")
LARGEST = 10**9


class Parameters:
    """The parameters of a request, all of which have to be known."""

    def __init__(self, request: HttpRequest, *known: str, several: str = "") -> None:
        """Take the names that may be used, and one that may be sent several times.

        Raises:
            UnreadableQuery: if the parameters cannot be read.
            Refused: with each parameter that is not among them, or is there twice.
        """
        sent = read_parameters(request)
        counts = Counter(name for name, _ in sent)
        self.values = dict(sent)
        self.sent = sent
        refusals: list[tuple[str, UnknownParameter | InvalidParameter]] = []
        for name, count in counts.items():
            if name not in known:
                valid = f"Use {', '.join(known)}." if known else "Use none here."
                why = {name: f"Unknown parameter. {valid}"}
                refusals.append(("", UnknownParameter(why)))
            elif count > 1 and name != several:
                refusals.append(("", InvalidParameter({name: "Send it once."})))
        if refusals:
            raise Refused(refusals)

    def text(self, name: str) -> str | None:
        """Return the value of a parameter, or None."""
        return self.values.get(name)

    def texts(self, name: str) -> list[str]:
        """Return the values of a parameter that may be sent several times."""
        return [value for sent, value in self.sent if sent == name]

    def whole(self, name: str, default: int, least: int, most: int = LARGEST) -> int:
        """Return a whole number.

        Raises:
            InvalidParameter: if it is none, or out of bounds.
        """
        written = self.values.get(name, str(default))
        digits = written.isascii() and written.isdigit() and len(written) < 12
        if not digits or not least <= int(written) <= most:
            why = f"{name} must be a whole number from {least} to {most}."
            raise InvalidParameter({name: why})
        return int(written)

    def choice(self, name: str, choices: Mapping[str, T], default: str) -> T:
        """Return what a name stands for.

        Raises:
            InvalidParameter: if it stands for nothing.
        """
        written = self.values.get(name, default)
        if written not in choices:
            raise InvalidParameter({name: f"{name} must be {' or '.join(choices)}."})
        return choices[written]

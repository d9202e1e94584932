"""Where in a request something stood, so that a refusal can point at it."""

from __future__ import annotations

from dataclasses import dataclass

from crm.errors import InvalidParameter, MalformedDocument, Refusal, UnknownParameter
from crm.jsonapi.documents import escape


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

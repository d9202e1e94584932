"""Reading declarations: what is wrong with them, and the simplest of their parts."""

from __future__ import annotations

import re

from crm.json_types import JSON
from crm.jsonapi.documents import Reader
from objects.declarations.declarations import InvalidDeclaration
from objects.folding import compose
from objects.models import FIELD_SLUG, RESERVED

LONGEST_LABEL = 100
LONGEST_NAME = 32
"""Of an object type, and of its plural."""
LONGEST_DESCRIPTION = 256
LONGEST_SLUG = 63

IS_SLUG = re.compile(r"[a-z](?:[a-z0-9_]{0,61}[a-z0-9])?").fullmatch
"""A name that JSON:API lets a member have: it does not end with an underscore."""


class DeclarationReader(Reader):
    """Reads declarations, and remembers every place where one cannot be."""

    def finish(self) -> None:
        """Refuse the declarations if anything was wrong.

        Raises:
            InvalidDeclaration: with a sentence for each wrong place.
        """
        if self.problems:
            raise InvalidDeclaration(self.problems)

    def flag(self, value: JSON, at: str) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.problems[at] = "Give true or false."
        return value is True

    def line(self, value: JSON, at: str, longest: int, least: int = 1) -> str:
        """Return a line of text of a length within bounds."""
        text = compose(" ".join(value.split())) if isinstance(value, str) else ""
        if not isinstance(value, str) or not least <= len(text) <= longest:
            self.problems.setdefault(at, f"Give {least} to {longest} characters.")
        elif not text.isprintable():
            self.problems.setdefault(at, "Give text without control characters.")
        return text

    def check_slug(self, slug: str, at: str) -> None:
        """Note a slug that no field can have."""
        if not IS_SLUG(slug):
            self.problems.setdefault(at, str(FIELD_SLUG.message))
        elif slug in RESERVED:
            self.problems.setdefault(at, "This name is reserved.")

"""What a document says beside its data: how to write all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Reader, ResourceObject, escape
from interfaces.api.records.viewers import read_viewers
from objects.schema import Schema
from records.writing.operations import Mode, OnMatch, Strategy, Viewers

STRATEGIES = {
    "collection": {
        "append": Strategy.APPEND,
        "remove": Strategy.REMOVE,
        "replace": Strategy.REPLACE,
    },
    "array": {"append": Strategy.APPEND, "replace": Strategy.REPLACE},
    "object": {"merge": Strategy.MERGE, "replace": Strategy.REPLACE},
}
"""What ``meta`` may say of a field: for what kind of value, and what to do."""


@dataclass
class Directions:
    """What a document says, beside its data, of how to write all of it."""

    mode: Mode = Mode.ATOMIC
    on_match: OnMatch = OnMatch.UPDATE
    match_on: tuple[str, ...] | None = None
    strategies: dict[str, Strategy] = field(default_factory=dict)
    access: Viewers | None = None

    def refuse_matches(self, document: JSONObject) -> None:
        """Refuse to create what exists, unless the document said what to do then."""
        meta = document.get("meta", {})
        is_said = isinstance(meta, dict) and "on_match" in meta
        if "match_on" not in document and not is_said:
            self.on_match = OnMatch.REFUSE


class DirectionsReader(Reader):
    """Reads ``meta`` and ``match_on``, where a name that is not known is a mistake."""

    def __init__(
        self, schema: Schema, resources: Sequence[ResourceObject], at: str = ""
    ) -> None:
        """Take the resources that they are about, and where the directions stand."""
        super().__init__()
        self.at = at
        self.schema = schema
        self.sent = {
            schema.slug_of(name)
            for resource in resources
            for name in resource.attributes or {}
        }
        self.directions = Directions()

    def read(self, document: JSONObject, *, creates: bool = False) -> Directions:
        """Return the directions in a document.

        Raises:
            MalformedDocument: if one is not understood.
        """
        if "match_on" in document:
            self.match_on(document["match_on"], f"{self.at}/match_on", creates=creates)
        at = f"{self.at}/meta"
        for name, value in self.object(document.get("meta", {}), at).items():
            self.meta(name, value, creates=creates)
        self.finish()
        return self.directions

    def meta(self, name: str, value: JSON, *, creates: bool) -> None:
        """Read one member of ``meta``."""
        at = f"{self.at}/meta/{escape(name)}"
        slug = self.schema.slug_of(name)
        if name == "mode":
            self.directions.mode = self.choice(value, at, [*Mode]) or Mode.ATOMIC
        elif name == "on_match" and creates:
            chosen = self.choice(value, at, [*OnMatch])
            self.directions.on_match = chosen or OnMatch.UPDATE
        elif name == "access" and creates:
            self.directions.access = read_viewers(self, value, at, is_shared=True)
        elif slug in self.schema.attributes:
            self.strategy(name, value, at)
        else:
            own = ["mode", "on_match", "access"] if creates else ["mode"]
            self.nothing_called(name, at, [*own, *self.schema.attributes])

    def match_on(self, value: JSON, at: str, *, creates: bool) -> None:
        """Read by which unique fields to match."""
        names = value if isinstance(value, list) else [value]
        slugs = [
            self.schema.aliases.get(n) if isinstance(n, str) else None for n in names
        ]
        if not creates:
            self.problems[at] = "Only what creates can match."
        elif not slugs or not all(slug in self.schema.unique for slug in slugs):
            valid = ", ".join(self.schema.unique) or "none"
            self.problems[at] = f"Name unique fields. There are: {valid}."
        else:
            self.directions.match_on = tuple(dict.fromkeys(map(str, names)))

    def strategy(self, name: str, value: JSON, at: str) -> None:
        """Read how to combine the values of a field."""
        slug = self.schema.slug_of(name)
        valid = self.strategies_for(slug)
        members = self.object(value, at)
        if slug not in self.sent:
            self.problems[at] = "The field has no value in the attributes."
        for kind, way in members.items():
            if not isinstance(way, str) or way not in valid.get(kind, {}):
                spelled = " or ".join(
                    f'{{"{k}": "{n}"}}' for k, names in valid.items() for n in names
                )
                self.problems[at] = f"Use {spelled}." if spelled else "Use none here."
                return
            self.directions.strategies[name] = valid[kind][way]

    def strategies_for(self, slug: str) -> Mapping[str, Mapping[str, Strategy]]:
        """Return the strategies that fit a field."""
        field_ = self.schema.attributes[slug]
        if field_.is_collection:
            return {"collection": STRATEGIES["collection"]}
        if field_.type == "json":
            return {kind: STRATEGIES[kind] for kind in ("array", "object")}
        return {}

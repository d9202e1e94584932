"""Request documents of which every member must mean something."""

from __future__ import annotations

from crm.json_types import JSONObject
from crm.jsonapi.documents import Choice, Reader, escape


class StrictReader(Reader):
    """Reads a document that need not say anything; what it says must be known."""

    def unknown(self, parent: JSONObject, at: str, *known: str) -> None:
        """Note the members of an object that mean nothing."""
        for name in parent:
            if name not in known and not name.startswith("@"):
                self.nothing_called(name, f"{at}/{escape(name)}", known)

    def meta(self, document: JSONObject, *known: str) -> JSONObject:
        """Return what ``meta`` says, of which each member must be known."""
        meta = self.object(document.get("meta", {}), "/meta")
        self.unknown(meta, "/meta", *known)
        return meta

    def chosen(self, meta: JSONObject, name: str, *valid: Choice) -> Choice:
        """Return one of several words, the first of them unless another is said."""
        said = meta.get(name, valid[0].value)
        return self.choice(said, f"/meta/{name}", valid) or valid[0]

"""What an atomic operation is about: a type, a record, or one of its relationships."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from django.urls import Resolver404, resolve

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import Identifier
from crm.jsonapi.strict_documents import StrictReader
from interfaces.api.records.linkage import LinkageViewSet
from interfaces.api.records.records import RecordViewSet

NO_ADDRESS = "This is no address of records of this workspace."


@dataclass(frozen=True)
class Reference:
    """What an operation names, and where: in its ``ref``, ``href`` or ``data``."""

    type: str
    at: str
    """The JSON Pointer to where it is named."""
    id: str | None = None
    id_at: str = ""
    """Where below that the record is named, if it is not all of it."""
    named: Identifier | None = None
    """What names the record, if it is not its id."""
    relationship: str | None = None
    relationship_at: str = ""
    """Where below that the relationship is named."""

    @property
    def has_record(self) -> bool:
        """Whether it names a record, and not only a type."""
        return self.id is not None or self.named is not None


class ReferenceReader(StrictReader):
    """Reads what operations name, and knows what earlier ones called their records."""

    def __init__(self, base: str) -> None:
        """Take the absolute address of the workspace."""
        super().__init__()
        self.base = base
        self.lids: set[tuple[str, str]] = set()
        """The types and local ids that operations have given so far."""
        self.wrong_lids: dict[str, str] = {}
        """What is wrong with local ids, by where they stand."""

    def identifier(self, value: JSON, at: str) -> Identifier:
        """Return a resource identifier, which may have a local id."""
        members = value if isinstance(value, dict) else {}
        if "lid" not in members:
            return super().identifier(value, at)
        if "id" in members:
            self.problems[at] = "Send id or lid, and not both."
        kind, lid = self.text(members, "type", at), self.text(members, "lid", at)
        if (kind, lid) not in self.lids and at not in self.problems:
            self.wrong_lids[f"{at}/lid"] = (
                f"No earlier operation has added this {kind}."
            )
        return Identifier(kind, lid=lid)

    def give_lid(self, kind: str, data: JSONObject, at: str) -> str | None:
        """Return the local id that a new resource gets, if any, and remember it."""
        if "lid" not in data:
            return None
        lid = self.text(data, "lid", at)
        if (kind, lid) in self.lids:
            self.wrong_lids[f"{at}/lid"] = f"An earlier operation gave it to a {kind}."
        self.lids.add((kind, lid))
        return lid

    def reference(self, members: JSONObject, at: str) -> Reference | None:
        """Return the record that an operation names, or None and a problem.

        It is named by ``ref`` or ``href``, or else by the id in ``data``.
        """
        found = None
        if "ref" in members and "href" in members:
            self.problems[at] = "Send ref or href, and not both."
        elif "href" in members:
            found = self.address(members, at)
        elif "ref" in members:
            found = self.ref(members["ref"], f"{at}/ref")
        else:
            found = self.named_in(self.member(members, "data", at), f"{at}/data")
        if found and not found.has_record:
            self.problems[found.at] = "This is the address of many records."
            return None
        return found

    def address(self, members: JSONObject, at: str) -> Reference | None:
        """Return what the address in an operation names, or None and a problem."""
        found = named_by(self.text(members, "href", at), self.base)
        if found is None:
            self.problems.setdefault(f"{at}/href", NO_ADDRESS)
            return None
        return Reference(
            found["object"],
            f"{at}/href",
            id=found.get("id"),
            relationship=found.get("relationship"),
        )

    def ref(self, value: JSON, at: str) -> Reference | None:
        """Return what a ``ref`` names, or None and a problem."""
        members = self.object(value, at)
        if at in self.problems:
            return None
        self.unknown(members, at, "type", "id", "lid", "meta", "relationship")
        relationship = None
        if "relationship" in members:
            relationship = self.text(members, "relationship", at)
        return reference_of(self.identifier(members, at), at, relationship)

    def named_in(self, value: JSON, at: str) -> Reference | None:
        """Return the record that is named by its resource, or None and a problem."""
        data = self.object(value, at)
        if self.has_faults_above(at):
            return None
        if not {"id", "lid"} & data.keys():
            self.problems[at] = "Name the record in ref, or by its id here."
            return None
        return reference_of(self.identifier(data, at), at)

    def check_place(self, members: JSONObject, at: str, kind: str) -> None:
        """Note what names another place for a new resource than its own type."""
        if "href" in members and "ref" in members:
            self.problems[at] = "Send ref or href, and not both."
        elif "href" in members:
            found = self.address(members, at)
            if found and (found.type != kind or found.has_record):
                self.problems[f"{at}/href"] = f"A {kind} is not added here."
        elif "ref" in members:
            ref = self.object(members["ref"], f"{at}/ref")
            self.unknown(ref, f"{at}/ref", "type", "lid")
            self.check_same(ref, self.object(members["data"], f"{at}/data"), at)

    def check_same(self, ref: JSONObject, data: JSONObject, at: str) -> None:
        """Note what a ``ref`` says of a new resource that the resource does not."""
        for name in ("type", "lid"):
            if name in ref and ref[name] != data.get(name):
                self.problems[f"{at}/ref/{name}"] = f"The data has another {name}."

    def check_names(self, data: JSONObject, reference: Reference, at: str) -> None:
        """Note a name in a resource that is not the one by which it is named."""
        named = reference.named
        if named is None or reference.at == at:
            return
        if "id" in data:
            self.problems[f"{at}/id"] = "The record is named in another way."
        elif "lid" in data and data["lid"] != named.lid:
            self.problems[f"{at}/lid"] = "The record is named in another way."


def reference_of(
    identifier: Identifier, at: str, relationship: str | None = None
) -> Reference:
    """Return what is named by an identifier at a place."""
    if identifier.id is not None:
        id_at, named = "/id", None
    else:
        id_at = "/meta/match" if identifier.lid is None else "/lid"
        named = identifier
    return Reference(
        identifier.type,
        at,
        identifier.id,
        id_at,
        named,
        relationship,
        "/relationship",
    )


def named_by(href: str, base: str) -> dict[str, str] | None:
    """Return what an address of records names, or None if it is none below ``base``."""
    url = urljoin(base, href)
    path = urlsplit(url).path
    if not url.startswith(f"{base}/") or url != urljoin(base, path):
        return None
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return None
    view, actions = getattr(match.func, "cls", None), getattr(match.func, "actions", {})
    is_ours = view in {RecordViewSet, LinkageViewSet} and "get" in actions
    return match.kwargs if is_ours else None


def names_relationship(members: JSONObject, base: str) -> bool:
    """Whether an operation is about a relationship, and not about a resource."""
    ref, href = members.get("ref"), members.get("href")
    if isinstance(href, str):
        return "relationship" in (named_by(href, base) or {})
    return isinstance(ref, dict) and "relationship" in ref

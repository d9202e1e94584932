"""From contacts to vCards 4.0 (RFC 6350), with Apple's labels where types do not do."""

from __future__ import annotations

import re
from itertools import count

import vobject
from vobject.base import Component
from vobject.vcard import Address, Name

from crm.json_types import JSON, JSONObject
from interfaces.compat.inkbox.vcard_properties import NO_LABELS

NAME_PARTS = {
    "prefix": "name_prefix",
    "given": "given_name",
    "additional": "middle_name",
    "family": "family_name",
    "suffix": "name_suffix",
}
ADDRESS_PARTS = {
    "street": "street",
    "city": "city",
    "region": "region",
    "code": "postal",
    "country": "country",
}
"""What the library calls the parts of names and addresses, and what this API does."""

TYPE = re.compile(r"[a-z0-9-]{1,40}")
"""A label that may stand as the type of a line."""

FILE_NAME = re.compile(r"[^\w .-]+")


def write_card(contact: JSONObject) -> str:
    """Return a contact as a card: CRLF, and lines of at most 75 octets."""
    return CardWriter(contact).card.serialize(lineLength=75)


class CardWriter:
    """Writes one card."""

    def __init__(self, contact: JSONObject) -> None:
        self.contact = contact
        self.groups = count(1)
        self.card: Component = vobject.vCard()
        self.add("version", "4.0")
        self.add("fn", self.text("preferred_name") or self.stand_in())
        self.add("n", Name(**self.parts(contact, NAME_PARTS)))
        for name, member in (("title", "job_title"), ("bday", "birthday")):
            self.add_if_any(name, contact[member])
        self.add_if_any("note", contact["notes"])
        if contact["company_name"]:
            self.add("org", [self.text("company_name")])
        self.add_items("email", "emails", "value")
        self.add_items("tel", "phones", "value_e164")
        self.add_items("url", "websites", "url")
        self.add_items("x-abdate", "dates", "date")
        self.add_items("x-custom", "custom_fields", "value")
        for place, address in enumerate(self.entries("addresses"), 1):
            parts = Address(**self.parts(address, ADDRESS_PARTS))
            self.add("adr", parts, address.get("label"), place)

    def stand_in(self) -> str:
        """Return what stands for a name that is not there: a card must have one."""
        firsts = [
            (self.entries("emails"), "value"),
            (self.entries("phones"), "value_e164"),
        ]
        others = [str(entries[0][member]) for entries, member in firsts if entries]
        return self.text("preferred_name") or next(iter(others), "Unnamed")

    def text(self, member: str) -> str:
        """Return the text of a member, or nothing."""
        return str(self.contact[member] or "")

    def entries(self, member: str) -> list[JSONObject]:
        """Return the objects in a member that is an array."""
        value = self.contact[member]
        assert isinstance(value, list)
        return [entry for entry in value if isinstance(entry, dict)]

    def parts(self, of: JSONObject, names: dict[str, str]) -> dict[str, str]:
        """Return the parts of a name or an address, as the library calls them."""
        return {theirs: str(of[ours] or "") for theirs, ours in names.items()}

    def add_if_any(self, name: str, value: JSON) -> None:
        """Add a line, if there is anything to say."""
        if value:
            self.add(name, str(value))

    def add_items(self, name: str, member: str, value: str) -> None:
        """Add a line for each object of an array, in their order."""
        for place, entry in enumerate(self.entries(member), 1):
            extension = f",{entry['extension']}" if entry.get("extension") else ""
            self.add(name, f"{entry[value]}{extension}", entry.get("label"), place)

    def add(
        self, name: str, value: object, label: JSON = None, place: int | None = None
    ) -> None:
        """Add a line, with its label and its place among its like."""
        line = self.card.add(name)
        line.value = value
        if place is not None:
            line.params["PREF"] = [str(place)]
        if not label:
            return
        text = str(label)
        if TYPE.fullmatch(text) and text not in NO_LABELS:
            line.params["TYPE"] = [text]
            return
        line.group = f"item{next(self.groups)}"
        named = self.card.add("x-ablabel")
        named.group, named.value = line.group, text


def file_name(contact: JSONObject) -> str:
    """Return a name for a contact's file, without anything that could be a path."""
    name = FILE_NAME.sub("", str(contact["preferred_name"] or "")).strip(" .")
    return f"{name or 'contact'}.vcf"

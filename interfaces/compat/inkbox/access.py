"""``/contacts/{id}/access``: which identities may see a contact."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from crm.errors import Required
from crm.json_types import JSON
from interfaces.compat.inkbox.contact import rule_of
from interfaces.compat.inkbox.contacts import InkboxContactDoor, read_uuid
from interfaces.compat.inkbox.door import uuid_in
from interfaces.compat.parameters import Parameters
from objects.field_types.base import InvalidValue
from records.access.granting import grant_access, revoke_access
from records.access.rules import read_rules_and_labels
from records.writing.operations import NoSuchRecord


class ContactAccess(InkboxContactDoor):
    """The rules of one contact."""

    def get(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Answer all rules of the contact."""
        Parameters(request)
        record_id = self.book.identify(contact)
        found = read_rules_and_labels(self.actor, self.book.schema, [record_id])
        if record_id not in found:
            raise NoSuchRecord("There is no such contact.")
        return self.answer([rule_of(rule) for rule in found[record_id].rules])

    def post(self, request: HttpRequest, contact: str) -> HttpResponse:
        """Grant access to an identity, or to every one, and answer 201."""
        body = self.read_object(request)
        if unknown := body.keys() - {"identity_id"}:
            raise InvalidValue({f"/{min(unknown)}": "There is no such field."})
        if "identity_id" not in body:
            raise Required({"/identity_id": "Send an id, or null for every identity."})
        rule = grant_access(
            actor=self.actor,
            schema=self.book.schema,
            record=self.book.identify(contact),
            agent=self.read_identity(body["identity_id"]),
        )
        return self.answer(rule_of(rule), 201)

    def read_identity(self, value: JSON) -> str | None:
        """Return the id in a body, or None for every identity."""
        return None if value is None else str(read_uuid(value, "/identity_id"))


class ContactGrant(InkboxContactDoor):
    """The access of one identity to one contact."""

    def delete(self, request: HttpRequest, contact: str, identity: str) -> HttpResponse:
        """Revoke it and answer 204."""
        revoke_access(
            actor=self.actor,
            schema=self.book.schema,
            record=self.book.identify(contact),
            agent=str(uuid_in(identity)),
        )
        return HttpResponse(status=204)

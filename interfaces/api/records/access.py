"""``/records/{id}/access``: which agents may see a record."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.agents import name_of_agent
from crm.errors import MalformedDocument, UnknownField, placed_at
from crm.json_types import JSONObject
from crm.jsonapi.documents import (
    Identifier,
    ResourceObject,
    TypeMismatch,
    data_document,
    read_resource,
)
from interfaces.api.records.view import ObjectViewSet
from records.access.granting import (
    NoSuchRule,
    grant_access,
    revoke_access,
    revoke_everyone,
)
from records.access.rules import Rule, read_rules_and_labels
from records.resources.records import agent_linkage
from records.writing.operations import NoSuchRecord
from records.writing.preparing_links import agent_name

AGENT = "/relationships/agent"
EVERYONE = "*"
"""Stands in an address for every agent. No handle is called so."""


class AccessViewSet(ObjectViewSet):
    """The rules of access of the record in the address."""

    def list(self, request: Request, id: str, **kwargs: str) -> Response:
        """Answer the rules of the record."""
        self.parameters.only()
        record = self.decode(id)
        found = read_rules_and_labels(self.actor, self.record_schema, [record])
        if record not in found:
            raise NoSuchRecord()
        data = [self.resource(rule) for rule in found[record].rules]
        return Response(data_document(data))

    def create(self, request: Request, id: str, **kwargs: str) -> Response:
        """Grant access to an agent, or to everyone, and answer 201."""
        self.parameters.only()
        resource = read_resource(self.document)
        with placed_at("/data"):
            rule = grant_access(
                actor=self.actor,
                schema=self.record_schema,
                record=self.decode(id),
                agent=read_agent(resource),
            )
        document = data_document(self.resource(rule))
        return Response(document, status.HTTP_201_CREATED)

    def destroy(self, request: Request, id: str, agent: str, **kwargs: str) -> Response:
        """Revoke the access of an agent, or of everyone, and answer 204."""
        self.parameters.only()
        record, schema = self.decode(id), self.record_schema
        name = name_of_agent(agent)
        if agent == EVERYONE:
            revoke_everyone(actor=self.actor, schema=schema, record=record)
        elif name is None:
            raise NoSuchRule("There is no such agent.")
        else:
            revoke_access(actor=self.actor, schema=schema, record=record, agent=name)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def resource(self, rule: Rule) -> JSONObject:
        """Return the resource of a rule. No agent stands for everyone."""
        record = self.addresses.record(self.record_schema, rule.record_id)
        agent = str(rule.agent_id) if rule.agent_id else None
        return {
            "type": "access",
            "id": str(rule.id),
            "attributes": {"created_at": rule.created_at},
            "relationships": {"agent": {"data": agent_linkage(agent)}},
            "links": {"self": f"{record}/access/{agent or EVERYONE}"},
        }


def read_agent(resource: ResourceObject) -> str | None:
    """Return the name of the agent in a resource, or None for everyone.

    Raises:
        Refusal: if the resource is no rule of access.
    """
    check_rule(resource)
    named = resource.relationships["agent"]
    if named is None:
        return None
    if not isinstance(named, Identifier):
        raise MalformedDocument({f"{AGENT}/data": "Send one identifier or null."})
    if named.type != "agent":
        raise TypeMismatch({f"{AGENT}/data/type": "The type here is agent."})
    return agent_name(named, f"{AGENT}/data")


def check_rule(resource: ResourceObject) -> None:
    """Refuse a resource that is something else than a rule of access.

    Raises:
        Refusal: if it is.
    """
    if resource.type != "access":
        raise TypeMismatch({"/type": "The type here is access."})
    unknown = [f"/attributes/{name}" for name in resource.attributes or {}]
    unknown += [f"/relationships/{n}" for n in resource.relationships if n != "agent"]
    if unknown:
        raise UnknownField(dict.fromkeys(unknown, "A rule has only an agent."))
    if "agent" not in resource.relationships:
        raise MalformedDocument({"": "Name an agent, or null for everyone."})

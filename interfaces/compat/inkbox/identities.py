"""Who is asking, the identities, and their keys, as the Inkbox API has them."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from crm.agents import active_agents, create_agent, find_agent
from crm.errors import (
    AlreadyExists,
    NotAllowed,
    NotFound,
    Required,
    ValueTaken,
)
from crm.json_types import JSON, JSONObject
from crm.keys import NewKey, create_key
from crm.models import SLUG, Agent, ApiKey, Scope
from crm.moments import wire_time
from interfaces.compat.inkbox.contacts import read_uuid
from interfaces.compat.inkbox.door import InkboxDoor
from interfaces.compat.parameters import Parameters
from objects.field_types.base import InvalidValue
from objects.field_types.text import clean_text

IS_SLUG = re.compile(SLUG.regex.pattern)  # type: ignore[union-attr]  # It is compiled.
KEY_MEMBERS = {"label", "description", "scoped_identity_id"}
IDENTITY_MEMBERS = {"agent_handle", "display_name"}


class HandleTaken(AlreadyExists):
    """Another agent of the workspace has the handle."""

    source = None


class NoSuchIdentity(NotFound):
    """There is no active agent of that name."""

    source = None


class Whoami(InkboxDoor):
    """The key that asks."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer what it is and may do."""
        Parameters(request)
        key = ApiKey.objects.get(pk=str(self.actor.key_id))
        return self.answer(
            {
                "auth_type": "api_key",
                "auth_subtype": f"api_key.{self.kind()}",
                "organization_id": str(self.actor.workspace.id),
                "creator_type": "human",
                "key_id": str(key.id),
                "label": key.label,
                "scoped_identity_id": str(key.agent_id) if key.agent_id else None,
                "created_at": key.created_at.timestamp(),
                "last_used_at": key.last_used_at and key.last_used_at.timestamp(),
                "expires_at": key.expires_at and key.expires_at.timestamp(),
            }
        )

    def kind(self) -> str:
        """Return what kind of key it is. One that is no admin's is unknown there."""
        if self.actor.agent_id is not None:
            return "agent_scoped.claimed"
        return "admin_scoped" if self.actor.is_admin else "organization_scoped"


class Identities(InkboxDoor):
    """The active agents of the workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer all active agents."""
        Parameters(request)
        return self.answer([identity_of(one) for one in active_agents(self.actor)])

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create one and answer 201."""
        if not self.actor.is_admin:
            raise NotAllowed("Only an admin key may create an identity.")
        body = self.read_object(request)
        check_names(body, IDENTITY_MEMBERS)
        handle = required_text(body, "agent_handle", 63).removeprefix("@").lower()
        if not IS_SLUG.fullmatch(handle):
            raise InvalidValue({"/agent_handle": str(SLUG.message)})
        name = optional_text(body, "display_name", 200) or handle
        values = {"handle": handle, "name": name}
        try:
            agent = create_agent(workspace=self.actor.workspace, values=values)
        except ValueTaken as error:
            raise HandleTaken("Another identity has this handle.") from error
        return self.answer(identity_of(agent), 201)


class Identity(InkboxDoor):
    """``/identities/{handle}``: one active agent."""

    def get(self, request: HttpRequest, handle: str) -> HttpResponse:
        """Answer the agent with a handle."""
        Parameters(request)
        handle = handle.removeprefix("@").lower()
        if not IS_SLUG.fullmatch(handle):
            raise NoSuchIdentity("There is no such identity.")
        agent = active_agents(self.actor).filter(handle=handle).first()
        if agent is None:
            raise NoSuchIdentity("There is no such identity.")
        return self.answer(identity_of(agent))


class Keys(InkboxDoor):
    """``/api-keys``: keys of identities."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create one and answer 201. It is shown here and never again."""
        if not self.actor.is_admin:
            raise NotAllowed("Only an admin key may create keys.")
        body = self.read_object(request)
        check_names(body, KEY_MEMBERS)
        label = required_text(body, "label", 200)
        optional_text(body, "description", 1_000)
        if body.get("scoped_identity_id") is None:
            raise NotAllowed("Name a scoped_identity_id: a key cannot make admin keys.")
        identity = read_uuid(body["scoped_identity_id"], "/scoped_identity_id")
        agent = find_agent(self.actor, str(identity))
        if agent is None:
            raise NoSuchIdentity("There is no such identity.")
        new = create_key(
            workspace=self.actor.workspace,
            scopes=[Scope.READ, Scope.WRITE],
            label=label,
            agent=agent,
        )
        record = self.record_of(new) | {"description": body.get("description")}
        return self.answer({"api_key": new.secret, "record": record}, 201)

    def record_of(self, new: NewKey) -> JSONObject:
        """Return what may be known of a key."""
        key = new.key
        return {
            "id": str(key.id),
            "organization_id": str(key.workspace_id),
            "created_by": self.actor.name,
            "creator_type": "human",
            "scoped_identity_id": str(key.agent_id),
            "label": key.label,
            "status": "active",
            "last4": new.secret[-4:],
            "display_prefix": key.prefix,
            "last_used_at": None,
            "expires_at": None,
            "revoked_at": None,
            "created_at": wire_time(key.created_at),
            "updated_at": wire_time(key.created_at),
        }


def identity_of(agent: Agent) -> JSONObject:
    """Return an agent as an identity. It has no channels of its own here."""
    return {
        "id": str(agent.id),
        "organization_id": str(agent.workspace_id),
        "agent_handle": agent.handle,
        "display_name": agent.name or agent.handle,
        "description": None,
        "status": "active",
        "mailbox": None,
        "phone_number": None,
        "tunnel": None,
        "created_at": wire_time(agent.created_at),
        "updated_at": wire_time(agent.updated_at),
    }


def check_names(body: JSONObject, known: set[str]) -> None:
    """Refuse members that mean nothing here.

    Raises:
        InvalidValue: if there are any.
    """
    if unknown := sorted(body.keys() - known):
        raise InvalidValue({f"/{name}": "There is no such field." for name in unknown})


def required_text(body: JSONObject, name: str, longest: int) -> str:
    """Return text that must be there.

    Raises:
        Required: if there is none.
        InvalidValue: if it is not text, or too long.
    """
    text = optional_text(body, name, longest)
    if not text:
        raise Required({f"/{name}": "Enter text."})
    return text


def optional_text(body: JSONObject, name: str, longest: int) -> str | None:
    """Return text, trimmed, or None.

    Raises:
        InvalidValue: if it is not text, or too long.
    """
    value: JSON = body.get(name)
    try:
        return None if value is None else clean_text(value, longest).strip() or None
    except InvalidValue as refusal:
        raise InvalidValue({f"/{name}": str(refusal)}) from refusal

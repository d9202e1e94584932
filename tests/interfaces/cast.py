"""Everything that the calls of addresses are about, in one workspace."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from crm.keys import create_key
from crm.models import Agent, Erasure, Member, Scope, Workspace
from jobs.models import Job
from records.ids import decode_id
from tests.api_client import Api, items, resource
from tests.interfaces.api.schemas.schema_calls import create_object, relate
from webhooks.models import Delivery, Endpoint
from webhooks.secrets import first_secret, new_secret

NOBODY = "https://nobody.invalid/"
"""Where no webhook arrives."""


def make_cast(workspace: Workspace, secret: str) -> dict[str, str]:
    """Fill a workspace and return the id of each thing in it, by the name of it."""
    api = Api(workspace, secret)
    agent = Agent.objects.create(workspace=workspace, handle="scout")
    make_types(api)
    ids = {"workspace": workspace.slug, "agent": str(agent.pk), **make_records(api)}
    # Now the agent can be granted access to her again.
    revoked = api.delete(f"objects/person/records/{ids['bea']}/access/{agent.pk}")
    ids["change"] = revoked.headers["X-Change-Id"]
    key = create_key(workspace=workspace, scopes=[Scope.READ]).key
    idle = Agent.objects.create(workspace=workspace, handle="idle")
    member = make_member(workspace)
    job = Job.objects.create(workspace=workspace, kind="remove", created_by="user:1")
    hook = Endpoint.objects.create(
        workspace=workspace, url=NOBODY, secrets=first_secret(new_secret()), cursor=0
    )
    sent = Delivery.objects.create(
        workspace=workspace, endpoint=hook, kind="webhook.gap", state="dead"
    )
    erasure = Erasure.objects.create(
        workspace=workspace, object_slug="person", record="per_1", record_ids=[]
    )
    rows = {
        "hook": hook,
        "erasure": erasure,
        "sent": sent,
        "key": key,
        "idle": idle,
        "user": member,
        "job": job,
    }
    return ids | {name: str(row.pk) for name, row in rows.items()}


def make_member(workspace: Workspace) -> Member:
    """Let a person into a workspace."""
    user = User.objects.create(username="grace")
    return Member.objects.create(workspace=workspace, user=user, role="owner")


def make_records(api: Api) -> dict[str, str]:
    """Make people, a company and a conversation, linked, deleted and merged."""
    acme = create(api, "company", name="Acme", domains=items("acme.example"))
    ada = create(
        api,
        "person",
        {"companies": [ref("company", acme)], "owner": ref("agent", "scout")},
        name="Ada",
        last_name="Lovelace",
        email_addresses=items("ada@example.com"),
    )
    bea = create(api, "person", name="Bea")
    talk = create(api, "conversation", {"person": ref("person", ada)})
    cid = create(api, "person", {"companies": [ref("company", acme)]}, name="Cid")
    api.delete(f"objects/person/records/{cid}")
    title = resource("person", title="Engineer")
    eve, dan = (create(api, "person", name=name) for name in ("Eve", "Dan"))
    api.post(f"objects/person/records/{eve}/merge", {"data": [ref("person", dan)]})
    like_eve = create(api, "person", name="Eve")
    change = api.patch(f"objects/person/records/{ada}", title).headers["X-Change-Id"]
    return {
        "change": change,
        "cid": cid,
        "dan": dan,
        "eve": eve,
        "pair": f"{eve}-{like_eve}",
        "acme": acme,
        "ada": ada,
        "bea": bea,
        "talk": talk,
        "company": str(decode_id("com", acme)),
        "contact": str(decode_id("per", ada)),
        "hidden": str(decode_id("per", bea)),
    }


def make_types(api: Api) -> None:
    """Make object types: pets, which nothing refers to, and ships with a crew."""
    size = {"x-type": "select", "options": ["Small", "Large"]}
    crew = {"kind": "many-to-many", "entity": "person", "field": "ships"}
    create_object(api, "Pet", properties={"size": size})
    create_object(api, "Ship")
    relate(api, "c_ship", c_ship={"crew": {"x-relationship": crew}})


def create(
    api: Api, type_: str, linkage: dict[str, Any] | None = None, **attributes: object
) -> str:
    """Create a record and return its id."""
    body = resource(type_, **attributes)
    linked = {name: {"data": data} for name, data in (linkage or {}).items()}
    body["data"]["relationships"] = linked
    answer = api.post(f"objects/{type_}/records", body)
    assert answer.status == 201, answer.json
    return answer.id


def ref(type_: str, id_: str) -> dict[str, str]:
    """Return the identifier of a resource."""
    return {"type": type_, "id": id_}

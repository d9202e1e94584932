"""Records in the shape of address that JSON:API recommends, ``{base}/{type}/{id}``."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from tests.api_client import SAFE, Answer, Api, items, make_record, resource, resources

ADA = resource("person", name="Ada", email_addresses=items("ada@example.com"))


@pytest.fixture
def linked(api: Api) -> dict[str, str]:
    """A person with a company and an owner, and the ids of them."""
    api.post("agents", resource("agent", handle="scout"))
    acme = make_record(api, "company", "Acme")
    owner = {"type": "agent", "id": "scout"}
    ada = make_record(api, "person", "Ada", companies=[acme], owner=owner)
    rule = {"type": "access", "relationships": {"agent": {"data": owner}}}
    api.post(f"objects/person/records/{ada['id']}/access", {"data": rule})
    return {"ada": ada["id"], "acme": acme["id"]}


def in_the_other_shape(text: str) -> str:
    """Return text with the addresses of records in JSON:API's shape."""
    return re.sub(r"/objects/(\w+)/(?:records|resources)", r"/records/\1", text)


READS = [
    "objects/person/records?include=companies.people,owner",
    "objects/person/records?page[limit]=1&page[offset]=0",
    "objects/person/records?page[size]=1&page[total]=true",
    "objects/person/records/{ada}?include=companies&fields[company]=name",
    "objects/person/records/{ada}/companies?sort=name",
    "objects/person/records/{ada}/owner",
    "objects/person/records/{ada}/relationships/companies",
    "objects/person/records/{ada}/relationships/owner",
    "objects/person/records/{ada}/access",
]


@pytest.mark.parametrize("path", READS)
def test_links_stay_in_the_shape_that_was_asked_for(
    api: Api, linked: dict[str, str], path: str
) -> None:
    path = path.format(**linked)

    answer, other = api.get(path), api.get(in_the_other_shape(f"/{path}")[1:])

    assert (answer.status, other.status) == (200, 200)
    assert other.json == json.loads(in_the_other_shape(answer.content.decode()))
    assert b"/objects/" not in other.content


def test_every_link_leads_on_in_its_shape(api: Api, linked: dict[str, str]) -> None:
    api.post("records/company", resource("company", name="Navy"))
    waiting, seen = [f"{api.base}/records/person", f"{api.base}/records/company"], set()

    while waiting:
        url = waiting.pop()
        seen.add(url)
        answer = follow(api, url)
        assert answer.status == 200, url
        waiting += {*links_in(answer.json)} - seen - {*waiting}

    below = {url.removeprefix(f"{api.base}/").split("/")[0] for url in seen}
    assert below == {"records", "agents"}
    assert f"{api.base}/records/company/{linked['acme']}/relationships/people" in seen


def follow(api: Api, url: str) -> Answer:
    """Return what a link leads to."""
    path = quote(url.removeprefix("http://testserver"), safe=SAFE)
    response = api.client.get(path)
    return Answer(response.status_code, dict(response.headers), response.content)


def links_in(document: Any) -> list[str]:
    """Return all links of a document."""
    if isinstance(document, list):
        return [link for one in document for link in links_in(one)]
    if not isinstance(document, dict):
        return []
    own = [link for link in document.get("links", {}).values() if link]
    return own + [link for one in document.values() for link in links_in(one)]


def test_writes_work_with_a_base_and_a_key_alone(api: Api) -> None:
    base = f"{api.base}/records"

    created = api.post("records/person", ADA)
    matched = api.post("records/person", ADA)
    changed = api.patch(f"records/person/{created.id}", resource("person", title="Dr"))
    made = api.post("records/company/bulk", resources("company", {"name": "Acme"}))
    link = {"data": [{"type": "company", "id": made.data[0]["id"]}]}
    linkage = f"records/person/{created.id}/relationships/companies"
    replaced = api.patch(linkage, link)
    found = api.post("records/person/query", {"filter": {"name": "Ada"}})
    meant = api.post("records/person/lookup", {"items": ["ada@example.com"]})
    gone = api.delete(f"records/person/{created.id}")

    self = f"{base}/person/{created.id}"
    assert (created.status, created.headers["Location"]) == (201, self)
    assert (matched.status, matched.json["links"]["self"]) == (200, self)
    assert (changed.status, changed.data["links"]["self"]) == (200, self)
    assert made.data[0]["links"]["self"] == f"{base}/company/{made.data[0]['id']}"
    assert replaced.json["links"]["related"] == f"{self}/companies"
    assert [one["links"]["self"] for one in found.data] == [self]
    assert [one["links"]["self"] for one in meant.data] == [self]
    assert gone.status == 204


@pytest.mark.parametrize("path", ["records", "records/nothing", "records/person/x/y/z"])
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    answer = api.get(path)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


def test_the_workspace_leads_to_what_it_has(api: Api) -> None:
    answer = follow(api, api.base)

    assert answer.status == 200
    assert answer.json["meta"] == {
        "name": api.workspace.name,
        "slug": api.workspace.slug,
        "version": settings.VERSION,
    }
    assert answer.json["links"]["self"] == api.base
    assert {"objects", "schemas", "changes", "me"} < answer.json["links"].keys()
    found = {name: follow(api, url) for name, url in answer.json["links"].items()}
    assert found.pop("operations").headers["Allow"] == "POST, OPTIONS"
    assert {name: one.status for name, one in found.items()} == dict.fromkeys(
        found, 200
    )
    (people,) = [one for one in found["objects"].data if one["id"] == "person"]
    assert follow(api, people["links"]["records"]).status == 200


@pytest.mark.parametrize("slug", ["acme", "nowhere"])
def test_without_a_key_nobody_learns_which_workspaces_there_are(
    client: Client, api: Api, slug: str
) -> None:
    request = {"X-Request-Id": "the-same"}
    known = client.get(f"/v1/workspaces/{api.workspace.slug}", headers=request)
    answer = client.get(f"/v1/workspaces/{slug}", headers=request)

    assert answer.status_code == 401
    assert answer.content == known.content
    assert {**answer.headers} == {**known.headers}

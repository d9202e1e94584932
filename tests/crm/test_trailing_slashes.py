"""An address with a slash at the end is answered as without it."""

from __future__ import annotations

import pytest
from django.test import Client

from crm.models import Workspace
from tests.api_client import Api, resource

PEOPLE = "objects/person/records"


@pytest.mark.parametrize("path", ["me", "agents", "schemas/person", f"{PEOPLE}"])
def test_reads_are_the_same(api: Api, path: str) -> None:
    with_slash, without = api.get(f"{path}/?"), api.get(f"{path}?")

    assert with_slash.status == 200
    assert with_slash.json == without.json


def test_a_query_behind_the_slash_is_kept(api: Api) -> None:
    answer = api.get(f"{PEOPLE}/?page[limit]=1")

    assert answer.json["meta"]["limit"] == 1
    assert answer.json["links"]["self"] == f"{api.base}/{PEOPLE}?page[limit]=1"


def test_writes_keep_their_bodies(api: Api) -> None:
    ada = resource("person", name="Ada")

    first = api.post(f"{PEOPLE}/", ada, idempotency_key="once")
    again = api.post(PEOPLE, ada, idempotency_key="once")
    gone = api.delete(f"{PEOPLE}/{first.id}/")

    assert (first.status, gone.status) == (201, 204)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_two_slashes_are_not_one(api: Api) -> None:
    assert api.get(f"{PEOPLE}//").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/compat/clarky/api/v1/contacts",
        "/compat/clara/contacts",
        "/compat/inkbox/api/v1/contacts",
        "/compat/inkbox/api/v1/identities",
    ],
)
def test_doors_and_health_too(api: Api, path: str) -> None:
    keys = {"X-API-Key": api.secret, "Authorization": f"Bearer {api.secret}"}
    client = Client(headers=keys)

    statuses = [client.get(path).status_code, client.get(f"{path}/").status_code]

    assert statuses == [200, 200]


def test_pages_for_people_stay_where_they_are(workspace: Workspace) -> None:
    assert Client().get("/admin/login/").status_code == 200

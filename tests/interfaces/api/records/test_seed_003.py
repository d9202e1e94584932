"""Every request of seed 003, the guide to records, is sent and answered as written."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from crm.models import Workspace
from tests.api_client import Answer, Api, items, resource, resources

CREATE = b"""
{
  "data": {
    "type": "person",
    "attributes": {
      "name": "Taylor Reeves",
      "email_addresses": { "items": ["taylor@example.com"] },
      "title": "VP of Sales",
      "company_name": "Acme Corp"
    }
  }
}
"""
BULK_CREATE = b"""
{
  "data": [
    {
      "type": "person",
      "attributes": {
        "name": "Taylor Reeves",
        "email_addresses": { "items": ["taylor@example.com"] },
        "title": "VP of Sales"
      }
    },
    {
      "type": "person",
      "attributes": {
        "name": "Jordan Kim",
        "email_addresses": { "items": ["jordan@example.com"] },
        "title": "Account Executive"
      }
    }
  ]
}
"""
UPDATE = b"""
{
  "data": {
    "type": "person",
    "attributes": {
      "title": "Chief Revenue Officer",
      "company_name": "Acme Holdings"
    }
  }
}
"""
BULK_UPDATE = """
{
  "data": [
    {
      "id": "per_01HX9Z2K3M4N5P6Q7R8S9T0U",
      "type": "person",
      "attributes": {
        "title": "Chief Revenue Officer"
      }
    },
    {
      "id": "per_01HX9Z2K3M4N5P6Q7R8S9T0V",
      "type": "person",
      "attributes": {
        "title": "Senior Account Executive"
      }
    }
  ]
}
"""
BULK_DELETE = """
{
  "items": [
    "per_01HX9Z2K3M4N5P6Q7R8S9T0U",
    "per_01HX9Z2K3M4N5P6Q7R8S9T0V"
  ]
}
"""
COLLECTIONS = {
    "email_addresses": items("taylor@example.com", "taylor@personal.com"),
    "domains": items("example.com", "acmecorp.io"),
    "phone_numbers": items("+14155550100"),
}
TAYLOR: dict[str, Any] = {
    "name": "Taylor Reeves",
    "email_addresses": items("taylor@example.com"),
    "title": "VP of Sales",
    "company_name": "Acme Corp",
}


def send(api: Api, method: str, path: str, body: object = None) -> Answer:
    """Send plain JSON, as the guide's clients do."""
    return api.call(method, path, body, content_type="application/json")


def with_ids(template: str, *ids: str) -> bytes:
    """Return a body of the guide with ids of ours."""
    for theirs, ours in zip("UV", ids, strict=True):
        template = template.replace(f"per_01HX9Z2K3M4N5P6Q7R8S9T0{theirs}", ours)
    return template.encode()


def part(attributes: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: attributes[name] for name in names}


@pytest.fixture
def people(api: Api) -> list[str]:
    """Taylor and Jordan."""
    answer = send(api, "POST", "objects/person/records/bulk", BULK_CREATE)
    return [row["id"] for row in answer.data]


def test_create_a_record(api: Api) -> None:
    answer = send(api, "POST", "objects/person/records", CREATE)

    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.data["type"] == "person"
    assert answer.id.startswith("per_")
    assert part(answer.data["attributes"], *TAYLOR) == TAYLOR


def test_create_updates_a_record_with_the_same_unique_value(api: Api) -> None:
    first = send(api, "POST", "objects/person/records", CREATE)

    second = send(api, "POST", "objects/person/records", CREATE)

    assert (second.status, second.id) == (200, first.id)


def test_an_id_in_the_body_is_422(api: Api) -> None:
    body = CREATE.replace(b'"type"', b'"id": "per_01HX9Z2K3M4N5P6Q7R8S9T0U", "type"')

    answer = send(api, "POST", "objects/person/records", body)

    assert answer.status == 422
    assert answer.errors == [("client_id", "/data/id")]


def test_bulk_create(api: Api) -> None:
    answer = send(api, "POST", "objects/person/records/bulk", BULK_CREATE)

    assert answer.status == 201
    assert [row["attributes"]["name"] for row in answer.data] == [
        "Taylor Reeves",
        "Jordan Kim",
    ]


def test_bulk_create_takes_25(api: Api) -> None:
    rows: list[dict[str, object]] = [{}] * 26
    path = "objects/person/records/bulk"

    assert send(api, "POST", path, resources("person", *rows)).status == 422
    assert send(api, "POST", path, resources("person", *rows[1:])).status == 201


def test_bulk_create_is_atomic_and_matches_each_record(api: Api) -> None:
    first = send(api, "POST", "objects/person/records", CREATE)
    bad = BULK_CREATE.replace(b'{ "items": ["jordan@example.com"] }', b'"jordan"')

    refused = send(api, "POST", "objects/person/records/bulk", bad)
    total = api.get("objects/person/resources").json["meta"]["total_records"]
    accepted = send(api, "POST", "objects/person/records/bulk", BULK_CREATE)

    assert (refused.status, total) == (422, 1)
    assert refused.errors == [("wrong_shape", "/data/1/attributes/email_addresses")]
    assert (accepted.status, accepted.data[0]["id"]) == (201, first.id)


def test_get_a_record(api: Api) -> None:
    created = send(api, "POST", "objects/person/records", CREATE)

    answer = api.get(f"objects/person/records/{created.id}")

    attributes = answer.data["attributes"]
    assert answer.status == 200
    assert part(answer.data, "id", "type") == {"id": created.id, "type": "person"}
    assert part(attributes, *TAYLOR) == TAYLOR
    assert attributes["_created_at"] == attributes["_updated_at"]
    assert attributes["_created_at"].endswith("Z")


def test_get_a_record_with_its_companies(api: Api) -> None:
    acme = send(api, "POST", "objects/company/records", resource("company", name="A"))
    companies = {"data": [{"type": "company", "id": acme.id}]}
    body = resource("person", name="Taylor Reeves")
    body["data"]["relationships"] = {"companies": companies}
    created = send(api, "POST", "objects/person/records", body)

    answer = api.get(f"objects/person/records/{created.id}?include=companies")

    assert answer.status == 200
    assert answer.data["relationships"]["companies"]["data"] == companies["data"]
    assert [row["id"] for row in answer.json["included"]] == [acme.id]


def test_list_records(api: Api) -> None:
    Workspace.objects.update(settings={"bulk_limit": 284})
    rows: list[dict[str, object]] = [{"name": f"No. {n}"} for n in range(284)]
    send(api, "POST", "objects/person/records/bulk", resources("person", *rows))

    answer = api.get("objects/person/resources")

    assert answer.status == 200
    assert len(answer.data) == 25
    assert answer.json["meta"] == {
        "total_records": 284,
        "total_pages": 12,
        "offset": 0,
        "limit": 25,
    }
    assert unquote(answer.json["links"]["next"]).endswith(
        "/v1/workspaces/acme/objects/person/resources?page[limit]=25&page[offset]=25"
    )


def test_update_a_record(api: Api) -> None:
    created = send(api, "POST", "objects/person/records", CREATE)

    path = f"objects/person/records/{created.id}"
    answer = send(api, "PATCH", path, UPDATE)

    assert answer.status == 200
    assert part(answer.data["attributes"], *TAYLOR) == TAYLOR | {
        "title": "Chief Revenue Officer",
        "company_name": "Acme Holdings",
    }


def test_bulk_update(api: Api, people: list[str]) -> None:
    body = with_ids(BULK_UPDATE, *people)

    answer = send(api, "PATCH", "objects/person/records", body)

    assert answer.status == 200
    assert [row["attributes"]["title"] for row in answer.data] == [
        "Chief Revenue Officer",
        "Senior Account Executive",
    ]


def test_bulk_update_with_a_missing_id_is_404(api: Api, people: list[str]) -> None:
    body = with_ids(BULK_UPDATE, people[0], "per_01HX9Z2K3M4N5P6Q7R8S9T0V")

    answer = send(api, "PATCH", "objects/person/records", body)

    assert answer.status == 404
    assert answer.errors == [("not_found", "/data/1/id")]
    taylor = api.get(f"objects/person/records/{people[0]}").data
    assert taylor["attributes"]["title"] == "VP of Sales"


def test_delete_a_record(api: Api, people: list[str]) -> None:
    answer = api.delete(f"objects/person/records/{people[0]}")

    assert (answer.status, answer.content) == (204, b"")
    assert api.get(f"objects/person/records/{people[0]}").status == 404


def test_bulk_delete(api: Api, people: list[str]) -> None:
    body = with_ids(BULK_DELETE, *people)

    answer = send(api, "DELETE", "objects/person/records", body)

    assert answer.status == 204
    assert api.get("objects/person/resources").data == []


@pytest.mark.parametrize(
    ("type_", "field"),
    [
        ("person", "email_addresses"),
        ("company", "domains"),
        ("person", "phone_numbers"),
    ],
)
def test_collection_fields(api: Api, type_: str, field: str) -> None:
    path = f"objects/{type_}/records"
    value = COLLECTIONS[field]
    created = send(api, "POST", path, resource(type_, **{field: value}))
    one = f"{path}/{created.id}"

    cleared = send(api, "PATCH", one, resource(type_, **{field: items()}))
    plain = send(api, "PATCH", one, resource(type_, **{field: value["items"]}))

    assert created.data["attributes"][field] == value
    assert cleared.data["attributes"][field] == items()
    assert (plain.status, plain.errors) == (
        422,
        [("wrong_shape", f"/data/attributes/{field}")],
    )

"""Every answer that says no is a JSON:API document, and says why."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from crm.errors import Refusal
from tests.api_client import Api, resource, resources

PEOPLE = "objects/person/records"
ADA = resource("person", name="Ada")
JSONAPI = "application/vnd.api+json"


def test_an_error_has_these_members(api: Api) -> None:
    answer = api.post(PEOPLE, resource("person", companies="Acme"), x_request_id="mine")

    assert answer.headers["Content-Type"] == JSONAPI
    assert answer.json == {
        "jsonapi": {"version": "1.1"},
        "errors": [
            {
                "id": "mine",
                "status": "422",
                "code": "unknown_field",
                "title": "Unknown field",
                "detail": "Send this one under relationships.",
                "source": {"pointer": "/data/attributes/companies"},
            }
        ],
    }


def test_the_status_is_that_of_all_errors_if_they_agree(api: Api) -> None:
    answer = api.post(PEOPLE, resource("person", name=5, nme=5, birthday="soon"))

    assert answer.status == 422
    assert sorted(answer.errors) == [
        ("invalid_value", "/data/attributes/birthday"),
        ("invalid_value", "/data/attributes/name"),
        ("unknown_field", "/data/attributes/nme"),
    ]


def test_the_status_is_the_general_one_if_they_do_not(api: Api) -> None:
    body = resources("person", {}, {"nme": 5})
    body["data"][0]["type"] = "deal"

    answer = api.post(f"{PEOPLE}/bulk", body)

    assert answer.status == 400
    assert [error["status"] for error in answer.json["errors"]] == ["409", "422"]


def refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    """Return all kinds of refusals below one."""
    return [k for child in kind.__subclasses__() for k in (child, *refusals(child))]


@pytest.mark.parametrize("code", sorted({kind.code for kind in refusals(Refusal)}))
def test_a_code_has_one_status_and_one_title(code: str) -> None:
    kinds = [kind for kind in refusals(Refusal) if kind.code == code]

    assert len({(kind.status, kind.title) for kind in kinds}) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/v1",
        "/v1/workspaces",
        "/v1/workspaces/",
        "/v1/workspaces/acme/objects/person/records//",
        "/v1/workspaces/acme/objects/person/records/1/2/3/4",
        "/v1/workspaces/acme/objects//records",
        "//v1/workspaces/acme/objects/person/records",
        "/v1/workspaces/acme/../../etc/passwd",
        "/v1/workspaces/acme/%00",
        "/v1/workspaces/acme/%ff%fe",
        "/static/nothing.css",
        "/healthz//",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_leads_nowhere(method: str, address: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, address)

    assert (response.status_code, response["Content-Type"]) == (404, JSONAPI)
    assert response.json()["errors"][0]["code"] == "not_found"
    assert UUID(response["X-Request-Id"])


@pytest.mark.parametrize(
    "path",
    [
        "objects/nothing/records",
        "objects/Person/records",
        "objects/person%00/records",
        "objects/%ED%A0%80/records",
        f"{PEOPLE}/per_0",
        f"{PEOPLE}/per_00000000000000000000000000",
        f"{PEOPLE}/com_00000000000000000000000000",
        f"{PEOPLE}/00000000-0000-0000-0000-000000000000",
        f"{PEOPLE}/%00",
        f"{PEOPLE}/%ED%A0%80",
    ],
)
def test_what_does_not_exist_is_not_found(api: Api, path: str) -> None:
    answer = api.get(path)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("name", ["0", "per_0", "per_00000000000000000000000000"])
def test_a_missing_record_is_one_error(api: Api, method: str, name: str) -> None:
    answer = api.call(method, f"{PEOPLE}/{name}", ADA)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])


ALLOWED = [
    (PEOPLE, {"GET", "HEAD", "QUERY", "POST", "PATCH", "DELETE", "OPTIONS"}),
    (f"{PEOPLE}/bulk", {"POST", "OPTIONS"}),
    (f"{PEOPLE}/per_0", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
]


@pytest.mark.parametrize(("path", "allowed"), ALLOWED)
@pytest.mark.parametrize("method", ["PUT", "TRACE"])
def test_says_which_methods_are_allowed(
    api: Api, path: str, allowed: set[str], method: str
) -> None:
    answer = api.call(method, path)

    assert (answer.status, answer.errors) == (405, [("method_not_allowed", "")])
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(("path", "allowed"), ALLOWED)
def test_answers_options_with_what_is_allowed(
    api: Api, path: str, allowed: set[str]
) -> None:
    answer = api.call("OPTIONS", path)

    assert (answer.status, answer.content) == (204, b"")
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", ["if_match", "if_none_match", "idempotency_key"])
@pytest.mark.parametrize(
    "value",
    [" ", '"', '""', "*, *", '"a"', 'W/"1"', '"²"', '"٣"', f'"{"9" * 5000}"', "\x00"],
)
def test_no_header_is_so_strange_that_we_crash(api: Api, name: str, value: str) -> None:
    address = f"{PEOPLE}/{api.post(PEOPLE, ADA).id}"

    statuses = {
        api.call(method, address, ADA, **{name: value}).status
        for method in ("GET", "PATCH")
    }

    assert statuses <= {200, 304, 400, 412}

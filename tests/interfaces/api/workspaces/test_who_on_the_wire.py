"""Users, agents, keys and the caller speak JSON:API as strictly as records do."""

from __future__ import annotations

import pytest

from crm.models import Agent, ApiKey
from tests.api_client import Answer, Api, resource

JSONAPI = "application/vnd.api+json"
PLAIN = "application/json"
READABLE = ["users", "agents", "agents/{agent}", "api-keys", "api-keys/{key}", "me"]
AGENT = resource("agent", handle="ranger")


@pytest.fixture(params=READABLE)
def path(request: pytest.FixtureRequest, api: Api, agent: Agent) -> str:
    """An address that can be read."""
    return str(request.param).format(agent=agent.pk, key=ApiKey.objects.get().pk)


def create(
    api: Api, body: object = AGENT, path: str = "agents", **headers: str
) -> Answer:
    """Create an agent."""
    return api.post(path, body, **headers)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", JSONAPI),
        ("*/*", JSONAPI),
        (JSONAPI, JSONAPI),
        (PLAIN, PLAIN),
        (f"{PLAIN};q=0.1, {JSONAPI}", JSONAPI),
    ],
)
def test_answers_in_the_media_type_asked_for(
    api: Api, path: str, accept: str, content_type: str
) -> None:
    answer = api.get(path, accept=accept)

    assert (answer.status, answer.headers["Content-Type"]) == (200, content_type)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "accept", [f"{JSONAPI};a=b", f'{JSONAPI};ext="x"', "text/html"]
)
def test_refuses_what_cannot_be_answered(api: Api, path: str, accept: str) -> None:
    answer = api.get(path, accept=accept)

    assert (answer.status, answer.errors) == (406, [("not_acceptable", "Accept")])


def test_answers_are_documents(api: Api, path: str) -> None:
    document = api.get(path).json

    many = (
        document["data"] if isinstance(document["data"], list) else [document["data"]]
    )
    members = {"type", "id", "attributes", "relationships", "links"}
    assert document["jsonapi"] == {"version": "1.1"}
    assert document["links"]["self"] == f"{api.base}/{path}"
    assert document.keys() <= {"jsonapi", "data", "links", "meta"}
    assert all(one.keys() <= members for one in many)
    assert all(isinstance(one["id"], str) for one in many)


def test_every_resource_is_at_its_link(api: Api, path: str) -> None:
    data = api.get(path).data

    for one in data if isinstance(data, list) else [data]:
        link = one["links"]["self"].removeprefix(f"{api.base}/")
        assert api.get(link).data == one


@pytest.mark.parametrize(
    "parameter", ["colour", "format", "filter", "page", "include[x]"]
)
def test_ignores_no_parameter(api: Api, path: str, parameter: str) -> None:
    answer = api.get(f"{path}?{parameter}=1")

    assert answer.status == 400
    assert [place for _, place in answer.errors] == [parameter]


def test_names_the_cursor_profile(api: Api) -> None:
    profile = "https://jsonapi.org/profiles/ethanresnick/cursor-pagination"
    answer = api.get("agents?page[size]=1", accept=f'{JSONAPI};profile="{profile}"')

    assert answer.headers["Content-Type"] == f'{JSONAPI}; profile="{profile}"'
    assert answer.json["links"]["prev"] is None


def test_an_empty_fieldset_shows_nothing(api: Api, agent: Agent) -> None:
    answer = api.get(f"agents/{agent.pk}?fields[agent]=")

    assert answer.data["attributes"] == {}


def test_an_empty_include_includes_nothing(api: Api) -> None:
    assert api.get("api-keys?include=").json["included"] == []


@pytest.mark.parametrize("content_type", [f"{JSONAPI};charset=utf-8", "text/plain", ""])
def test_refuses_bodies_of_other_types(api: Api, content_type: str) -> None:
    answer = create(api, content_type=content_type)

    assert answer.status == 415
    assert answer.errors == [("unsupported_media_type", "Content-Type")]


def test_takes_plain_json_and_answers_it(api: Api) -> None:
    answer = create(api, content_type=PLAIN)

    assert (answer.status, answer.headers["Content-Type"]) == (201, PLAIN)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (None, ""),
        (b"{", ""),
        ([], ""),
        ({}, ""),
        ({"data": None}, "/data"),
        ({"data": []}, "/data"),
        ({"data": {"attributes": {}}}, "/data"),
        ({"data": {"type": 5}}, "/data/type"),
        ({"data": {"type": "agent", "attributes": [1]}}, "/data/attributes"),
        ({"data": {"type": "agent", "relationships": [1]}}, "/data/relationships"),
        (
            {"data": {"type": "agent", "relationships": {"x": {}}}},
            "/data/relationships/x",
        ),
    ],
)
def test_refuses_what_is_no_resource(api: Api, body: object, pointer: str) -> None:
    answer = create(api, body)

    assert (answer.status, answer.errors) == (400, [("malformed_document", pointer)])


def test_refuses_relationships_that_there_are_not(api: Api) -> None:
    document = resource("agent", handle="ranger")
    document["data"]["relationships"] = {"name": {"data": []}}

    answer = create(api, document)

    assert answer.errors == [("unknown_field", "/data/relationships/name")]


def test_ignores_members_that_the_specification_does_not_know(api: Api) -> None:
    document = resource("agent", handle="ranger", **{"@note": 1})
    document |= {"zzz": 1}
    document["data"]["zzz"] = 1

    assert create(api, document).status == 201


@pytest.mark.parametrize("parameter", ["colour=1", "filter[handle]=a", "sort=handle"])
def test_ignores_no_parameter_of_a_write(api: Api, parameter: str) -> None:
    answer = create(api, path=f"agents?{parameter}")

    assert (answer.status, answer.errors[0][0]) == (400, "unknown_parameter")
    assert not Agent.objects.exists()


def test_shows_the_fields_asked_for_after_a_write(api: Api) -> None:
    answer = create(api, path="agents?fields[agent]=handle")

    assert answer.data["attributes"] == {"handle": "ranger"}


def test_a_bad_fieldset_keeps_a_write_from_happening(api: Api) -> None:
    answer = create(api, path="agents?fields[agent]=colour")

    assert (answer.status, answer.errors[0][0]) == (400, "invalid_parameter")
    assert not Agent.objects.exists()


def test_head_and_options(api: Api, path: str) -> None:
    head, options = (api.call(method, path) for method in ("HEAD", "OPTIONS"))

    assert (head.status, head.content) == (200, b"")
    assert options.status == 204
    assert "GET" in options.headers["Allow"]


@pytest.mark.parametrize("path", ["agents//", "agent", "me/x", "settings/bulk_limit"])
def test_other_addresses_lead_nowhere(api: Api, path: str) -> None:
    assert (api.get(path).status, api.get(path).errors) == (404, [("not_found", "")])


def test_answers_are_counted(api: Api, path: str) -> None:
    headers = api.get(path).headers

    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == (
        "3000",
        "2999",
    )

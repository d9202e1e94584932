"""``/api-keys``: keys are made, changed and ended over the API, by admins."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Agent, ApiKey, IdempotentRequest
from crm.sql import query
from tests.api_client import Answer, Api, resource

KEYS = "api-keys"
OVERLAP = "/meta/overlap_seconds"


def of_agent(agent: Agent, **attributes: object) -> dict[str, Any]:
    """Return the document of a key for an agent."""
    document = resource("api-key", **{"scopes": ["read"], **attributes})
    linkage = {"type": "agent", "id": str(agent.pk)}
    document["data"]["relationships"] = {"agent": {"data": linkage}}
    return document


def make(api: Api, **attributes: object) -> Answer:
    """Create a key."""
    return api.post(KEYS, resource("api-key", **{"scopes": ["read"], **attributes}))


def user_of(answer: Answer, api: Api) -> Api:
    """Return the API with the key in an answer."""
    return Api(api.workspace, answer.data["attributes"]["secret"])


def status(api: Api) -> int:
    return api.get("me").status


def tables_holding(text: str) -> list[str]:
    """Return the tables in which a row has a text, in whatever column."""
    sql = (
        'SELECT 1 FROM "{}" row WHERE strpos(row::text, %(text)s) > 0 '
        "OR strpos(row::text, %(bytes)s) > 0"
    )
    return [
        table
        for table in connection.introspection.table_names()
        if query(sql.format(table), text=text, bytes=text.encode().hex())
    ]


def test_creates_a_key_that_works(api: Api, agent: Agent) -> None:
    answer = api.post(KEYS, of_agent(agent, label="Zapier"))

    attributes = answer.data["attributes"]
    secret = attributes.pop("secret")
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    assert answer.headers["Location"] == answer.data["links"]["self"]
    assert attributes == {
        "label": "Zapier",
        "scopes": ["read"],
        "expires_at": None,
        "prefix": secret[:13],
        "last_used_at": None,
        "revoked_at": None,
    }
    assert status(Api(api.workspace, secret)) == 200


def test_a_key_of_an_agent_acts_for_it(api: Api, agent: Agent) -> None:
    answer = api.post(KEYS, of_agent(agent))

    me = user_of(answer, api).get("me").data["attributes"]
    linkage = {"type": "agent", "id": str(agent.pk)}
    assert answer.data["relationships"] == {"agent": {"data": linkage}}
    assert me["agent"]["handle"] == "scout"


def test_shows_the_secret_never_again(api: Api) -> None:
    made = make(api, label="Zapier")
    secret = made.data["attributes"]["secret"]

    later = [
        api.get(KEYS),
        api.get(f"{KEYS}/{made.id}"),
        api.patch(f"{KEYS}/{made.id}", resource("api-key", label="Make")),
    ]

    assert [answer.status for answer in later] == [200, 200, 200]
    assert not any(secret.encode() in answer.content for answer in later)
    assert not any(b'"secret"' in answer.content for answer in later)


def test_keeps_the_secrets_nowhere(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "crm")
    body = resource("api-key", scopes=["read"])
    made = api.post(KEYS, body, idempotency_key="k")
    rotated = api.post(f"{KEYS}/{made.id}/rotate", idempotency_key="k")
    user_of(rotated, api).post("objects/nothing/records", {})

    secrets = [answer.data["attributes"]["secret"] for answer in (made, rotated)]

    assert secrets[0] != secrets[1]
    for secret in secrets:
        assert tables_holding(secret.removeprefix("kith_")) == []
        assert secret not in caplog.text


def test_finds_what_is_kept_as_bytes(api: Api) -> None:
    api.patch("settings", {"bulk_limit": 7}, idempotency_key="k")

    assert tables_holding('"bulk_limit":7') == ["crm_idempotentrequest"]


@pytest.mark.parametrize("path", [KEYS, f"{KEYS}/{{id}}/rotate"])
def test_a_replay_has_no_secret_and_makes_no_other(api: Api, path: str) -> None:
    key = make(api).id
    body = resource("api-key", scopes=["read"]) if path == KEYS else None
    first = api.post(path.format(id=key), body, idempotency_key="k")
    before = list(ApiKey.objects.values("pk", "digest").order_by("pk"))

    second = api.post(path.format(id=key), body, idempotency_key="k")

    assert (second.status, second.id) == (first.status, first.id)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.data["attributes"] == {**first.data["attributes"], "secret": None}
    assert list(ApiKey.objects.values("pk", "digest").order_by("pk")) == before


def test_a_refusal_to_make_a_key_is_replayed_as_it_was(api: Api) -> None:
    first, second = (
        api.post(KEYS, resource("api-key", scopes=[]), idempotency_key="k")
        for _ in range(2)
    )

    assert (first.status, first.content) == (422, second.content)
    assert IdempotentRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("attributes", "errors"),
    [
        ({}, [("required", "/data/attributes")]),
        ({"scopes": None}, [("required", "/data/attributes/scopes")]),
        ({"scopes": []}, [("required", "/data/attributes/scopes")]),
        ({"scopes": "read"}, [("invalid_value", "/data/attributes/scopes")]),
        ({"scopes": ["all"]}, [("invalid_value", "/data/attributes/scopes/0")]),
        ({"scopes": [["read"]]}, [("invalid_value", "/data/attributes/scopes/0")]),
        (
            {"scopes": ["read", 1, None]},
            [
                ("invalid_value", "/data/attributes/scopes/1"),
                ("invalid_value", "/data/attributes/scopes/2"),
            ],
        ),
        (
            {"scopes": ["read"], "label": 5},
            [("invalid_value", "/data/attributes/label")],
        ),
        (
            {"scopes": ["read"], "label": "a" * 201},
            [("invalid_value", "/data/attributes/label")],
        ),
        (
            {"scopes": ["read"], "label": "a\0"},
            [("invalid_value", "/data/attributes/label")],
        ),
        (
            {"scopes": ["read"], "expires_at": "2030-01-01"},
            [("invalid_value", "/data/attributes/expires_at")],
        ),
        (
            {"scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"},
            [("invalid_value", "/data/attributes/expires_at")],
        ),
        (
            {"scopes": ["read"], "secret": "mine", "colour": "red"},
            [
                ("read_only", "/data/attributes/secret"),
                ("unknown_field", "/data/attributes/colour"),
            ],
        ),
        (
            {"scopes": ["read"], "agent": "scout"},
            [("unknown_field", "/data/attributes/agent")],
        ),
    ],
)
def test_refuses_bad_values(
    api: Api, attributes: dict[str, object], errors: list[tuple[str, str]]
) -> None:
    answer = api.post(KEYS, resource("api-key", **attributes))

    assert (answer.status, answer.errors) == (422, errors)
    assert ApiKey.objects.count() == 1


def test_reports_all_that_is_wrong_at_once(api: Api) -> None:
    document = resource("key", scopes=["all"], colour="red")
    document["data"]["id"] = "1"

    answer = api.post(KEYS, document)

    assert (answer.status, answer.errors) == (
        400,
        [
            ("type_mismatch", "/data/type"),
            ("client_id", "/data/id"),
            ("unknown_field", "/data/attributes/colour"),
            ("invalid_value", "/data/attributes/scopes/0"),
        ],
    )


@pytest.mark.parametrize(
    ("linkage", "status", "code"),
    [
        ({"type": "agent", "id": "01a1fc4f-ec7f-72d2-a224-f1aa902470a8"}, 404, "no"),
        ({"type": "agent", "id": "scout"}, 404, "no"),
        ({"type": "user", "id": "01a1fc4f-ec7f-72d2-a224-f1aa902470a8"}, 409, "type"),
        ([], 422, "value"),
    ],
)
def test_refuses_what_is_no_agent(
    api: Api, linkage: object, status: int, code: str
) -> None:
    document = resource("api-key", scopes=["read"])
    document["data"]["relationships"] = {"agent": {"data": linkage}}

    answer = api.post(KEYS, document)

    codes = {"no": "not_found", "type": "type_mismatch", "value": "invalid_value"}
    assert answer.status == status
    assert answer.errors == [(codes[code], "/data/relationships/agent/data")]


def test_refuses_the_agent_of_another_workspace(stranger: Api, agent: Agent) -> None:
    answer = stranger.post(KEYS, of_agent(agent))

    assert answer.status == 404


def test_an_agent_cannot_have_the_admin_scope(api: Api, agent: Agent) -> None:
    answer = api.post(KEYS, of_agent(agent, scopes=["read", "admin"]))

    assert answer.status == 422
    assert answer.errors == [("invalid_value", "/data/attributes/scopes")]


def test_changes_the_label_and_the_expiry(api: Api) -> None:
    key = make(api).id
    changes = {"label": "Make", "expires_at": "2030-01-01T01:00:00+01:00"}

    answer = api.patch(f"{KEYS}/{key}", resource("api-key", **changes))

    attributes = answer.data["attributes"]
    assert answer.status == 200
    assert attributes["label"] == "Make"
    assert attributes["expires_at"] == "2030-01-01T00:00:00.000Z"


def test_a_key_that_expired_is_refused_at_once(api: Api) -> None:
    made = make(api)
    body = resource("api-key", expires_at="2020-01-01T00:00:00Z")

    api.patch(f"{KEYS}/{made.id}", body)

    assert status(user_of(made, api)) == 401


def test_what_a_key_may_do_does_not_change(api: Api, agent: Agent) -> None:
    key = make(api).id

    answer = api.patch(f"{KEYS}/{key}", of_agent(agent, scopes=["admin"]))

    assert (answer.status, answer.errors) == (
        422,
        [
            ("read_only", "/data/attributes/scopes"),
            ("read_only", "/data/relationships/agent"),
        ],
    )


def test_refuses_a_body_with_another_id(api: Api) -> None:
    key = make(api).id

    document = resource("api-key", label="Make")
    document["data"]["id"] = make(api).id
    answer = api.patch(f"{KEYS}/{key}", document)

    assert (answer.status, answer.errors) == (409, [("id_mismatch", "/data/id")])


def test_rotates_a_key_without_a_gap(api: Api) -> None:
    old = make(api)

    answer = api.post(f"{KEYS}/{old.id}/rotate")

    new = user_of(answer, api)
    assert (answer.status, answer.id) == (200, old.id)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data["attributes"]["prefix"] == new.secret[:13]
    assert [status(user_of(old, api)), status(new)] == [200, 200]


def test_ends_the_old_secret_at_once_if_asked(api: Api) -> None:
    old = make(api)

    new = api.post(f"{KEYS}/{old.id}/rotate", {"meta": {"overlap_seconds": 0}})

    assert [status(user_of(old, api)), status(user_of(new, api))] == [401, 200]


def test_both_secrets_work_for_as_long_as_asked(api: Api) -> None:
    key = make(api).id
    before = timezone.now()

    api.post(f"{KEYS}/{key}/rotate", {"meta": {"overlap_seconds": 60}})

    ends = ApiKey.objects.get(pk=key).previous_expires_at
    assert ends is not None
    assert timedelta(0) <= ends - before - timedelta(seconds=60) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"meta": {"overlap_seconds": -1}}, "invalid_value", OVERLAP),
        ({"meta": {"overlap_seconds": 9**20}}, "invalid_value", OVERLAP),
        ({"meta": {"overlap_seconds": "1"}}, "malformed_document", OVERLAP),
        ({"meta": {"overlap_seconds": True}}, "malformed_document", OVERLAP),
        ({"meta": {"overlap_seconds": 1.5}}, "malformed_document", OVERLAP),
        ({"meta": {"overlap": 1}}, "malformed_document", "/meta/overlap"),
        ({"overlap_seconds": 0}, "malformed_document", "/overlap_seconds"),
        ({"meta": []}, "malformed_document", "/meta"),
        ([], "malformed_document", ""),
        (b"{", "malformed_document", ""),
    ],
)
def test_refuses_a_bad_overlap(api: Api, body: object, code: str, pointer: str) -> None:
    old = make(api)

    answer = api.post(f"{KEYS}/{old.id}/rotate", body)

    assert answer.errors == [(code, pointer)]
    assert answer.status == (422 if code == "invalid_value" else 400)
    assert status(user_of(old, api)) == 200


def test_revokes_a_key(api: Api) -> None:
    made = make(api)
    rotated = api.post(f"{KEYS}/{made.id}/rotate")

    answer = api.delete(f"{KEYS}/{made.id}")

    assert (answer.status, answer.content) == (204, b"")
    assert [status(user_of(made, api)), status(user_of(rotated, api))] == [401, 401]
    assert api.get(f"{KEYS}/{made.id}").data["attributes"]["revoked_at"] is not None
    assert api.delete(f"{KEYS}/{made.id}").status == 204


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/rotate", None),
        ("PATCH", "", resource("api-key", expires_at=None)),
    ],
)
def test_does_not_revive_a_revoked_key(
    api: Api, method: str, path: str, body: object
) -> None:
    made = make(api)
    api.delete(f"{KEYS}/{made.id}")

    answer = api.call(method, f"{KEYS}/{made.id}{path}", body)

    assert (answer.status, answer.errors) == (409, [("key_ended", "")])
    assert status(user_of(made, api)) == 401


def test_a_refused_change_changes_nothing(api: Api) -> None:
    made = make(api, label="Zapier")
    api.delete(f"{KEYS}/{made.id}")

    body = resource("api-key", label="Make", expires_at=None)
    api.patch(f"{KEYS}/{made.id}", body)

    assert ApiKey.objects.get(pk=made.id).label == "Zapier"


def test_the_key_of_an_inactive_agent_stops_until_it_is_active(
    api: Api, agent: Agent
) -> None:
    made = api.post(KEYS, of_agent(agent))
    statuses = []

    for is_active in (False, True):
        body = resource("agent", is_active=is_active)
        api.patch(f"agents/{agent.pk}", body)
        statuses.append(status(user_of(made, api)))

    assert statuses == [401, 200]


CALLS = [
    ("GET", "/{id}"),
    ("PATCH", "/{id}"),
    ("DELETE", "/{id}"),
    ("POST", "/{id}/rotate"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_another_workspaces_key_is_not_found(
    api: Api, stranger: Api, method: str, path: str
) -> None:
    made = make(api)
    body = resource("api-key", label="Mine") if method == "PATCH" else None

    answer = stranger.call(method, KEYS + path.format(id=made.id), body)

    assert (answer.status, answer.errors) == (404, [("not_found", "")])
    assert status(user_of(made, api)) == 200


def test_lists_the_keys_of_the_workspace_newest_first(api: Api, stranger: Api) -> None:
    ids = [make(api).id for _ in range(2)]

    listed = [key["id"] for key in api.get(KEYS).data]

    assert listed[:2] == ids[::-1]
    assert len(listed) == 3


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("filter[label]=ZAPIER", ["Zapier"]),
        ("filter[label][startswith]=m", ["Make"]),
        ("filter[scopes]=admin", [""]),
        ("filter[scopes][ne]=admin", ["Make", "Zapier"]),
        ("filter[scopes][contains]=write", ["Make", ""]),
        ("filter[scopes][in]=admin,write", ["Make", ""]),
        ("filter[scopes][in]=", []),
        ("filter[agent]={agent}", ["Zapier"]),
        ("filter[agent][in]={agent},{agent}", ["Zapier"]),
        ("filter[agent][ne]={agent}", ["Make", ""]),
        ("filter[agent][empty]=true", ["Make", ""]),
        ("filter[revoked_at][empty]=false", []),
        ("sort=label", ["", "Make", "Zapier"]),
        ("sort=-agent,label", ["Zapier", "", "Make"]),
        ("sort=-scopes", ["Make", "Zapier", ""]),
    ],
)
def test_finds_and_sorts_keys(
    api: Api, agent: Agent, parameters: str, found: list[str]
) -> None:
    api.post(KEYS, of_agent(agent, label="Zapier"))
    make(api, label="Make", scopes=["write"])

    answer = api.get(f"{KEYS}?{parameters.format(agent=agent.pk)}")

    assert [key["attributes"]["label"] for key in answer.data] == found


@pytest.mark.parametrize("parameter", ["agent", "agent][in", "scopes", "scopes][in"])
def test_refuses_filters_by_what_there_cannot_be(api: Api, parameter: str) -> None:
    answer = api.get(f"{KEYS}?filter[{parameter}]=x")

    assert answer.errors == [("invalid_parameter", f"filter[{parameter}]")]


def test_includes_agents(api: Api, agent: Agent) -> None:
    api.post(KEYS, of_agent(agent))

    document = api.get(f"{KEYS}?include=agent&fields[agent]=handle").json

    assert document["included"] == [
        {
            "type": "agent",
            "id": str(agent.pk),
            "attributes": {"handle": "scout"},
            "links": {"self": f"{api.base}/agents/{agent.pk}"},
        }
    ]


def statements(api: Api, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status == 200
    return len(queries)


@pytest.mark.parametrize("path", [KEYS, f"{KEYS}?include=agent"])
def test_listing_takes_four_statements_whatever_the_number(
    api: Api, agent: Agent, path: str
) -> None:
    api.post(KEYS, of_agent(agent))
    few = statements(api, path)

    for _ in range(5):
        api.post(KEYS, of_agent(agent))

    assert few == statements(api, path) <= 4


def test_if_match_is_not_ignored(api: Api) -> None:
    key = make(api).id

    answer = api.delete(f"{KEYS}/{key}", if_match='"1"')

    assert (answer.status, answer.errors) == (400, [("invalid_header", "If-Match")])

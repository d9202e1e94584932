"""POST /operations writes records of any types, all or none of them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from tests.api_client import Answer, Api, items, make_record, resource

ATOMIC = "https://jsonapi.org/ext/atomic"
MEDIA_TYPE = f'application/vnd.api+json;ext="{ATOMIC}"'
PEOPLE, COMPANIES, DEALS = (
    f"objects/{o}/records" for o in ("person", "company", "deal")
)
NOBODY = "per_01J2SC8Z8YFGX9Y0014D2PF2DB"
AT = "/atomic:operations"


def send(api: Api, *operations: dict[str, Any], **meta: object) -> Answer:
    body: dict[str, Any] = {"atomic:operations": list(operations)}
    if meta:
        body["meta"] = meta
    return api.post("operations", body, content_type=MEDIA_TYPE, accept=MEDIA_TYPE)


def add(type_: str, lid: str | None = None, **attributes: object) -> dict[str, Any]:
    """Return the operation that adds a record."""
    named = {} if lid is None else {"lid": lid}
    return {
        "op": "add",
        "data": {"type": type_, **named, "attributes": attributes},
    }


def linked(operation: dict[str, Any], **linkage: object) -> dict[str, Any]:
    """Return an operation with relationships."""
    relationships = {name: {"data": data} for name, data in linkage.items()}
    return {**operation, "data": {**operation["data"], "relationships": relationships}}


def update(type_: str, named: dict[str, Any], **attributes: object) -> dict[str, Any]:
    """Return the operation that updates a record which a ref names."""
    data = {"type": type_, "attributes": attributes}
    return {"op": "update", "ref": {"type": type_, **named}, "data": data}


def remove(type_: str, **named: object) -> dict[str, Any]:
    return {"op": "remove", "ref": {"type": type_, **named}}


def related(op: str, named: dict[str, Any], relationship: str, data: object) -> Any:
    """Return the operation that changes a relationship."""
    return {"op": op, "ref": {**named, "relationship": relationship}, "data": data}


def test_records_of_all_types_are_made_and_linked_by_local_ids(api: Api) -> None:
    company = {"type": "company", "lid": "c"}

    answer = send(
        api,
        add("company", "c", name="Analytical"),
        linked(add("person", "p", name="Ada"), companies=[company]),
        linked(add("deal", name="Engine"), companies=[company]),
    )

    assert answer.status == 200
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    analytical, ada, engine = (one["data"] for one in answer.json["atomic:results"])
    assert answer.json["jsonapi"] == {"version": "1.1", "ext": [ATOMIC]}
    assert answer.json["meta"] == answer.change
    for path, shown in [(COMPANIES, analytical), (PEOPLE, ada), (DEALS, engine)]:
        assert api.get(f"{path}/{shown['id']}").data == shown
    people = api.get(f"{COMPANIES}/{analytical['id']}/people").data
    assert [one["id"] for one in people] == [ada["id"]]
    deals = api.get(f"{COMPANIES}/{analytical['id']}/deals").data
    assert [one["id"] for one in deals] == [engine["id"]]


def test_one_batch_of_the_journal_has_them_all(api: Api) -> None:
    answer = send(api, add("company", name="A"), add("deal", name="B"))

    undone = api.post(f"changes/{answer.headers['X-Change-Id']}/undo")

    assert undone.status == 200
    assert [api.get(path).data for path in (COMPANIES, DEALS)] == [[], []]


def test_operations_happen_one_after_the_other(api: Api) -> None:
    named = {"type": "person", "lid": "p"}

    answer = send(
        api,
        add("person", "p", name="Ada"),
        update("person", {"lid": "p"}, title="Countess"),
        {"op": "update", "data": {**named, "attributes": {"notes": "Wrote a program"}}},
        add("company", "c", name="Analytical"),
        related("add", named, "companies", [{"type": "company", "lid": "c"}]),
        remove("company", lid="c"),
    )

    assert answer.status == 200
    first, second, third, _, *rest = answer.json["atomic:results"]
    assert first == second == third
    assert rest == [{}, {}]
    ada = api.get(f"{PEOPLE}/{first['data']['id']}").data
    assert ada == first["data"]
    assert (ada["attributes"]["title"], ada["meta"]["version"]) == ("Countess", 1)
    assert api.get(COMPANIES).data == []


def test_what_is_added_and_removed_leaves_nothing(api: Api) -> None:
    ada = {"email_addresses": items("ada@example.com")}

    answer = send(api, add("person", "p", **ada), remove("person", lid="p"))

    assert answer.status == 204
    assert "X-Change-Id" not in answer.headers
    assert api.get("changes").data == []
    assert api.post(PEOPLE, resource("person", **ada)).status == 201


def test_a_local_id_stands_for_a_record_that_matches(api: Api) -> None:
    there = api.post(COMPANIES, resource("company", domains=items("acme.com"))).id

    answer = send(
        api,
        add("company", "c", name="Acme", domains=items("acme.com")),
        linked(add("person", name="Ada"), companies=[{"type": "company", "lid": "c"}]),
        update("company", {"lid": "c"}, description="Of everything"),
    )

    acme, _, again = (one["data"] for one in answer.json["atomic:results"])
    assert acme["id"] == again["id"] == there
    assert api.get(f"{COMPANIES}/{there}").data["attributes"]["name"] == "Acme"
    assert len(api.get(f"{COMPANIES}/{there}/people").data) == 1


def test_a_record_can_be_named_by_a_unique_value(api: Api) -> None:
    ada = api.post(PEOPLE, resource("person", email_addresses=items("ada@b.co"))).id
    match = {"meta": {"match": {"email_addresses": "ADA@b.co"}}}

    changed = send(api, update("person", match, title="Countess"))
    removed = send(api, remove("person", **match))

    assert changed.json["atomic:results"][0]["data"]["id"] == ada
    assert (changed.status, removed.status) == (200, 204)
    assert api.get(f"{PEOPLE}/{ada}").status == 404


def test_a_relationship_is_added_to_replaced_and_taken_from(api: Api) -> None:
    acme, byte, core = (make_record(api, "company", name) for name in "ABC")
    ada = make_record(api, "person", companies=[acme])

    def after(op: str, data: object) -> list[str]:
        assert send(api, related(op, ada, "companies", data)).status == 204
        linkage = api.get(f"{PEOPLE}/{ada['id']}/relationships/companies").data
        return sorted(one["id"] for one in linkage)

    assert after("add", [byte]) == sorted([acme["id"], byte["id"]])
    assert after("remove", [acme]) == [byte["id"]]
    assert after("update", [acme, core]) == sorted([acme["id"], core["id"]])
    assert after("add", byte) == sorted([acme["id"], byte["id"], core["id"]])
    assert after("update", []) == []


def test_a_relationship_to_one_is_replaced(api: Api) -> None:
    ada, talk = make_record(api, "person", "A"), make_record(api, "conversation")

    answers = [
        send(api, related("update", talk, "person", ada)),
        send(api, related("add", talk, "person", ada)),
        send(api, related("update", talk, "person", None)),
    ]

    assert [answer.status for answer in answers] == [204, 403, 204]
    assert answers[1].errors == [("not_allowed", f"{AT}/0/op")]
    path = f"objects/conversation/records/{talk['id']}/relationships/person"
    assert api.get(path).data is None


def test_a_local_id_moves_a_record_that_may_have_one_only(api: Api) -> None:
    talk = make_record(api, "conversation", person=make_record(api, "person", "Ada"))

    answer = send(api, linked(add("person", "p", name="Bea"), conversations=[talk]))

    bea = answer.json["atomic:results"][0]["data"]["id"]
    path = f"objects/conversation/records/{talk['id']}/relationships/person"
    assert api.get(path).data["id"] == bea


@pytest.mark.parametrize("shape", ["objects/{}/records", "records/{}"])
@pytest.mark.parametrize("is_absolute", [True, False])
def test_addresses_name_what_an_operation_is_about(
    api: Api, shape: str, is_absolute: bool
) -> None:
    base = api.base if is_absolute else "/v1/workspaces/acme"
    people = f"{base}/{shape.format('person')}"
    ada = make_record(api, "person", "Ada")
    data = {"type": "person", "attributes": {"title": "Countess"}}

    answer = send(
        api,
        {"op": "add", "href": people, "data": data},
        {"op": "update", "href": f"{people}/{ada['id']}", "data": {**data, **ada}},
        {
            "op": "update",
            "href": f"{people}/{ada['id']}/relationships/companies",
            "data": [],
        },
    )
    removed = send(api, {"op": "remove", "href": f"{people}/{ada['id']}"})

    assert (answer.status, removed.status) == (200, 204)
    (left,) = api.get(PEOPLE).data
    assert left["attributes"]["title"] == "Countess"


def test_nothing_is_written_if_one_operation_is_refused(api: Api) -> None:
    answer = send(
        api,
        add("company", "c", name="Acme"),
        linked(
            add("person", name="Ada", website=7),
            companies=[{"type": "company", "lid": "c"}],
        ),
        update("person", {"id": NOBODY}, title="X"),
    )

    assert answer.status == 404
    assert answer.errors == [("not_found", f"{AT}/2/ref/id")]
    assert [api.get(path).data for path in (COMPANIES, PEOPLE)] == [[], []]
    assert api.get("changes").data == []


def test_what_stands_on_a_refused_operation_is_no_error_of_its_own(api: Api) -> None:
    operations = [
        add("company", "c", name="Acme", colour="red"),
        linked(add("person", name="A"), companies=[{"type": "company", "lid": "c"}]),
        update("company", {"lid": "c"}, name="B"),
        remove("company", lid="c"),
    ]

    refused, tried = send(api, *operations), send(api, *operations, mode="dry_run")

    assert refused.errors == [("unknown_field", f"{AT}/0/data/attributes/colour")]
    told = [one["meta"] for one in tried.json["atomic:results"]]
    assert tried.status == 200
    assert [one["outcome"] for one in told] == ["refused"] * 4
    assert [one["errors"][0]["code"] for one in told[1:]] == ["failed_dependency"] * 3


def test_a_dry_run_says_what_would_become_of_each(api: Api) -> None:
    ada = make_record(api, "person", "Ada")

    answer = send(
        api,
        add("person", name="Bo"),
        update("person", {"id": ada["id"]}, title="Countess"),
        remove("person", id=ada["id"]),
        mode="dry_run",
    )

    told = [one["meta"] for one in answer.json["atomic:results"]]
    assert [one["outcome"] for one in told] == ["created", "deleted", "deleted"]
    assert len(api.get(PEOPLE).data) == 1
    assert "X-Change-Id" not in answer.headers


def test_a_hidden_record_is_not_there(api: Api, scout: Api, agent: Agent) -> None:
    hidden = resource("company", domains=items("acme.com"))
    hidden["data"]["meta"] = {"access": []}
    assert api.post(COMPANIES, hidden).status == 201
    match = {"meta": {"match": {"domains": "acme.com"}}}

    answers = [
        send(scout, add("company", "c", domains=items("acme.com"))),
        send(scout, update("company", match, name="X")),
        send(scout, remove("company", **match)),
    ]

    assert [answer.errors for answer in answers] == [
        [("value_taken", f"{AT}/0/data/attributes/domains")],
        [("not_found", f"{AT}/0/ref/meta/match")],
        [("not_found", f"{AT}/0/ref/meta/match")],
    ]


def test_what_each_operation_says_of_how_to_write(api: Api) -> None:
    there = {"email_addresses": items("ada@b.co"), "tags": items("a")}
    ada = api.post(PEOPLE, resource("person", **there)).id
    ref = {"id": ada}
    known = add("person", email_addresses=items("ada@b.co"))
    more = update("person", ref, tags=items("b"))

    answers = [
        send(api, {**known, "meta": {"on_match": "refuse"}}),
        send(api, {**more, "meta": {"version": 7}}),
        send(api, {**more, "meta": {"version": 1, "tags": {"collection": "append"}}}),
    ]

    assert answers[0].errors == [
        ("value_taken", f"{AT}/0/data/attributes/email_addresses")
    ]
    assert answers[1].status == 412
    assert answers[1].errors == [("version_mismatch", f"{AT}/0/meta/version")]
    (result,) = answers[2].json["atomic:results"]
    assert result["data"]["attributes"]["tags"] == items("a", "b")


LID = {"type": "company", "lid": "c"}
LINKED = linked(add("person"), companies=[LID])


@pytest.mark.parametrize(
    ("operations", "status", "errors"),
    [
        (
            [LINKED],
            400,
            [("invalid_lid", "/0/data/relationships/companies/data/0/lid")],
        ),
        (
            [LINKED, add("company", "c")],
            400,
            [("invalid_lid", "/0/data/relationships/companies/data/0/lid")],
        ),
        ([add("deal", "c"), add("deal", "c")], 400, [("invalid_lid", "/1/data/lid")]),
        ([remove("company", lid="c")], 400, [("invalid_lid", "/0/ref/lid")]),
        ([add("company", 7)], 400, [("malformed_document", "/0/data/lid")]),  # type: ignore[arg-type]
        ([{"op": "move"}], 400, [("malformed_document", "/0/op")]),
        ([{"op": "add"}], 400, [("malformed_document", "/0")]),
        ([7], 400, [("malformed_document", "/0")]),
        ([{**add("deal"), "x": 1}], 400, [("malformed_document", "/0/x")]),
        ([add("planet")], 404, [("not_found", "")]),
        (
            [{"op": "remove", "ref": {"id": NOBODY}}],
            400,
            [("malformed_document", "/0/ref")],
        ),
        ([remove("person", id=7)], 400, [("malformed_document", "/0/ref/id")]),
        ([{"op": "remove"}], 400, [("malformed_document", "/0")]),
        (
            [{"op": "update", "data": {"type": "person"}}],
            400,
            [("malformed_document", "/0/data")],
        ),
        (
            [{**remove("person", id=NOBODY), "href": "/"}],
            400,
            [("malformed_document", "/0")],
        ),
        (
            [{"op": "remove", "href": "https://example.com/v1"}],
            400,
            [("malformed_document", "/0/href")],
        ),
        (
            [{"op": "remove", "href": "/v1/workspaces/acme/objects/person/records"}],
            400,
            [("malformed_document", "/0/href")],
        ),
        (
            [{"op": "remove", "href": f"/v1/workspaces/acme/records/person/{NOBODY}"}],
            404,
            [("not_found", "/0/href")],
        ),
        (
            [{**add("deal"), "href": "/v1/workspaces/acme/records/person"}],
            400,
            [("malformed_document", "/0/href")],
        ),
        (
            [{**add("deal"), "ref": {"type": "person"}}],
            400,
            [("malformed_document", "/0/ref/type")],
        ),
        (
            [update("person", {"meta": {"match": {"title": "x"}}})],
            422,
            [("unknown_field", "/0/ref/meta/match")],
        ),
        (
            [related("update", {"type": "person", "id": NOBODY}, "planets", [])],
            422,
            [("unknown_field", "/0/ref/relationship")],
        ),
        (
            [{**add("deal"), "data": {"type": "deal", "id": "dea_1"}}],
            422,
            [("client_id", "/0/data/id")],
        ),
        (
            [{**add("deal"), "meta": {"mode": "dry_run"}}],
            400,
            [("malformed_document", "/0/meta/mode")],
        ),
        (
            [{**add("deal"), "meta": {"version": 1}}],
            400,
            [("malformed_document", "/0/meta/version")],
        ),
        ([], 422, [("too_many_rows", "")]),
        ([add("deal")] * 201, 422, [("too_many_rows", "")]),
    ],
)
def test_what_is_no_operation_is_refused_where_it_stands(
    api: Api,
    operations: list[Any],
    status: int,
    errors: list[tuple[str, str]],
) -> None:
    answer = send(api, *operations)

    assert answer.status == status, answer.json
    pointers = [(code, f"{AT}{place}") for code, place in errors]
    assert [(c, p or AT) for c, p in answer.errors] == pointers
    assert api.get(DEALS).data == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"atomic:operations": {}},
        {"atomic:operations": [add("deal")], "data": []},
        {"atomic:operations": [add("deal")], "meta": {"mode": "partial"}},
        {"atomic:operations": [add("deal")], "meta": {"on_match": "skip"}},
    ],
)
def test_what_is_no_document_of_operations_is_refused(api: Api, body: object) -> None:
    answer = api.post("operations", body, content_type=MEDIA_TYPE)

    assert answer.status == 400
    assert {code for code, _ in answer.errors} == {"malformed_document"}


@pytest.mark.parametrize(
    ("content_type", "accept", "status"),
    [
        (MEDIA_TYPE, MEDIA_TYPE, 200),
        (MEDIA_TYPE, "*/*", 200),
        ("application/json", "application/json", 200),
        ("application/vnd.api+json", MEDIA_TYPE, 415),
        ('application/vnd.api+json;ext="https://x.y"', MEDIA_TYPE, 415),
        (MEDIA_TYPE, 'application/vnd.api+json;ext="https://x.y"', 406),
    ],
)
def test_the_extension_is_negotiated(
    api: Api, content_type: str, accept: str, status: int
) -> None:
    body = {"atomic:operations": [add("deal", name="D")]}

    answer = api.post("operations", body, content_type=content_type, accept=accept)

    assert answer.status == status


def test_elsewhere_the_extension_is_not_known(api: Api) -> None:
    body = resource("deal", name="D")

    answers = [
        api.post(DEALS, body, content_type=MEDIA_TYPE),
        api.get(DEALS, accept=MEDIA_TYPE),
    ]

    assert [answer.status for answer in answers] == [415, 406]


def test_an_operation_sent_again_takes_effect_once(api: Api) -> None:
    body = {"atomic:operations": [add("deal", "d", name="D")]}
    headers = {"content_type": MEDIA_TYPE, "idempotency_key": "k"}

    first, second = (api.post("operations", body, **headers) for _ in range(2))

    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.content == second.content
    assert len(api.get(DEALS).data) == 1


def test_what_the_system_keeps_of_a_new_record_cannot_be_sent(api: Api) -> None:
    later = update("deal", {"lid": "d"}, _created_at="2020-01-01T00:00:00Z")

    answer = send(api, add("deal", "d", name="D"), later)

    assert answer.errors == [("read_only", f"{AT}/1/data/attributes/_created_at")]

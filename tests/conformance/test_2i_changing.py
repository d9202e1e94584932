"""JSON:API 1.1, updating and deleting resources: rows 92 to 105.

Where the contract departs from a row: the id may be left out of a PATCH, whose address
has it, and a field that the system keeps is refused with 422 and not 403.
"""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.wire import (
    NOBODY,
    PEOPLE,
    Resource,
    address,
    create,
    data,
    document,
    errors,
    ref,
)


def linked(client: httpx.Client, record: Resource) -> list[Resource]:
    found: list[Resource] = data(
        client.get(address(record, "relationships", "companies"))
    )
    return sorted(found, key=str)


def test_2i_92_a_patch_has_one_resource_with_a_type(
    client: httpx.Client, ada: Resource
) -> None:
    bodies: list[object] = [{}, {"data": None}, {"data": [ref(ada)]}, {"data": {}}]

    answers = [client.patch(address(ada), json=body) for body in bodies]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert data(client.get(address(ada))) == ada


def test_2i_92_a_patch_may_repeat_the_id(client: httpx.Client, ada: Resource) -> None:
    body = document("person", {"title": "Countess"})
    body["data"]["id"] = ada["id"]

    assert client.patch(address(ada), json=body).status_code == 200


def test_2i_93_and_94_what_is_missing_stays(
    client: httpx.Client, ada: Resource, acme: Resource
) -> None:
    answer = client.patch(address(ada), json=document("person", {"title": None}))

    before, after = ada["attributes"], data(answer)["attributes"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"title", "_updated_at"}
    assert linked(client, ada) == [ref(acme)]


@pytest.mark.parametrize("relationship", [{"links": {}}, {"meta": {}}])
@pytest.mark.parametrize("name", ["companies", "owner"])
def test_2i_95_a_relationship_without_data_changes_nothing(
    client: httpx.Client,
    ada: Resource,
    acme: Resource,
    name: str,
    relationship: object,
) -> None:
    body = {"data": {"type": "person", "relationships": {name: relationship}}}

    answer = client.patch(address(ada), json=body)

    assert data(answer)["meta"] == ada["meta"]
    assert linked(client, ada) == [ref(acme)]


@pytest.mark.parametrize("name", ["companies", "owner"])
def test_2i_95_a_relationship_that_says_nothing_is_refused(
    client: httpx.Client, ada: Resource, acme: Resource, name: str
) -> None:
    body: object = {"data": {"type": "person", "relationships": {name: {}}}}

    answer = client.patch(address(ada), json=body)

    where = {"pointer": f"/data/relationships/{name}"}
    assert errors(answer) == (400, [("malformed_document", where)])
    assert linked(client, ada) == [ref(acme)]


def test_2i_96_linkage_is_replaced_as_a_whole(
    client: httpx.Client, ada: Resource
) -> None:
    others = [ref(create(client, "company")) for _ in range(2)]

    answer = client.patch(address(ada), json=document("person", companies=others[::-1]))

    assert answer.status_code == 200
    assert linked(client, ada) == sorted(others, key=str)


def test_2i_96_linkage_is_not_replaced_in_part(
    client: httpx.Client, ada: Resource, acme: Resource
) -> None:
    other = ref(create(client, "company"))
    missing = {"type": "company", "id": "com_" + NOBODY[4:]}

    answer = client.patch(
        address(ada), json=document("person", companies=[other, missing])
    )

    assert answer.status_code == 404
    assert linked(client, ada) == [ref(acme)]


def test_2i_97_the_answer_has_what_the_server_changed(
    client: httpx.Client, ada: Resource
) -> None:
    answer = client.patch(address(ada), json=document("person", {"title": "Dr"}))

    assert answer.status_code == 200
    assert data(answer)["attributes"]["_updated_at"] > ada["attributes"]["_updated_at"]
    assert data(answer) == data(client.get(address(ada)))


def test_2i_98_a_change_of_nothing_answers_the_resource(
    client: httpx.Client, ada: Resource
) -> None:
    answer = client.patch(address(ada), json=document("person", {"title": "Ms"}))

    assert (answer.status_code, data(answer)) == (200, ada)


@pytest.mark.parametrize("name", ["_created_at", "_updated_by"])
def test_2i_99_another_value_of_what_the_system_keeps_is_refused(
    client: httpx.Client, ada: Resource, name: str
) -> None:
    body = document("person", {name: "2020-01-01T00:00:00.000Z"})

    answer = client.patch(address(ada), json=body)

    where = {"pointer": f"/data/attributes/{name}"}
    assert errors(answer) == (422, [("read_only", where)])


@pytest.mark.parametrize("name", [NOBODY, "9999"])
def test_2i_100_a_resource_that_is_not_there_is_not_found(
    client: httpx.Client, name: str
) -> None:
    answer = client.patch(f"{PEOPLE}/{name}", json=document("person", {"name": "A"}))

    assert errors(answer) == (404, [("not_found", {})])


def test_2i_101_a_related_resource_that_is_not_there_is_not_found(
    client: httpx.Client,
) -> None:
    talk = create(client, "conversation")
    body = document("conversation", person={"type": "person", "id": NOBODY})

    answer = client.patch(address(talk), json=body)

    where = {"pointer": "/data/relationships/person/data"}
    assert errors(answer) == (404, [("not_found", where)])


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [("type", "company", "type_mismatch"), ("id", NOBODY, "id_mismatch")],
)
def test_2i_102_and_103_another_identity_is_a_conflict_that_is_explained(
    client: httpx.Client, ada: Resource, member: str, value: str, code: str
) -> None:
    body = {"data": ref(ada) | {member: value}}

    answer = client.patch(address(ada), json=body)

    (error,) = answer.json()["errors"]
    assert errors(answer) == (409, [(code, {"pointer": f"/data/{member}"})])
    assert error["detail"] not in {"", error["title"]}


def test_2i_104_a_deletion_has_no_content(client: httpx.Client, ada: Resource) -> None:
    answer = client.delete(address(ada))

    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(address(ada)).status_code == 404


@pytest.mark.parametrize("name", [NOBODY, "9999"])
def test_2i_105_what_is_not_there_cannot_be_deleted(
    client: httpx.Client, name: str
) -> None:
    assert errors(client.delete(f"{PEOPLE}/{name}")) == (404, [("not_found", {})])

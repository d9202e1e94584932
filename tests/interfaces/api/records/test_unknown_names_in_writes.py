"""A write that is not understood is refused with what is near, and what there is."""

from __future__ import annotations

import pytest

from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import create_object

PEOPLE = "objects/person/records"
NOBODY = "per_00000000000000000000000000"


def details(answer: Answer) -> list[str]:
    """Return the sentences of an answer's errors."""
    return [error["detail"] for error in answer.json["errors"]]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("emial_addresses", "email_addresses"),
        ("email", "email_addresses"),
        ("firstName", "first_name"),
        ("Company name", "company_name"),
    ],
)
def test_an_unknown_field_names_the_nearest(api: Api, name: str, meant: str) -> None:
    answer = api.post(PEOPLE, resource("person", **{name: "Ada"}))

    assert answer.errors == [("unknown_field", f"/data/attributes/{name}")]
    (detail,) = details(answer)
    assert detail.startswith(
        f"person has no field {name!r}. Did you mean {meant!r}? There are: name, "
    )


def test_a_field_like_no_other_names_what_there_is(api: Api) -> None:
    (detail,) = details(api.post(PEOPLE, resource("person", zz=1)))

    assert detail.startswith("person has no field 'zz'. There are: name, ")


def test_many_unknown_fields_are_not_all_advised(api: Api) -> None:
    names = {f"emial{number}": 1 for number in range(500)}

    answer = api.post(PEOPLE, resource("person", **names))

    assert len(answer.errors) == 500
    assert details(answer)[-1] == "person has no field 'emial499'."


def test_an_unknown_relationship_names_the_nearest(api: Api) -> None:
    body = resource("person", name="Ada")
    body["data"]["relationships"] = {"company": {"data": []}, "ownr": {"data": None}}

    company, owner = details(api.post(PEOPLE, body))

    there = "There are: companies, "
    meant = "Did you mean 'companies'?"
    assert company.startswith(f"person has no relationship 'company'. {meant} {there}")
    assert owner.startswith("person has no relationship 'ownr'. Did you mean 'owner'?")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("people", "person"),
        ("persons", "person"),
        ("Person", "person"),
        ("companys", "company"),
        ("subscription", "c_subscription"),
        ("c_subscriptions", "c_subscription"),
        ("memberships", "c_subscription"),
    ],
)
@pytest.mark.parametrize("path", ["objects/{}/records", "objects/{}", "schemas/{}"])
def test_an_unknown_type_names_the_nearest(
    api: Api, name: str, meant: str, path: str
) -> None:
    create_object(api, "Subscription", plural="Memberships")

    answer = api.get(path.format(name))

    assert answer.errors == [("not_found", "")]
    assert details(answer) == [
        f"There is no object type {name!r}. Did you mean {meant!r}? There are: person, "
        "company, deal, meeting, task, conversation, c_subscription."
    ]


def test_an_unknown_type_of_a_change_of_schemas_names_the_nearest(api: Api) -> None:
    answer = api.post("schemas/people/properties", {"properties": {"a": {}}})
    named = api.post(
        "schemas/people/properties", {"properties": {"a": {"type": "string"}}}
    )

    assert answer.status == 422
    assert "Did you mean 'person'?" in details(named)[0]


def test_an_unknown_direction_names_the_nearest(api: Api) -> None:
    body = resource("person", name="Ada") | {"meta": {"onmatch": "skip"}}

    (detail,) = details(api.post(PEOPLE, body))

    assert "Did you mean 'on_match'?" in detail


def test_missing_records_of_a_bulk_update_are_named(api: Api) -> None:
    rows = [{"type": "person", "id": one} for one in (NOBODY, "x" * 100)]

    answer = api.patch(PEOPLE, {"data": rows})

    assert answer.errors == [("not_found", "/data/0/id"), ("not_found", "/data/1/id")]
    assert details(answer) == [
        f"There is no record {NOBODY!r}.",
        f"There is no record '{'x' * 64}...'.",
    ]


def test_missing_records_of_a_bulk_delete_are_named(api: Api) -> None:
    answer = api.delete(PEOPLE, {"items": [NOBODY]})

    assert details(answer) == [f"There is no record {NOBODY!r}."]


def test_missing_records_to_be_linked_are_named(api: Api) -> None:
    body = resource("person", tags=items("vip"))
    link = {"type": "company", "id": "com_0"}
    body["data"]["relationships"] = {"companies": {"data": [link]}}

    assert details(api.post(PEOPLE, body)) == ["There is no record 'com_0'."]


def test_an_unknown_member_of_an_agent_or_a_setting_names_the_nearest(api: Api) -> None:
    agent = api.post("agents", resource("agent", handle="scout", nmae="Scout"))
    setting = api.patch("settings", {"bulklimit": 5})

    assert "Did you mean 'name'?" in details(agent)[0]
    assert "Did you mean 'bulk_limit'?" in details(setting)[0]

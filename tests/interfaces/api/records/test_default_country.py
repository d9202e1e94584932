"""Phone numbers without a country code are those of the workspace's country."""

from __future__ import annotations

import pytest

from crm.models import Workspace
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

PEOPLE = "objects/person/records"
WRITTEN, STORED = "0171 123 45 67", "+491711234567"


@pytest.fixture(autouse=True)
def german(api: Api, workspace: Workspace) -> Workspace:
    """The workspace, at home in Germany, where a phone may be known by one person."""
    make_field(workspace, "person", "mobile", "phone", unique=True, indexed=True)
    api.patch("settings", {"default_country": "DE"})
    return workspace


def create(api: Api, name: str, **values: object) -> Answer:
    answer = api.post(PEOPLE, resource("person", name=name, **values))
    assert answer.status == 201, answer.json
    return answer


def names(answer: Answer) -> list[str]:
    """Return the names of the people that were found."""
    assert answer.status == 200, answer.json
    return [one["attributes"]["name"] for one in answer.data]


def test_is_stored_with_its_country_code(api: Api) -> None:
    created = create(api, "Ada", mobile=WRITTEN, phone_numbers=items(WRITTEN))

    found = created.data["attributes"]

    assert found["mobile"] == STORED
    assert found["phone_numbers"] == items(STORED)


@pytest.mark.parametrize(
    "asked",
    [
        f"filter[mobile]={WRITTEN}",
        f"filter[mobile][in]={WRITTEN},+4930123456",
        f"filter[phone_numbers]={WRITTEN}",
        "filter[phone_numbers][contains]=0049 171 1234567",
        f"filter[search]={WRITTEN}",
        "filter[search]=0171/1234567",
    ],
)
def test_is_found_as_it_is_dialled(api: Api, asked: str) -> None:
    create(api, "Ada", mobile=STORED, phone_numbers=items(STORED))
    create(api, "Bea", mobile="+491711234568")

    assert names(api.get(f"{PEOPLE}?{asked.replace('+', '%2B')}")) == ["Ada"]


def test_is_looked_up_as_it_is_dialled(api: Api) -> None:
    ada = create(api, "Ada", phone_numbers=items(STORED))

    answer = api.post(f"{PEOPLE}/lookup", {"items": [WRITTEN, "030 1234567"]})

    (result, other) = answer.json["meta"]["results"]
    assert result["matches"] == [{"id": ada.id, "fields": ["phone_numbers"]}]
    assert other["matches"] == []


def test_is_who_an_upsert_and_a_link_mean(api: Api) -> None:
    ada = create(api, "Ada", mobile=STORED)
    identifier = {"type": "person", "meta": {"match": {"mobile": WRITTEN}}}
    task = resource("task", title="Call")
    task["data"]["relationships"] = {"people": {"data": [identifier]}}

    body = {**resource("person", mobile=WRITTEN), "match_on": ["mobile"]}
    again = api.post(PEOPLE, body)
    linked = api.post("objects/task/records", task)

    assert (again.status, again.id) == (200, ada.id)
    assert names(api.get(f"objects/task/records/{linked.id}/people")) == ["Ada"]


def test_both_forms_of_a_number_are_one(api: Api) -> None:
    ada = create(api, "Ada", mobile="+52 1 55 1234 5678")

    body = {**resource("person", mobile="+52 55 1234 5678"), "match_on": ["mobile"]}
    again = api.post(PEOPLE, body)

    assert (again.status, again.id) == (200, ada.id)
    assert names(api.get(f"{PEOPLE}?filter[mobile]=%2B5215512345678")) == ["Ada"]


def test_counts_at_once_and_for_nobody_else(api: Api, stranger: Api) -> None:
    bad = resource("person", phone_numbers=items(WRITTEN))

    elsewhere = stranger.post(PEOPLE, bad)
    api.patch("settings", {"default_country": "AT"})
    austrian = create(api, "Ada", phone_numbers=items("0660 5550100"))
    api.patch("settings", {"default_country": None})
    nowhere = api.post(PEOPLE, bad)

    assert austrian.data["attributes"]["phone_numbers"] == items("+436605550100")
    place = "/data/attributes/phone_numbers/items/0"
    assert elsewhere.errors == nowhere.errors == [("invalid_value", place)]
    assert "with its country code" in nowhere.json["errors"][0]["detail"]


def test_a_refusal_names_the_country(api: Api) -> None:
    answer = api.post(PEOPLE, resource("person", mobile="12"))

    assert "or one of DE" in answer.json["errors"][0]["detail"]


def test_text_becomes_a_number_of_the_country(api: Api, german: Workspace) -> None:
    make_field(german, "person", "line", "text")
    ada = create(api, "Ada", line=WRITTEN)

    changed = api.patch("schemas/person/properties/line", {"x-type": "phone"})

    assert changed.status == 200, changed.json
    assert api.get(f"{PEOPLE}/{ada.id}").data["attributes"]["line"] == STORED

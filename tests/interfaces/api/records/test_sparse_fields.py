"""``fields[type]`` shows some fields of a type, wherever its records are shown."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from objects.models import Field
from tests.api_client import Answer, Api, items, resource
from tests.schemas import note_change

PEOPLE = "objects/person/records"
ADA: dict[str, Any] = {
    "name": "Ada",
    "title": "Ms",
    "email_addresses": items("ada@example.com"),
}


@pytest.fixture
def ada(api: Api) -> str:
    """The address of a person."""
    return f"{PEOPLE}/{api.post(PEOPLE, resource('person', **ADA)).id}"


def shown(answer: Answer) -> tuple[dict[str, Any], list[str]]:
    """Return the attributes of the first record, and the names of its relationships."""
    assert answer.status in {200, 201}, answer.json
    data = answer.data[0] if isinstance(answer.data, list) else answer.data
    return data["attributes"], list(data["relationships"])


@pytest.mark.parametrize(
    ("fields", "attributes", "relationships"),
    [
        ("name", {"name": "Ada"}, []),
        ("title,name", {"name": "Ada", "title": "Ms"}, []),
        ("name,name", {"name": "Ada"}, []),
        ("birthday", {"birthday": None}, []),
        ("tags", {"tags": items()}, []),
        ("email_addresses", {"email_addresses": items("ada@example.com")}, []),
        ("companies", {}, ["companies"]),
        ("owner,name", {"name": "Ada"}, ["owner"]),
        ("", {}, []),
    ],
)
def test_shows_what_is_listed(
    api: Api,
    ada: str,
    fields: str,
    attributes: dict[str, Any],
    relationships: list[str],
) -> None:
    expected = attributes, relationships

    for path in (ada, PEOPLE):
        assert shown(api.get(f"{path}?fields[person]={fields}")) == expected
    query = api.post(f"{PEOPLE}/query", {"fields": {"person": fields}})
    assert shown(query) == expected


def test_shows_what_the_system_keeps_when_it_is_listed(api: Api, ada: str) -> None:
    names = ["_created_at", "_updated_at", "_created_by", "_updated_by"]

    answer = api.get(f"{ada}?fields[person]={','.join(names)}")

    whole = api.get(ada).data["attributes"]
    assert shown(answer) == ({name: whole[name] for name in names}, [])


def test_identity_links_and_version_are_no_fields(api: Api, ada: str) -> None:
    whole, bare = api.get(ada), api.get(f"{ada}?fields[person]=")

    nothing: dict[str, object] = {}
    expected = whole.data | {"attributes": nothing, "relationships": nothing}
    assert bare.data == expected
    assert bare.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_holds_for_answers_to_writes(api: Api, ada: str, method: str) -> None:
    path = PEOPLE if method == "POST" else ada
    body = resource("person", title="Countess", notes="Poet")

    answer = api.call(method, f"{path}?fields[person]=title,tasks", body)

    assert shown(answer) == ({"title": "Countess"}, ["tasks"])


def test_holds_for_batches(api: Api) -> None:
    body = {"data": [resource("person", **ADA)["data"]]}

    answer = api.post(f"{PEOPLE}/bulk?fields[person]=title", body)

    assert shown(answer) == ({"title": "Ms"}, [])


def test_another_type_keeps_its_fields(api: Api, ada: str) -> None:
    answer = api.get(f"{ada}?fields[company]=name")

    assert answer.data == api.get(ada).data


def test_a_filter_and_an_order_may_use_what_is_not_shown(api: Api, ada: str) -> None:
    api.post(PEOPLE, resource("person", name="Bea", title="Ms"))

    answer = api.get(f"{PEOPLE}?fields[person]=name&filter[title]=Ms&sort=-title,-name")

    assert [row["attributes"] for row in answer.data] == [
        {"name": "Bea"},
        {"name": "Ada"},
    ]


def test_a_former_name_is_as_good(api: Api, workspace: Workspace, ada: str) -> None:
    fields = Field.objects.filter(object_type__slug="person", slug="title")
    fields.update(aliases=["job"])
    note_change(workspace)

    assert shown(api.get(f"{ada}?fields[person]=job")) == ({"title": "Ms"}, [])


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        (
            "fields[person]=bogus",
            ("invalid_parameter", "fields[person]"),
            "There is no 'bogus'. There are: name, ",
        ),
        (
            "fields[person]=Name",
            ("invalid_parameter", "fields[person]"),
            "There is no 'Name'. There are: name, ",
        ),
        (
            "fields[person]= name",
            ("invalid_parameter", "fields[person]"),
            "There is no ' name'. There are: name, ",
        ),
        (
            "fields[agent]=email",
            ("invalid_parameter", "fields[agent]"),
            "There are: handle, name, is_active.",
        ),
        (
            "fields[unicorn]=name",
            ("unknown_parameter", "fields[unicorn]"),
            "The types are: person, company, deal, meeting, task, conversation, agent, "
            "user.",
        ),
        ("fields=name", ("unknown_parameter", "fields"), "Write fields[type]."),
        (
            "fields[person][x]=name",
            ("unknown_parameter", "fields[person][x]"),
            "Write fields[type].",
        ),
        (
            "fields[person]=name&fields[person]=title",
            ("invalid_parameter", "fields[person]"),
            "Send it once.",
        ),
    ],
)
def test_refuses_names_that_do_not_exist_and_says_which_do(
    api: Api, ada: str, query: str, error: tuple[str, str], said: str
) -> None:
    answers = [api.get(f"{path}?{query}") for path in (ada, PEOPLE)]

    for answer in answers:
        assert (answer.status, answer.errors) == (400, [error])
        assert said in answer.json["errors"][0]["detail"]


def test_a_write_that_asks_for_a_bad_field_writes_nothing(api: Api, ada: str) -> None:
    before = api.get(ada).json

    answer = api.patch(f"{ada}?fields[person]=bogus", resource("person", title="Dr"))

    assert answer.status == 400
    assert api.get(ada).json == before

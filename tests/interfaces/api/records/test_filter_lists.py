"""Ids and labels take comma lists, and a label with a comma can be named."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from crm.models import Workspace
from tests.api_client import Answer, Api, resource
from tests.schemas import make_field

PEOPLE, COMPANIES = "objects/person/records", "objects/company/records"
LABELS = ("Gold", "Silver, plated", "Silver", "a,b,c", "b", "plated")


@pytest.fixture
def people(api: Api, workspace: Workspace) -> dict[str, str]:
    """The ids of a few people, each of a tier and of a company of the same name."""
    options = [{"id": f"o{n}", "label": label} for n, label in enumerate(LABELS)]
    make_field(workspace, "person", "tier", "select", options={"options": options})
    found: dict[str, str] = {}
    for name, tier in {"Ada": LABELS[0], "Bea": LABELS[1], "Cy": LABELS[2]}.items():
        company = api.post(COMPANIES, resource("company", name=name)).id
        person = resource("person", name=name, tier=tier)
        linked = {"data": [{"type": "company", "id": company}]}
        person["data"]["relationships"] = {"companies": linked}
        found |= {name: api.post(PEOPLE, person).id, f"{name} Ltd": company}
    return found


def names(answer: Answer) -> list[str]:
    """Return the names of what was found, sorted."""
    assert answer.status == 200, answer.json
    return sorted(one["attributes"]["name"] for one in answer.data)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("[id]={Ada},{Bea}", ["Ada", "Bea"]),
        ("[id]={Ada}, {Bea}", ["Ada", "Bea"]),
        ("[id]={Ada}", ["Ada"]),
        ("[id][eq]={Ada},{Bea}", ["Ada", "Bea"]),
        ("[id][in]={Ada},{Bea}", ["Ada", "Bea"]),
        ("[id][ne]={Ada},{Bea}", ["Cy"]),
        ("[id][notin]={Ada},{Bea}", ["Cy"]),
        ("[id]=!={Ada},{Bea}", ["Cy"]),
        ("[id][empty]=false", ["Ada", "Bea", "Cy"]),
        ("[companies]={Ada Ltd},{Bea Ltd}", ["Ada", "Bea"]),
        ("[companies][ne]={Ada Ltd},{Bea Ltd}", ["Cy"]),
        ("[companies.id]={Ada Ltd},{Bea Ltd}", ["Ada", "Bea"]),
        ("[companies.people]={Ada},{Cy}", ["Ada", "Cy"]),
        ("[tier]=Gold,Silver", ["Ada", "Cy"]),
        ("[tier]=Silver, plated", ["Bea"]),
        ("[tier]=!=Silver, plated", ["Ada", "Cy"]),
        ("[tier][ne]=Silver, plated,Gold", ["Cy"]),
        ("[tier]=Gold,Silver, plated", ["Ada", "Bea"]),
        ("[tier]=Silver, plated, Silver", ["Bea", "Cy"]),
        ("[tier]= Gold , Silver, plated ", ["Ada", "Bea"]),
        ("[tier]=Silver,plated", ["Cy"]),
        ("[tier][in]=a,b,c,Gold", ["Ada"]),
    ],
)
def test_several_are_given_with_commas(
    api: Api, people: dict[str, str], asked: str, found: list[str]
) -> None:
    assert names(api.get(f"{PEOPLE}?filter{asked.format(**people)}")) == found


def test_several_are_given_in_arrays(api: Api, people: dict[str, str]) -> None:
    parts: list[dict[str, object]] = [
        {"id": [people["Ada"], people["Bea"]]},
        {"companies": {"eq": [people["Ada Ltd"], people["Bea Ltd"]]}},
        {"tier": ["Gold", "Silver, plated"]},
        {"not": {"id": [people["Cy"]]}},
        {"tier": {"ne": ["Silver"]}},
    ]

    answers = [api.post(f"{PEOPLE}/query", {"filter": part}) for part in parts]
    nobody = api.post(f"{PEOPLE}/query", {"filter": {"id": []}})

    assert [names(answer) for answer in answers] == [["Ada", "Bea"]] * 5
    assert names(nobody) == []


@pytest.mark.parametrize(
    "asked",
    [
        "[id]=nobody",
        "[id]={Ada},nobody",
        "[id]={Ada},",
        "[companies]={Ada}",
        "[tier]=Gold,Bronze",
        "[tier]=Silver, Plated",
        "[tier]=,",
    ],
)
def test_what_is_none_of_them_is_refused(
    api: Api, people: dict[str, str], asked: str
) -> None:
    answer = api.get(f"{PEOPLE}?filter{asked.format(**people)}")

    assert answer.status == 400
    assert [code for code, _ in answer.errors] == ["invalid_parameter"]


def test_the_labels_that_there_are_are_quoted(api: Api, people: dict[str, str]) -> None:
    asked = api.get(f"{PEOPLE}?filter[tier]=Bronze")
    sent = api.post(PEOPLE, resource("person", tier="Bronze"))

    (one,), (other,) = asked.json["errors"], sent.json["errors"]
    assert one["detail"] == other["detail"]
    assert one["detail"].startswith("Choose one of: 'Gold', 'Silver, plated', 'Sil")


def test_lists_without_an_operator_count(
    api: Api, people: dict[str, str], settings: Settings
) -> None:
    settings.LIST_LIMIT = 2
    two, three = (",".join([people["Ada"]] * many) for many in (2, 3))

    answers = [api.get(f"{PEOPLE}?filter[id]={listed}") for listed in (two, three)]

    assert [answer.status for answer in answers] == [200, 400]


def test_the_id_is_among_what_can_be_asked(api: Api) -> None:
    answer = api.get(f"{PEOPLE}?filter[bogus]=1")

    assert ", id, _created_at" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["agents", "api-keys"])
def test_rows_are_asked_by_their_ids(api: Api, path: str) -> None:
    api.post("agents", resource("agent", handle="one"))
    api.post("agents", resource("agent", handle="two"))
    api.post("api-keys", resource("api-key", label="A", scopes=["read"]))
    ids = [one["id"] for one in api.get(path).data]
    assert len(ids) == 2

    both = api.get(f"{path}?filter[id]={','.join(ids)}")
    other = api.get(f"{path}?filter[id][ne]={ids[0]}")
    bad = api.get(f"{path}?filter[id]=nobody")

    assert len(both.data) == 2
    assert [one["id"] for one in other.data] == ids[1:]
    assert (bad.status, bad.json["errors"][0]["detail"]) == (400, "Give an id.")

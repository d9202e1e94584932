"""Contacts as the Clarky API has them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent, Workspace
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.compat.door_client import DoorClient, some

NOBODY = "019abf2e-0000-7000-8000-000000000000"
ADA: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "emails": [
        {"email": "ada@example.com", "is_primary": True},
        {"email": "ada@home.example", "is_primary": False},
    ],
    "phone_numbers": [{"phone_number": "+442079460958", "is_primary": True}],
    "company": "Analytical Engines Inc.",
    "job_title": "Founder",
    "lead_source": "website",
    "tags": ["vip", "poet"],
    "deal_value": 25000.5,
    "pipeline_stage_id": "ps_01",
    "contact_type": "lead",
    "address_line1": "12 St James's Square",
    "address_line2": "Flat 2",
    "city": "London",
    "state": None,
    "postal_code": "SW1Y 4JH",
    "country": "UK",
    "linkedin_url": "https://linkedin.com/in/ada",
    "notes": "Poetical science.",
    "custom_fields": {"tier": "gold", "age": 36, "area": {"code": [7]}},
}


def create(clarky: DoorClient, agent: Agent, **members: object) -> dict[str, Any]:
    """Create a contact and return it."""
    answer = clarky.post("contacts", {"bot_id": str(agent.id)} | members)
    assert answer.status == 201, answer.content
    contact: dict[str, Any] = answer.data
    return contact


def fault(answer: Answer) -> tuple[int, str, str | None]:
    """Return the status, the code and the place of an error."""
    error = answer.json["error"]
    return answer.status, error["code"], error.get("details", {}).get("field")


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.content
    return [contact["first_name"] for contact in answer.data]


def test_a_contact_has_all_that_was_sent(clarky: DoorClient, agent: Agent) -> None:
    contact = create(clarky, agent, **ADA)

    assert some(contact, ADA) == ADA
    assert contact["bot_id"] == str(agent.id)
    assert contact["workspace_id"] == str(agent.workspace_id)
    assert (contact["company_id"], contact["last_contacted_at"]) == (None, None)
    assert clarky.get(f"contacts/{contact['id']}").data == contact
    assert clarky.get("contacts").data == [contact]


def test_text_stands_for_an_address_or_a_number(
    clarky: DoorClient, agent: Agent
) -> None:
    contact = create(clarky, agent, emails=["a@b.co"], phone_numbers=["+1 415 5550100"])

    assert contact["emails"] == [{"email": "a@b.co", "is_primary": True}]
    assert contact["phone_numbers"] == [
        {"phone_number": "+14155550100", "is_primary": True}
    ]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"emails": ["ada"]}, "emails[0].email"),
        ({"emails": ["a@b.co", {"email": 1}]}, "emails[1].email"),
        ({"emails": "a@b.co"}, "emails"),
        (
            {"emails": [{"email": f"{n}@b.co", "is_primary": True} for n in "ab"]},
            "emails",
        ),
        ({"phone_numbers": ["555"]}, "phone_numbers[0].phone_number"),
        ({"deal_value": "25 000"}, "deal_value"),
        ({"tags": "vip"}, "tags"),
        ({"tags": ["vip", ""]}, "tags[1]"),
        ({"city": 1}, "city"),
        ({"address_line2": 1}, "address_line1"),
        ({"custom_fields": []}, "custom_fields"),
        ({"linkedin_url": "x"}, "linkedin_url"),
        ({"company_id": NOBODY}, "company_id"),
        ({"company_id": 7}, "company_id"),
        ({"bot_id": NOBODY}, "bot_id"),
        ({"bot_id": None}, "bot_id"),
        ({"first_name": 1}, "first_name"),
    ],
)
def test_values_that_are_none_are_refused(
    clarky: DoorClient, agent: Agent, body: dict[str, object], place: str
) -> None:
    answer = clarky.post("contacts", {"bot_id": str(agent.id)} | body)

    assert fault(answer) == (422, "validation_error", place)
    assert not Record.objects.exists()


def test_an_agent_is_required_and_must_be_of_the_workspace(
    clarky: DoorClient, stranger: Api
) -> None:
    theirs = Agent.objects.create(workspace=stranger.workspace, handle="theirs")

    answers = [
        clarky.post("contacts", body)
        for body in ({"first_name": "Ada"}, {"bot_id": str(theirs.id)})
    ]

    assert [fault(a) for a in answers] == [(422, "validation_error", "bot_id")] * 2


def test_unknown_members_are_let_pass(clarky: DoorClient, agent: Agent) -> None:
    contact = create(clarky, agent, colour="red", id=NOBODY, created_at="now")

    assert "colour" not in contact
    assert contact["id"] != NOBODY


def test_an_address_that_another_contact_has_is_a_conflict(
    clarky: DoorClient, agent: Agent
) -> None:
    create(clarky, agent, **ADA)

    body = {"bot_id": str(agent.id), "emails": ["ADA@home.example"]}
    answer = clarky.post("contacts", body)

    assert fault(answer) == (409, "conflict", "emails")
    assert Record.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'"x"', 400), (b"\xff", 400)],
)
def test_a_body_that_is_no_object_is_a_bad_request(
    clarky: DoorClient, body: bytes, status: int
) -> None:
    answer = clarky.post("contacts", body)

    assert fault(answer) == (status, "bad_request", None)


def test_a_change_leaves_what_it_does_not_list(
    clarky: DoorClient, agent: Agent
) -> None:
    contact = create(clarky, agent, **ADA)

    changes = {"tags": ["vip"], "deal_value": None, "city": "Paris"}
    answer = clarky.patch(f"contacts/{contact['id']}", changes)

    assert answer.status == 200
    assert some(answer.data, ADA) == ADA | changes
    assert clarky.get(f"contacts/{contact['id']}").data == answer.data


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"address_line1": "1 Rue"}, ("1 Rue", "Flat 2")),
        ({"address_line2": None}, ("12 St James's Square", None)),
        ({"address_line1": None}, (None, "Flat 2")),
        ({"address_line1": None, "address_line2": None}, (None, None)),
    ],
)
def test_each_line_of_the_address_is_its_own(
    clarky: DoorClient,
    agent: Agent,
    change: dict[str, object],
    lines: tuple[str | None, str | None],
) -> None:
    contact = create(clarky, agent, **ADA)

    data = clarky.patch(f"contacts/{contact['id']}", change).data

    assert (data["address_line1"], data["address_line2"]) == lines
    assert data["city"] == "London"


def test_the_agent_cannot_be_changed(clarky: DoorClient, agent: Agent) -> None:
    contact = create(clarky, agent)
    other = Agent.objects.create(workspace=agent.workspace, handle="other")

    answer = clarky.patch(f"contacts/{contact['id']}", {"bot_id": str(other.id)})

    assert fault(answer) == (422, "validation_error", "bot_id")


def test_a_contact_is_linked_to_a_company(clarky: DoorClient, agent: Agent) -> None:
    body = {"bot_id": str(agent.id), "name": "Engines", "domain": "engines.example"}
    company = clarky.post("companies", body).data
    contact = create(clarky, agent, company_id=company["id"], deal_value="7.00")

    seen = clarky.get(f"companies/{company['id']}").data
    clarky.delete(f"companies/{company['id']}")

    assert contact["company_id"] == company["id"]
    assert (seen["total_deal_value"], seen["last_activity_at"]) == (7, None)
    assert clarky.get(f"contacts/{contact['id']}").data["company_id"] is None


def test_a_deleted_contact_is_gone(clarky: DoorClient, agent: Agent) -> None:
    path = f"contacts/{create(clarky, agent)['id']}"

    answers = [clarky.delete(path), clarky.delete(path), clarky.get(path)]

    assert [answer.status for answer in answers] == [204, 404, 404]
    assert answers[0].content == b""


@pytest.mark.parametrize("record_id", [NOBODY, "c_01HXYZ"])
@pytest.mark.parametrize("name", ["contacts", "companies", "agents"])
def test_what_is_not_there_is_not_found(
    clarky: DoorClient, name: str, record_id: str
) -> None:
    assert fault(clarky.get(f"{name}/{record_id}")) == (404, "not_found", None)


def test_by_email_finds_the_primary_address_in_any_case(
    clarky: DoorClient, agent: Agent
) -> None:
    contact = create(clarky, agent, **ADA)

    answers = [
        clarky.get(f"contacts/by-email?email={email}")
        for email in ("ADA@Example.com", "ada@home.example", "no@example.com")
    ]

    assert answers[0].data == contact
    assert [fault(answer) for answer in answers[1:]] == [(404, "not_found", None)] * 2


@pytest.mark.parametrize("query", ["", "?email=", "?email=ada"])
def test_by_email_needs_an_address(clarky: DoorClient, query: str) -> None:
    answer = clarky.get(f"contacts/by-email{query}")

    assert fault(answer) == (422, "validation_error", "email")


@pytest.mark.parametrize(
    "query",
    [
        "search=ADA",
        "search=home.exam",
        "search=ENGINES+áda",
        "search=%2B44+(0)20",
        "search=4420794",
        "search=analytical",
        "tags=vip",
        "tags=nobody,POET",
        "lead_source=website",
        "pipeline_stage_id=ps_01",
        "bot_id={bot}",
        "created_after={created}",
        "updated_after={created}",
        "search=ada&tags=vip&page=1&page_size=100",
    ],
)
def test_filters_find_what_fits(clarky: DoorClient, agent: Agent, query: str) -> None:
    other = Agent.objects.create(workspace=agent.workspace, handle="other")
    create(clarky, other, first_name="Bea", tags=["x"], lead_source="shop")
    ada = create(clarky, agent, **ADA)

    query = query.format(bot=agent.id, created=ada["created_at"])

    assert names(clarky.get(f"contacts?{query}")) == ["Ada"]


def test_created_before_finds_the_older_ones(clarky: DoorClient, agent: Agent) -> None:
    bea = create(clarky, agent, first_name="Bea")
    create(clarky, agent, **ADA)

    before = clarky.get(f"contacts?created_before={bea['created_at']}")

    assert names(before) == ["Bea"]


def test_days_and_agents_are_named_as_in_the_api(
    clarky: DoorClient, agent: Agent
) -> None:
    create(clarky, agent, **ADA)
    queries = ("created_after=yesterday", f"created_before=-7d&bot_id={agent.pk}")

    found = [names(clarky.get(f"contacts?{query}")) for query in queries]
    both = names(clarky.get(f"contacts?bot_id={agent.pk},{agent.pk}"))

    assert (found, both) == ([["Ada"], []], ["Ada"])


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("page_size=101", 422, "page_size"),
        ("page_size=0", 422, "page_size"),
        ("page=0", 422, "page"),
        ("page=x", 422, "page"),
        ("created_after=someday", 422, "created_after"),
        ("bot_id=me,you", 422, "bot_id"),
        ("bot_id=me", 422, "bot_id"),
        ("page=1&page=2", 422, "page"),
        ("colour=red", 400, None),
        ("updated_before=2026-01-01", 400, None),
    ],
)
def test_parameters_that_mean_nothing_are_refused(
    clarky: DoorClient, query: str, code: int, place: str | None
) -> None:
    answer = clarky.get(f"contacts?{query}")

    name = {400: "bad_request", 422: "validation_error"}[code]
    assert fault(answer) == (code, name, place)


def test_pages_say_where_they_are(clarky: DoorClient, agent: Agent) -> None:
    for name in ("Ada", "Bea", "Cleo"):
        create(clarky, agent, first_name=name)

    pages = [clarky.get(f"contacts?page={n}&page_size=2") for n in (1, 2, 3)]

    assert [names(page) for page in pages] == [["Cleo", "Bea"], ["Ada"], []]
    assert [page.json["pagination"] for page in pages] == [
        {"page": n, "page_size": 2, "total": 3, "total_pages": 2} for n in (1, 2, 3)
    ]


def test_no_results_have_no_pages(clarky: DoorClient) -> None:
    answer = clarky.get("contacts")

    pagination = {"page": 1, "page_size": 25, "total": 0, "total_pages": 0}
    assert answer.json == {"data": [], "pagination": pagination}


def test_an_owner_that_nobody_set_is_none(clarky: DoorClient, api: Api) -> None:
    api.post("objects/person/records", resource("person", name="Ada"))

    (contact,) = clarky.get("contacts").data

    assert contact["bot_id"] is None


def test_agents_are_those_that_are_active(clarky: DoorClient, agent: Agent) -> None:
    Agent.objects.create(workspace=agent.workspace, handle="retired", is_active=False)

    answer = clarky.get("agents")

    (shown,) = answer.data
    assert answer.json["pagination"]["total"] == 1
    assert (shown["id"], shown["slug"], shown["enabled"]) == (
        str(agent.id),
        "scout",
        True,
    )
    assert clarky.get(f"agents/{agent.id}").data == shown


def test_companies_are_like_contacts(clarky: DoorClient, agent: Agent) -> None:
    sent: dict[str, object] = {
        "name": "Engines",
        "domain": "engines.example",
        "website": "https://engines.example",
        "industry": "Machines",
        "company_size": "11-50",
        "employee_count": 12,
        "annual_revenue": 1000000,
        "tags": ["vip"],
        "city": "London",
        "emails": [{"email": "info@engines.example", "is_primary": True}],
        "custom_fields": {"tier": "gold"},
    }

    company = clarky.post("companies", {"bot_id": str(agent.id)} | sent).data
    found = [
        clarky.get(f"companies?{query}").data
        for query in (
            "search=mach",
            "domain=engines.example",
            "industry=machines",
            "tags=vip",
        )
    ]

    changed = clarky.patch(f"companies/{company['id']}", {"domain": "engine.example"})
    assert some(company, sent) == sent
    assert found == [[company]] * 4
    assert changed.data["domain"] == "engine.example"
    assert clarky.delete(f"companies/{company['id']}").status == 204


def test_a_company_needs_a_name(clarky: DoorClient, agent: Agent) -> None:
    answer = clarky.post("companies", {"bot_id": str(agent.id)})

    assert fault(answer) == (422, "validation_error", "name")


def test_what_one_door_writes_the_others_read(
    clarky: DoorClient, agent: Agent, api: Api, workspace: Workspace
) -> None:
    contact = create(clarky, agent, **ADA)

    (person,) = api.get("objects/person/records").data

    attributes = person["attributes"]
    assert attributes["name"] == "Ada Lovelace"
    assert attributes["email_addresses"] == items("ada@example.com", "ada@home.example")
    assert attributes["addresses"]["items"][0]["street"] == (
        "12 St James's Square\nFlat 2"
    )
    assert attributes["_created_at"] == contact["created_at"]

"""The record browser shows what the API holds, readably and harmlessly."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote_plus

import pytest
from django.utils.html import strip_tags

from crm.models import Agent, Member, Workspace
from interfaces.admin.objects.field_forms import TYPE_LABELS
from objects.field_types import FIELD_TYPES
from objects.field_types.relation import REFERENCES
from tests.api_client import Api, items, resource
from tests.browsing import Person, join
from tests.schemas import make_field, note_change

EVIL = '<script>alert("x")</script>'
PLACE = {
    "street": "1 Main Street",
    "city": "Springfield",
    "region": None,
    "postal_code": "12345",
    "country": "US",
}

SHOWN = [
    ("text", {}, "Ada", "Ada"),
    ("multiline_text", {}, "one\ntwo", '<span class="kith-lines">one\ntwo</span>'),
    ("number", {}, 1234567.5, "1,234,567.5"),
    ("integer", {}, -12000, "-12,000"),
    ("currency", {"currency": "EUR"}, 25000, "25,000 EUR"),
    ("checkbox", {}, True, "Yes"),
    ("checkbox", {}, False, "No"),
    ("date", {}, "2026-12-24", "Dec 24, 2026"),
    ("datetime", {}, "2026-12-24T18:30:00Z", "Dec 24, 2026, 18:30 UTC"),
    ("select", {"options": [{"id": "a", "label": "Won", "color": "green"}]}, "Won",
     '<span class="kith-chip is-green">Won</span>'),
    ("multi_select", {"options": [{"id": "a", "label": "Red", "color": "red"}]},
     items("Red"), '<span class="kith-chip is-red">Red</span>'),
    ("tags", {}, items("vip"), '<span class="kith-chip is-gray">vip</span>'),
    ("url", {}, "https://example.com/a?b=c&d", 'href="https://example.com/a?b=c&amp;d"'),
    ("email", {}, "ada@example.com", 'href="mailto:ada@example.com"'),
    ("phone", {}, "+14155550100", 'href="tel:+14155550100"'),
    ("domain", {}, "example.com", 'href="https://example.com"'),
    ("json", {}, {"a": [1]}, '{\n  &quot;a&quot;: [\n    1\n  ]\n}'),
    ("location", {}, PLACE, "1 Main Street, Springfield, 12345, US"),
    ("text_collection", {}, items("a", "b"), "<li>a</li><li>b</li>"),
    ("email_collection", {}, items("a@b.co"), '<a href="mailto:a@b.co"'),
    ("phone_collection", {}, items("+14155550100"), "<li><a"),
    ("domain_collection", {}, items("b.co"), '<a href="https://b.co"'),
    ("url_collection", {}, items("https://b.co"), '<a href="https://b.co"'),
    ("date_collection", {}, items("2026-01-02"), "<li>Jan 2, 2026</li>"),
    ("location_collection", {}, items(PLACE), "<li>1 Main Street, Springfield"),
    ("json_collection", {"shape": {"name": "text", "here": "checkbox"}},
     items({"name": "Ada", "here": True}), "<li>here: true, name: Ada</li>"),
]  # fmt: skip


@pytest.fixture
def member(workspace: Workspace) -> Person:
    return join(workspace, Member.Role.MEMBER)


def create(api: Api, type_: str = "task", **values: object) -> str:
    """Create a record and return the address of its page."""
    values = {"title": "One"} | values if type_ == "task" else values
    answer = api.post(f"objects/{type_}/records", resource(type_, **values))
    assert answer.status == 201, answer.json
    return f"/admin/records/acme/{type_}/{answer.id}/"


def facts(page: str) -> dict[str, str]:
    """Return the values on the page of a record by their labels."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return dict(pairs)


@pytest.mark.parametrize("case", SHOWN, ids=lambda case: str(case[0]))
def test_shows_a_value(
    api: Api, member: Person, case: tuple[str, object, object, str]
) -> None:
    type_, options, value, shown = case
    make_field(api.workspace, "task", "extra", type_, options=options)

    page = member.page(create(api, extra=value))

    assert shown in facts(page)["extra"]


def test_shows_numbers_in_json_with_their_digits(api: Api, member: Person) -> None:
    make_field(api.workspace, "task", "extra", "json")
    document = b"""{"data": {"type": "task", "attributes": {"title": "One",
        "extra": {"pi": 3.14159265358979323846264338327950288, "price": 1.10}}}}"""
    made = api.post("objects/task/records", document)

    page = member.page(f"/admin/records/acme/task/{made.id}/")

    assert "3.14159265358979323846264338327950288" in facts(page)["extra"]
    assert "1.10" in facts(page)["extra"]


def test_every_type_is_shown_above_and_offered() -> None:
    offered = set(FIELD_TYPES) - {"relationship"}

    assert {case[0] for case in SHOWN} | REFERENCES == offered
    assert set(TYPE_LABELS) == offered


def test_shows_agents_by_their_handles(api: Api, agent: Agent, member: Person) -> None:
    path = own(api, {"type": "agent", "id": str(agent.id)})

    assert facts(member.page(path))["Owner"] == "scout"


def test_shows_users_by_their_names(api: Api, member: Person) -> None:
    user = Member.objects.get()
    path = own(api, {"type": "user", "id": str(user.id)})

    assert facts(member.page(path))["Owner"] == user.user.username
    assert user.user.username in member.page("/admin/records/acme/task/")


def own(api: Api, owner: dict[str, str]) -> str:
    """Create a task of an owner and return the address of its page."""
    document = resource("task", title="Owned")
    document["data"]["relationships"] = {"owner": {"data": owner}}
    made = api.post("objects/task/records", document)
    return f"/admin/records/acme/task/{made.id}/"


def test_runs_nothing_that_was_stored(api: Api, member: Person) -> None:
    workspace = api.workspace
    workspace.name = EVIL
    workspace.save()
    kind = workspace.object_types.get(slug="task")
    kind.label = kind.plural = EVIL
    kind.save()
    options = {"options": [{"id": "a", "label": EVIL, "color": EVIL}]}
    field = make_field(workspace, "task", "pick", "select", options=options)
    field.label = EVIL
    field.save()
    note_change(workspace)
    place = create(api, title=EVIL, description=EVIL, tags=items(EVIL), pick=EVIL)

    for page in (place, "/admin/", "/admin/records/acme/", "/admin/records/acme/task/"):
        shown = member.page(page)
        assert "<script>alert" not in shown
        assert "alert(&quot;x&quot;)" in shown
    assert EVIL in unescape(strip_tags(facts(member.page(place))["Title"]))


def test_tells_what_happened_and_who_did_it(api: Api, member: Person) -> None:
    place = create(api, title="First", status="To Do")
    record_id = place.split("/")[-2]
    path = f"objects/task/records/{record_id}"
    change = resource("task", title="Second")
    api.patch(path, change, x_request_id="my-request")

    page = member.page(place).split("History</h3>")[1]
    told = " ".join(strip_tags(page.replace("<", " <")).split())

    assert "Updated by" in told
    assert "Field Before After Title First Second Request my-request" in told
    assert "Field Value Title First Status To Do" in told


def test_pages_back_through_a_long_history(api: Api, member: Person) -> None:
    place = create(api, title="0")
    record_id = place.split("/")[-2]
    for number in range(1, 25):
        change = resource("task", title=str(number))
        api.patch(f"objects/task/records/{record_id}", change)

    page = member.page(place)
    (older,) = re.findall(r'href="([^"]*\?before=\d+)"', page)

    assert page.count("<b>Updated</b>") == 20
    assert member.page(older).count("<b>Updated</b>") == 4
    assert "<b>Created</b>" in member.page(older)


def test_leads_to_linked_records_a_few_at_a_time(api: Api, member: Person) -> None:
    company = create(api, "company", name="Acme", domains=items("acme.example"))
    for number in range(7):
        document = resource("person", name=f"Person {number}")
        match = {"type": "company", "meta": {"match": {"domains": "acme.example"}}}
        document["data"]["relationships"] = {"companies": {"data": [match]}}
        api.post("objects/person/records", document)

    linked = member.page(company).split("<aside>")[1]
    (everyone,) = re.findall(r'href="([^"]*)">See all', linked)

    assert len(re.findall(r">Person \d</a>", linked)) == 5
    assert len(re.findall(r">Person \d</a>", member.page(unescape(everyone)))) == 7


LISTS = [
    ("", ["Cy", "Bo", "Al"]),
    ("?sort=name", ["Al", "Bo", "Cy"]),
    ("?sort=-name&page[size]=2", ["Cy", "Bo"]),
    ("?sort=-name&page[size]=2&page[number]=2", ["Al"]),
    ("?filter[search]=b", ["Bo"]),
    ("?filter[search]=", ["Cy", "Bo", "Al"]),
    ("?filter[title][Is]=CEO", ["Al"]),
    ("?filter[title][Is empty]=true&sort=name", ["Bo", "Cy"]),
]


@pytest.mark.parametrize(("query", "names"), LISTS)
def test_lists_records(api: Api, member: Person, query: str, names: list[str]) -> None:
    create(api, "person", name="Al", title="CEO")
    create(api, "person", name="Bo")
    create(api, "person", name="Cy")

    page = member.page(f"/admin/records/acme/person/{query}")

    assert re.findall(r'<td><a href="[^"]*">(\w+)</a></td>', page) == names


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("?filter[nothing]=1", "person has no 'nothing'"),
        ("?filter[birthday][Is]=soon", "Enter a date"),
        ("?filter[name][Greater than]=1", "name takes"),
        ("?sort=nothing", "Cannot sort by 'nothing'"),
        ("?page[size]=100000", "A page has 1000 items at most."),
        ("?page[after]=x", "Use page[number]."),
        ("?filter[search]=%00", "character"),
        ("?colour=red", "Unknown parameter."),
    ],
)
def test_says_what_it_does_not_understand(member: Person, query: str, why: str) -> None:
    page = member.page(f"/admin/records/acme/person/{query}", status=400)

    assert why in unescape(page)


@pytest.mark.parametrize(
    ("field", "operator", "value", "leads_to"),
    [
        ("name", "Contains", "ada", "filter[name][Contains]=ada"),
        ("name", "Is empty", "", "filter[name][Is empty]=true"),
        ("a b&c", "x", "é?", "filter[a b&c][x]=é?"),
    ],
)
def test_adds_a_filter_to_the_others(
    member: Person, field: str, operator: str, value: str, leads_to: str
) -> None:
    form = {"field": field, "operator": operator, "value": value}
    others = {"filter[title][Is]": "CEO", "sort": "name", "page[number]": "2"}

    answer = member.get("/admin/records/acme/person/", others | form)

    query = unquote_plus(answer["Location"]).partition("?")[2]
    assert query == f"filter[title][Is]=CEO&sort=name&{leads_to}"


def test_an_empty_list_says_what_to_do(member: Person) -> None:
    assert "Records come in over the API" in member.page("/admin/records/acme/deal/")


@pytest.mark.parametrize(
    "path", ["nothing/", "person/per_1/", "person/x/", "person/com_01HX/", "c_x/y/"]
)
def test_what_is_not_there_is_not_found(member: Person, path: str) -> None:
    assert "Nothing here" in member.page(f"/admin/records/acme/{path}", status=404)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1", "%00"])
def test_an_odd_place_in_the_history_is_no_crash(
    api: Api, member: Person, before: str
) -> None:
    member.page(f"{create(api)}?before={before}")

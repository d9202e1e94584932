"""A client that others wrote for JSON:API gets along with this server.

It is jsonapi-client, with asyncio. It expects a resource at
an address that is made of its type and id, so that here it is told addresses, or
follows links.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jsonapi_client import Filter, Inclusion, Modifier, ResourceTuple, Session
from jsonapi_client.exceptions import DocumentError

from tests.api_client import Api, items, resource
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[Any], Awaitable[Any]]
Use = Callable[..., Any]

PEOPLE = "objects/person/records"
SCHEMA = {
    "person": {
        "properties": {
            "name": {"type": ["null", "string"]},
            "title": {"type": ["null", "string"]},
            "companies": {"relation": "to-many", "resource": ["company"]},
        }
    }
}


@pytest.fixture
def use(server: LiveServer, api: Api) -> Use:
    """Let somebody use a session."""
    url = f"{server.url}/v1/workspaces/{api.workspace.slug}"
    request = {"headers": {"Authorization": f"api-key {api.secret}"}}

    async def act_within(act: Act, schema: object) -> Any:
        async with Session(
            url, enable_async=True, schema=schema, request_kwargs=request
        ) as session:
            return await act(session)

    def run(act: Act, schema: object = None) -> Any:
        return asyncio.run(act_within(act, schema))

    return run


def make(api: Api, type_: str, **attributes: object) -> str:
    answer = api.post(f"objects/{type_}/records", resource(type_, **attributes))
    assert answer.status == 201
    return answer.id


def link(api: Api, person: str, *companies: str) -> None:
    """Link a person to companies."""
    identifiers = [{"type": "company", "id": company} for company in companies]
    path = f"{PEOPLE}/{person}/relationships/companies"
    assert api.patch(path, {"data": identifiers}).status == 200


def talk_with(api: Api, person: str) -> str:
    """Create a conversation with a person."""
    relationships = {"person": {"data": {"type": "person", "id": person}}}
    body = {"data": {"type": "conversation", "relationships": relationships}}
    return api.post("objects/conversation/records", body).id


def test_reads_a_record(api: Api, use: Use) -> None:
    ada = make(api, "person", name="Ada", email_addresses=items("ada@example.com"))

    async def act(session: Any) -> object:
        person = (await session.get(PEOPLE, ada)).resource
        return person.type, person.id, person.name, person["email_addresses"]["items"]

    assert use(act) == ("person", ada, "Ada", ["ada@example.com"])


def test_filters_and_sorts(api: Api, use: Use) -> None:
    for name in ("Ada", "Bea", "Cy"):
        make(api, "person", name=name, title="Cook" if name == "Cy" else "Poet")

    async def act(session: Any) -> object:
        modifier = Filter(title="poet") + Modifier("sort=-name")
        document = await session.get(PEOPLE, modifier)
        return [person.name for person in document.resources], document.meta.meta

    names, meta = use(act)
    assert names == ["Bea", "Ada"]
    assert meta == {"total_records": 2, "total_pages": 1, "offset": 0, "limit": 25}


@pytest.mark.parametrize(
    "page", ["page[limit]=2", "page[size]=2", "page[size]=2&page[total]=true"]
)
def test_iterates_over_pages(api: Api, use: Use, page: str) -> None:
    for name in "ABCDE":
        make(api, "person", name=name)

    async def act(session: Any) -> object:
        people = session.iterate(PEOPLE, Modifier(f"sort=name&{page}"))
        return [person.name async for person in people]

    assert use(act) == list("ABCDE")


def test_goes_to_the_next_page_and_back(api: Api, use: Use) -> None:
    for name in "ABC":
        make(api, "person", name=name)

    async def act(session: Any) -> object:
        first = await session.get(PEOPLE, Modifier("sort=name&page[limit]=2"))
        second = await first.links.next.fetch()
        back = await second.links.prev.fetch()
        return [[one.name for one in page.resources] for page in (second, back)]

    assert use(act) == [["C"], ["A", "B"]]


def test_follows_a_relationship_to_many(api: Api, use: Use) -> None:
    ada, acme = make(api, "person"), make(api, "company", name="Acme")
    link(api, ada, acme)

    async def act(session: Any) -> object:
        person = (await session.get(PEOPLE, ada)).resource
        return [company.name for company in await person.companies.fetch()]

    assert use(act) == ["Acme"]


def test_needs_no_more_requests_for_what_was_included(api: Api, use: Use) -> None:
    ada, acme = make(api, "person", name="Ada"), make(api, "company", name="Acme")
    link(api, ada, acme)
    talk_with(api, ada)

    async def act(session: Any) -> object:
        include = Inclusion("person.companies")
        document = await session.get("objects/conversation/records", include)
        (person,) = await document.resource.person.fetch()
        (company,) = await person.companies.fetch()
        return person.name, company.name, len(session.documents_by_link)

    assert use(act) == ("Ada", "Acme", 1)


def test_an_empty_relationship_to_one_has_nothing(api: Api, use: Use) -> None:
    talk = make(api, "conversation")

    async def act(session: Any) -> object:
        found = await session.get("objects/conversation/records", talk)
        return await found.resource.person.fetch()

    assert use(act) == [None]


def test_creates_a_record(api: Api, use: Use) -> None:
    acme = make(api, "company")

    async def act(session: Any) -> object:
        person = session.create("person", name="Ada", companies=[acme])
        await person.commit(f"{session.url_prefix}/{PEOPLE}")
        return person.id

    ada = use(act, SCHEMA)
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["name"] == "Ada"
    assert [one["id"] for one in api.get(f"{PEOPLE}/{ada}/companies").data] == [acme]


def test_changes_attributes(api: Api, use: Use) -> None:
    ada = make(api, "person", name="Ada", title="Ms")

    async def act(session: Any) -> object:
        person = (await session.get(PEOPLE, ada)).resource
        person.title = "Countess"
        await person.commit()
        return person.title, person.meta["version"], person.is_dirty

    assert use(act) == ("Countess", 2, False)
    assert api.get(f"{PEOPLE}/{ada}").data["attributes"]["title"] == "Countess"


def test_changes_relationships(api: Api, use: Use) -> None:
    ada, bea = make(api, "person"), make(api, "person")
    acme, talk = make(api, "company"), talk_with(api, ada)

    async def act(session: Any) -> None:
        person = (await session.get(PEOPLE, ada)).resource
        person.companies = [ResourceTuple(acme, "company")]
        await person.commit()
        found = (await session.get("objects/conversation/records", talk)).resource
        found.person = ResourceTuple(bea, "person")
        await found.commit()

    use(act)
    path = f"objects/conversation/records/{talk}/person"
    assert [one["id"] for one in api.get(f"{PEOPLE}/{ada}/companies").data] == [acme]
    assert api.get(path).id == bea


def test_deletes_a_record(api: Api, use: Use) -> None:
    ada = make(api, "person")

    async def act(session: Any) -> None:
        person = (await session.get(PEOPLE, ada)).resource
        person.delete()
        await person.commit()

    use(act)
    assert api.get(f"{PEOPLE}/{ada}").status == 404


def test_shows_what_was_wrong(api: Api, use: Use) -> None:
    ada = make(api, "person")

    async def act(session: Any) -> None:
        person = (await session.get(PEOPLE, ada)).resource
        person.title = 5
        await person.commit()

    with pytest.raises(DocumentError, match=r"Could not PATCH \(422\): Invalid value"):
        use(act)
    with pytest.raises(DocumentError, match="Error 404: Not found"):
        use(lambda session: session.get("objects/unicorn/records"))

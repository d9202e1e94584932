"""The two requests whose way through the house is measured, and what they find."""

from __future__ import annotations

from tests.api_client import Answer, Api, items, resource

PEOPLE = "objects/person/records"
COMPANIES = "objects/company/records"
DEALS = "objects/deal/records"
FILTERS = "filter[amount][gte]=1&filter[name][contains]=deal"
MANY = 6


def fill(api: Api) -> None:
    """Create the person who will be matched, and deals, each with its company."""
    require(send_person(api), 201)
    companies = [company(number) for number in range(MANY)]
    require(api.post(f"{COMPANIES}/bulk", {"data": companies}), 201)
    deals = [deal(number) for number in range(MANY)]
    require(api.post(f"{DEALS}/bulk", {"data": deals}), 201)


def company(number: int) -> dict[str, object]:
    """Return a company that is known by its domain."""
    return {"type": "company", "attributes": {"domains": items(domain(number))}}


def deal(number: int) -> dict[str, object]:
    """Return a deal with a company that is there."""
    linkage = {"type": "company", "meta": {"match": {"domains": domain(number)}}}
    return {
        "type": "deal",
        "attributes": {"name": f"Deal {number}", "amount": 100 + number},
        "relationships": {"companies": {"data": [linkage]}},
    }


def domain(number: int) -> str:
    return f"company{number}.example"


def send_person(api: Api) -> Answer:
    """Send a person, whom the workspace knows by email from the second time on."""
    ada = resource(
        "person",
        name="Ada Lovelace",
        email_addresses=items("ada@example.com"),
        title="Countess",
    )
    return api.post(PEOPLE, ada)


def upsert_person(api: Api) -> None:
    """Send the person again, which finds the record and changes nothing of it."""
    answer = send_person(api)
    require(answer, 200)
    require_equal(answer.data["meta"]["version"], 1)


def list_deals(api: Api) -> None:
    """List the deals by two filters and in an order, and include their companies."""
    answer = api.get(f"{DEALS}?{FILTERS}&sort=-amount&include=companies")
    require(answer, 200)
    require_equal([len(answer.data), len(answer.json["included"])], [MANY, MANY])


def require(answer: Answer, status: int) -> None:
    """Make sure of an answer, because another's calls would mean nothing."""
    if answer.status != status:
        raise RuntimeError(answer.content[:500])


def require_equal(found: object, wanted: object) -> None:
    """Make sure that the request did what it is here for."""
    if found != wanted:
        raise RuntimeError(f"{found} instead of {wanted}")

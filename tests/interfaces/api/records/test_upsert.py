"""A record that is sent again is known by its unique values, and updated."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Workspace
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

ADA = "ada@example.com"
BEA = "bea@example.com"


@pytest.fixture
def number(workspace: Workspace) -> str:
    """Another unique field of a person, which once had another name."""
    make_field(
        workspace, "person", "c_number", "text", unique=True, aliases=["c_badge"]
    )
    return "c_number"


def send(api: Api, type_: str, attributes: dict[str, Any], **more: object) -> Answer:
    return api.post(f"objects/{type_}/records", resource(type_, **attributes) | more)


def person(api: Api, *addresses: str, **attributes: object) -> str:
    answer = send(api, "person", {"email_addresses": items(*addresses)} | attributes)
    assert answer.status == 201
    return answer.id


def read(api: Api, person: str, *fields: str) -> list[object]:
    attributes = api.get(f"objects/person/records/{person}").data["attributes"]
    return [attributes[field] for field in fields]


@pytest.mark.parametrize(
    ("type_", "first", "second"),
    [
        (
            "person",
            {"email_addresses": items("x@example.com", ADA)},
            {"email_addresses": items("new@example.com", "ADA@example.com")},
        ),
        (
            "company",
            {"domains": items("acme.com")},
            {"domains": items("https://www.ACME.com/about")},
        ),
        (
            "company",
            {"domains": items("münchen.de")},
            {"domains": items("xn--mnchen-3ya.de")},
        ),
        ("deal", {"name": "Acme Renewal Q1"}, {"name": " ACME  renewal q1 "}),
    ],
)
def test_updates_the_record_that_shares_a_value(
    api: Api, type_: str, first: dict[str, object], second: dict[str, object]
) -> None:
    created = send(api, type_, first)

    again = send(api, type_, second | {"tags": items("vip")})

    assert (again.status, again.id) == (200, created.id)
    assert again.headers["ETag"] == '"2"'
    assert "Location" not in again.headers
    assert Record.objects.count() == 1


@pytest.mark.parametrize(
    ("type_", "attributes"),
    [
        ("meeting", {"title": "Weekly"}),
        ("task", {"title": "Call"}),
        ("conversation", {"subject": "Hi"}),
        ("person", {"name": "Ada", "phone_numbers": items("+14155550100")}),
        ("person", {"email_addresses": items()}),
        ("person", {"email_addresses": None}),
        ("company", {"name": "Acme"}),
        ("deal", {"name": None}),
        ("deal", {"name": "  "}),
        ("deal", {"stage": "Won"}),
    ],
)
def test_creates_what_nothing_can_match(
    api: Api, type_: str, attributes: dict[str, object]
) -> None:
    first = send(api, type_, attributes)

    second = send(api, type_, attributes)

    assert (first.status, second.status) == (201, 201)
    assert first.id != second.id


def test_fields_that_are_omitted_stay(api: Api) -> None:
    ada = person(api, ADA, title="Countess", notes="Poet", tags=items("vip"))

    send(api, "person", {"email_addresses": items(ADA), "title": "Ms", "notes": None})

    fields = read(api, ada, "title", "notes", "tags")
    assert fields == ["Ms", None, items("vip")]


def test_only_the_matched_collection_gains_items(api: Api) -> None:
    ada = person(api, ADA, "home@example.com", tags=items("vip"))

    addresses = items("work@example.com", ADA)
    send(api, "person", {"email_addresses": addresses, "tags": items("new")})

    assert read(api, ada, "email_addresses", "tags") == [
        items(ADA, "home@example.com", "work@example.com"),
        items("new"),
    ]


def test_a_strategy_may_replace_the_matched_collection(api: Api) -> None:
    ada = person(api, ADA, "home@example.com")

    meta = {"email_addresses": {"collection": "replace"}}
    send(api, "person", {"email_addresses": items(ADA)}, meta=meta)

    assert read(api, ada, "email_addresses") == [items(ADA)]


def test_what_is_sent_again_as_it_was_changes_nothing(api: Api) -> None:
    ada = person(api, ADA, title="Countess")

    again = send(api, "person", {"email_addresses": items(ADA), "title": "Countess"})

    assert (again.status, again.headers["ETag"]) == (200, '"1"')
    assert again.data == api.get(f"objects/person/records/{ada}").data


def test_several_matches_are_refused_and_named(api: Api) -> None:
    people = [person(api, ADA), person(api, BEA)]

    answer = send(api, "person", {"email_addresses": items(ADA, BEA), "title": "Ms"})

    assert answer.status == 409
    assert answer.errors == [("multiple_matches", "/data/attributes/email_addresses")]
    assert sorted(answer.json["errors"][0]["meta"]["matches"]) == people
    assert [read(api, one, "title") for one in people] == [[None], [None]]


def test_a_value_of_yet_another_record_is_taken(api: Api, number: str) -> None:
    ada = person(api, ADA, title="Countess")
    bea = person(api, BEA, c_number="7")

    answer = send(api, "person", {"email_addresses": items(ADA), "c_number": "7"})

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/c_number")]
    assert answer.json["errors"][0]["meta"] == {"matches": [bea]}
    assert read(api, ada, "c_number") == [None]


def test_match_on_names_another_field(api: Api, number: str) -> None:
    ada = person(api, ADA, c_number="7")

    attributes = {"c_number": "7", "email_addresses": items(BEA)}
    answer = send(api, "person", attributes, match_on="c_number")

    assert (answer.status, answer.id) == (200, ada)
    assert read(api, ada, "email_addresses") == [items(BEA)]


def test_match_on_leaves_the_usual_fields_out(api: Api, number: str) -> None:
    ada = person(api, ADA)

    attributes = {"c_number": "7", "email_addresses": items(ADA)}
    answer = send(api, "person", attributes, match_on="c_number")

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert read(api, ada, "c_number") == [None]


@pytest.mark.parametrize(
    ("match_on", "attributes"),
    [
        (["c_number", "email_addresses"], {"c_number": "7"}),
        (["c_number", "email_addresses"], {"c_number": "7", "email_addresses": None}),
        (["email_addresses", "c_number"], {"c_number": "7"}),
        (["c_number", "email_addresses"], {"email_addresses": items(ADA)}),
        (
            ["c_number", "email_addresses"],
            {"c_number": "8", "email_addresses": items(ADA)},
        ),
        (["c_badge"], {"c_badge": "7"}),
        ("c_badge", {"c_number": " 7 "}),
    ],
)
def test_match_on_may_name_several_in_order_of_preference(
    api: Api, number: str, match_on: object, attributes: dict[str, object]
) -> None:
    ada = person(api, ADA, c_number="7")

    answer = send(api, "person", attributes, match_on=match_on)

    assert (answer.status, answer.id) == (200, ada)


def test_the_preferred_match_wins(api: Api, number: str) -> None:
    ada = person(api, ADA)
    bea = person(api, BEA, c_number="7")
    attributes = {"c_number": "7", "email_addresses": items(ADA)}

    answers = [
        send(api, "person", attributes, match_on=["c_number", "email_addresses"]),
        send(api, "person", attributes, match_on=["email_addresses", "c_number"]),
    ]

    assert [answer.errors for answer in answers] == [
        [("value_taken", "/data/attributes/email_addresses")],
        [("value_taken", "/data/attributes/c_number")],
    ]
    matches = [answer.json["errors"][0]["meta"]["matches"] for answer in answers]
    assert matches == [[ada], [bea]]


@pytest.mark.parametrize(
    "match_on",
    [
        "title",
        "shoe_size",
        "companies",
        "",
        [],
        ["email_addresses", "title"],
        None,
        1,
        True,
        {"a": 1},
        [["email_addresses"]],
        [None],
    ],
)
def test_match_on_names_unique_fields(api: Api, match_on: object) -> None:
    answer = send(api, "person", {"name": "Ada"}, match_on=match_on)

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "/match_on")]
    assert not Record.objects.exists()


def test_match_on_has_nothing_to_name_for_a_task(api: Api) -> None:
    answer = send(api, "task", {"title": "Call"}, match_on="title")

    assert answer.errors == [("malformed_document", "/match_on")]
    assert "none" in answer.json["errors"][0]["detail"]


def test_a_match_may_be_left_as_it_is(api: Api) -> None:
    ada = person(api, ADA, title="Countess")
    before = api.get(f"objects/person/records/{ada}").data

    attributes = {"email_addresses": items(ADA, BEA), "title": "Ms"}
    answer = send(api, "person", attributes, meta={"on_match": "skip"})

    assert (answer.status, answer.data) == (200, before)
    assert api.get(f"objects/person/records/{ada}").data == before


def test_a_value_of_a_skipped_match_stays_free(api: Api) -> None:
    person(api, ADA)
    attributes = {"email_addresses": items(ADA, BEA)}
    send(api, "person", attributes, meta={"on_match": "skip"})

    answer = send(api, "person", {"email_addresses": items(BEA)})

    assert answer.status == 201


def test_a_match_may_be_refused(api: Api) -> None:
    ada = person(api, ADA, title="Countess")

    attributes = {"email_addresses": items(ADA), "title": "Ms"}
    answer = send(api, "person", attributes, meta={"on_match": "refuse"})

    assert answer.status == 409
    assert answer.errors == [("value_taken", "/data/attributes/email_addresses")]
    assert answer.json["errors"][0]["meta"] == {"matches": [ada]}
    assert read(api, ada, "title") == ["Countess"]


@pytest.mark.parametrize("on_match", ["update", "skip", "refuse"])
def test_without_a_match_a_record_is_created(api: Api, on_match: str) -> None:
    attributes = {"email_addresses": items(ADA)}

    answer = send(api, "person", attributes, meta={"on_match": on_match})

    assert answer.status == 201


@pytest.mark.parametrize("on_match", ["replace", "", None, 1, ["skip"], {}])
def test_refuses_to_do_anything_else_on_a_match(api: Api, on_match: object) -> None:
    answer = send(api, "person", {"name": "Ada"}, meta={"on_match": on_match})

    assert answer.status == 400
    assert answer.errors == [("malformed_document", "/meta/on_match")]


def test_a_match_need_not_send_what_is_required(api: Api, workspace: Workspace) -> None:
    make_field(workspace, "deal", "c_region", "text", required=True)
    deal = send(api, "deal", {"name": "Big", "c_region": "EMEA"})

    again = send(api, "deal", {"name": "big", "stage": "Won"})
    another = send(api, "deal", {"name": "Small"})
    cleared = send(api, "deal", {"name": "big", "c_region": None})

    assert (again.status, again.id) == (200, deal.id)
    assert another.errors == [("required", "/data/attributes")]
    assert cleared.errors == [("required", "/data/attributes/c_region")]


def test_a_value_that_was_given_up_matches_no_longer(api: Api) -> None:
    ada = person(api, ADA)
    body = resource("person", email_addresses=None)
    api.patch(f"objects/person/records/{ada}", body)

    assert person(api, ADA) != ada


def test_a_collection_does_not_gain_more_than_it_may_have(api: Api) -> None:
    full = [f"ada{n}@example.com" for n in range(100)]
    ada = person(api, *full)

    answer = send(api, "person", {"email_addresses": items(full[0], BEA)})

    assert answer.status == 422
    assert answer.errors == [("invalid_value", "/data/attributes/email_addresses")]
    assert read(api, ada, "email_addresses") == [items(*full)]

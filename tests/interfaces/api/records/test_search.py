"""``filter[search]`` finds what people mean, in their words."""

from __future__ import annotations

import pytest

from tests.api_client import Api, items, resource

PEOPLE = "objects/person/records"


@pytest.fixture
def api(api: Api) -> Api:
    """The API, with three people."""
    people: list[dict[str, object]] = [
        {"name": "Ada Lovelace", "email_addresses": items("ada@engines.example")},
        {"name": "José García", "phone_numbers": items("+14155550177")},
        {"name": "Łukasz Groß", "phone_numbers": items("+493012345678")},
    ]
    for person in people:
        api.post(PEOPLE, resource("person", **person))
    return api


def found(api: Api, text: str) -> list[str]:
    answer = api.get(f"{PEOPLE}?filter[search]={text.replace('+', '%2B')}&sort=name")
    assert answer.status == 200, answer.json
    return [row["attributes"]["name"] for row in answer.data]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lovelace ada", ["Ada Lovelace"]),
        ("love  AD", ["Ada Lovelace"]),
        ("engines lace", ["Ada Lovelace"]),
        ("ada garcia", []),
        ("garcia", ["José García"]),
        ("GARCÍA jose", ["José García"]),
        ("gárcia", ["José García"]),
        ("lukasz gross", ["Łukasz Groß"]),
        ("LUKASZ GROẞ", ["Łukasz Groß"]),
        ("a", ["Ada Lovelace", "José García", "Łukasz Groß"]),
        (" ", ["Ada Lovelace", "José García", "Łukasz Groß"]),
    ],
)
def test_words_are_found_in_any_order_without_accents(
    api: Api, text: str, names: list[str]
) -> None:
    assert found(api, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(415) 555-0177", ["José García"]),
        ("+1 415", ["José García"]),
        ("415.555.0177", ["José García"]),
        ("001 415 555 0177", ["José García"]),
        ("garcia 555-0177", ["José García"]),
        ("0177", ["José García"]),
        ("+49 (0)30 12345678", ["Łukasz Groß"]),
        ("030 / 12345678", ["Łukasz Groß"]),
        ("+1 416", []),
        ("(0)", []),
        ("+ -", []),
    ],
)
def test_numbers_are_found_in_any_notation(
    api: Api, text: str, names: list[str]
) -> None:
    assert found(api, text) == names


def test_equality_minds_accents(api: Api) -> None:
    without = api.get(f"{PEOPLE}?filter[name]=jose garcia").data
    with_them = api.get(f"{PEOPLE}?filter[name]=JOSÉ GARCÍA").data
    part = api.get(f"{PEOPLE}?filter[name][contains]=garcia").data

    assert (len(without), len(with_them), len(part)) == (0, 1, 0)


def test_no_more_words_than_there_may_be(api: Api) -> None:
    longest = api.get(f"{PEOPLE}?filter[search]={'a ' * 32}")
    longer = api.get(f"{PEOPLE}?filter[search]={'a ' * 33}")

    assert longest.status == 200
    assert (longer.status, longer.errors) == (
        400,
        [("invalid_parameter", "filter[search]")],
    )


@pytest.mark.parametrize("indexed", [True, False])
def test_sorts_letters_with_accents_beside_those_without(
    api: Api, indexed: bool
) -> None:
    properties = {"word": {"type": "string", "x-indexed": indexed}}
    api.post("schemas/deal/properties", {"properties": properties})
    for word in ["Zoo", "école", "Ebbe", "ecole", "Łódź", "lodge", "éb"]:
        api.post("objects/deal/records", resource("deal", name=word, word=word))

    answer = api.get("objects/deal/records?sort=word")

    words = [row["attributes"]["word"] for row in answer.data]
    assert words == ["éb", "Ebbe", "ecole", "école", "lodge", "Łódź", "Zoo"]

"""Text is one text, however the accents of its letters are sent."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import pytest

from tests.api_client import Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create_object,
    properties,
)

PEOPLE, DEALS = "objects/person/records", "objects/deal/records"
FORMS = pytest.mark.parametrize("form", ["NFC", "NFD"])


@pytest.fixture
def api(api: Api) -> Api:
    """The API, with a deal and a person that were sent with their accents apart."""
    add_fields(api, "deal", mood={"x-type": "select", "options": ["Élan", "Plain"]})
    add_fields(api, "deal", extra={"x-type": "json"})
    deal: dict[str, Any] = {"name": "Café Zoë", "mood": "Élan", "extra": {"é": "ö"}}
    api.post(DEALS, apart(resource("deal", **deal)))
    person = {"last_name": "Noël", "tags": items("émigré")}
    place = {"addresses": items({"city": "Malmö"})}
    emails = {"email_addresses": items("noël@münchen.example")}
    api.post(PEOPLE, apart(resource("person", **person, **place, **emails)))
    return api


def apart(document: Any, form: Any = "NFD") -> Any:
    """Return a document with its text in a form of Unicode's."""
    match document:
        case str():
            return normalize(form, document)
        case list():
            return [apart(one, form) for one in document]
        case dict():
            return {apart(k, form): apart(v, form) for k, v in document.items()}
    return document


def test_reads_text_composed(api: Api) -> None:
    (deal,) = api.get(DEALS).data
    (person,) = api.get(PEOPLE).data

    shown = deal["attributes"] | person["attributes"]
    assert shown == apart(shown, "NFC")
    assert (deal["attributes"]["name"], person["attributes"]["name"]) == (
        "Café Zoë",
        "Noël",
    )


@FORMS
@pytest.mark.parametrize(
    "query",
    [
        "filter[name]=CAFÉ ZOË",
        "filter[name][in]=café zoë",
        "filter[name][contains]=é z",
        "filter[name][startswith]=Café",
        "filter[name][endswith]=Ë",
        "filter[name]=*fé*",
        "filter[mood]=Élan",
        "filter[mood][in]=Plain,Élan",
        'filter[extra]={"é":"ö"}',
        "filter[search]=zoë",
    ],
)
def test_finds_text_in_either_form(api: Api, query: str, form: str) -> None:
    answer = api.get(f"{DEALS}?{apart(query, form)}")

    assert len(answer.data) == 1


@FORMS
@pytest.mark.parametrize(
    "query",
    [
        "filter[tags]=Émigré",
        "filter[tags][icontains]=ÉMI",
        'filter[addresses]={"city":"malmö"}',
        "filter[email_addresses]=noël@münchen.example",
    ],
)
def test_finds_items_in_either_form(api: Api, query: str, form: str) -> None:
    answer = api.get(f"{PEOPLE}?{apart(query, form)}")

    assert len(answer.data) == 1


@FORMS
def test_looks_up_in_either_form(api: Api, form: str) -> None:
    texts = ["noël@münchen.example", "NOËL"]

    answer = api.post(f"{PEOPLE}/lookup", apart({"items": texts}, form))

    found = [len(result["matches"]) for result in answer.json["meta"]["results"]]
    assert found == [1, 1]


@FORMS
def test_an_upsert_means_the_same_record_in_either_form(api: Api, form: str) -> None:
    answer = api.post(DEALS, apart(resource("deal", name="café zoë"), form))

    assert answer.status == 200


@FORMS
def test_a_reference_means_the_same_record_in_either_form(api: Api, form: str) -> None:
    match = {"type": "deal", "meta": {"match": {"name": "café zoë"}}}
    body = resource("person", first_name="Ada")
    body["data"]["relationships"] = {"deals": {"data": [match]}}

    answer = api.post(PEOPLE, apart(body, form))

    assert answer.status == 201


@FORMS
def test_the_same_again_changes_nothing(api: Api, form: str) -> None:
    (person,) = api.get(PEOPLE).data
    tags = {"data": {"type": "person", "attributes": {"tags": items("émigré")}}}

    answer = api.patch(f"{PEOPLE}/{person['id']}", apart(tags, form))

    assert answer.data["meta"]["version"] == person["meta"]["version"]


@FORMS
def test_labels_are_composed(api: Api, form: str) -> None:
    create_object(api, apart("Élève", form), plural=apart("Élèves", form))
    change_field(api, "deal", "mood", label=apart("Humeur é", form))

    answer = change_field(api, "deal", "mood", options=apart(["Élan", "Plain"], form))

    assert "meta" not in answer.json
    assert api.get("schemas/c_eleve").data["attributes"]["title"] == "Élève"
    assert properties(api, "deal")["mood"]["title"] == "Humeur é"
    assert properties(api, "deal")["mood"]["enum"] == ["Élan", "Plain", None]


def test_names_in_json_that_become_the_same_are_refused(api: Api) -> None:
    (deal,) = api.get(DEALS).data
    twins = {"é": 1, normalize("NFD", "é"): 2}

    body = resource("deal", extra=twins)
    answer = api.patch(f"{DEALS}/{deal['id']}", body)

    assert answer.errors == [("invalid_value", "/data/attributes/extra")]
    assert attributes(api, "deal", deal["id"])["extra"] == {"é": "ö"}

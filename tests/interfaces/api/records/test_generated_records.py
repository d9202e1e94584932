"""What the published JSON Schema allows is accepted, and what it forbids is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from crm.jsonapi.rendering import dumps
from objects.field_types import FIELD_TYPES
from objects.field_types.base import ValueKind
from objects.field_types.relation import REFERENCES
from tests.api_client import Answer, Api
from tests.interfaces.api.schemas.schema_calls import create_object

TYPES = sorted(FIELD_TYPES.keys() - {"relationship"})
THINGS = "objects/c_thing/records"
LOOSE = {"url", "email", "phone", "domain", "datetime", "date"}
LOOSE |= {name for name, one in FIELD_TYPES.items() if one.kind == ValueKind.NUMBER}
"""Types whose text is brought into form, so that more is taken than is published."""

generated = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

LOCAL = "[a-z0-9][a-z0-9.+_-]{0,20}[a-z0-9]"
HOST = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\\.[a-z]{2,10}){1,3}"
FORMATS: dict[str, st.SearchStrategy[str]] = {
    "idn-email": st.from_regex(f"{LOCAL}@{HOST}", fullmatch=True).filter(
        lambda address: ".." not in address and "--" not in address
    ),
    "idn-hostname": st.from_regex(HOST, fullmatch=True).filter(
        lambda host: "--" not in host
    ),
    "phone": st.integers(2_000_000, 9_999_999).map(lambda n: f"+1415{n}"),
    "date": st.dates().map(str),
    "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
}
GOOD: dict[str, Any] = {
    "a_text": "a",
    "a_multiline_text": "a",
    "a_number": 1,
    "a_integer": 1,
    "a_currency": 1,
    "a_checkbox": True,
    "a_date": "2026-03-01",
    "a_datetime": "2026-03-01T12:00:00Z",
    "a_select": "Red",
    "a_multi_select": {"items": ["Red"]},
    "a_tags": {"items": ["a"]},
    "a_url": "https://example.com",
    "a_email": "ada@example.com",
    "a_phone": "+14155550100",
    "a_domain": "example.com",
    "a_json": {},
    "a_location": {"city": "Rome"},
    "a_text_collection": {"items": ["a"]},
    "a_email_collection": {"items": ["ada@example.com"]},
    "a_phone_collection": {"items": ["+14155550100"]},
    "a_domain_collection": {"items": ["example.com"]},
    "a_url_collection": {"items": ["https://example.com"]},
    "a_date_collection": {"items": ["2026-03-01"]},
    "a_location_collection": {"items": [{"city": "Rome"}]},
    "a_json_collection": {"items": [{"city": "Rome"}]},
}
SHORT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=5)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), SHORT
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3)
    ),
    max_leaves=5,
)
ODD: st.SearchStrategy[Any] = st.one_of(
    JSON,
    st.sampled_from(
        [Decimal("0.00001"), Decimal(2**70), Decimal("1e13"), -1, Decimal("1.5")]
    ),
    st.sampled_from(["\x00", "\x1f", "a" * 10_001, "", " "]),
    st.just({"items": ["x"] * 101}),
    JSON.map(lambda value: {"items": [value]}),
    JSON.map(lambda value: {"items": [], "more": value}),
    JSON.map(lambda value: {"city": value}),
    JSON.map(lambda value: {"planet": value}),
)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return the values that a JSON Schema of ours allows."""
    if "anyOf" in schema and "$ref" in schema["anyOf"][-1]:
        return st.none() | values(schema["anyOf"][-1])
    if "$ref" in schema:
        return JSON.filter(lambda value: isinstance(value, dict | list))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([of_type(name, schema) for name in types])


def of_type(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return the values of one type of JSON Schema that a schema allows."""
    match name:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "number":
            bounds = schema["minimum"], schema["maximum"]
            return st.decimals(*bounds, places=4)
        case "string":
            return texts(schema)
    return objects(schema)


def texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return the text that a schema allows."""
    if "format" in schema:
        return FORMATS[schema["format"]]
    if "pattern" not in schema:
        return SHORT
    least = schema.get("minLength", 0)
    allowed = st.from_regex(schema["pattern"], fullmatch=True)
    return allowed.filter(lambda text: least <= len(text) <= schema["maxLength"])


def objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return the collections or locations that a schema allows."""
    members = schema["properties"]
    if "items" not in members:
        parts = {name: values(part) for name, part in members.items()}
        return st.fixed_dictionaries({}, optional=parts).filter(
            Draft202012Validator(schema).is_valid
        )
    array = members["items"]
    several = st.lists(
        values(array["items"]), min_size=array.get("minItems", 0), max_size=4
    )
    return st.fixed_dictionaries({"items": several})


def records(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return the attributes that may be sent by a published JSON Schema."""
    sendable = {
        slug: values(property_)
        for slug, property_ in document["properties"].items()
        if "not" not in property_ and not property_.get("readOnly")
    }
    required = {slug: sendable.pop(slug) for slug in document["required"]}
    return st.fixed_dictionaries(required, optional=sendable)


@pytest.fixture(params=[False, True], ids=["optional", "required"])
def document(api: Api, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The JSON Schema of things, which have a field of every type."""
    fields: dict[str, Any] = {
        f"a_{name}": {
            "x-type": name,
            "x-required": request.param and name not in REFERENCES,
        }
        for name in TYPES
    }
    for name in ("select", "multi_select"):
        fields[f"a_{name}"]["options"] = ["Red", "Größe XL"]
    fields["a_json_collection"]["x-shape"] = {"city": "text", "at": "datetime"}
    assert create_object(api, "Thing", properties=fields).status == 201
    answer = api.get("schemas/c_thing", accept="application/schema+json")
    published: dict[str, Any] = exact(answer)
    return published


def exact(answer: Answer) -> Any:
    """Return the JSON of an answer, its numbers exact."""
    return json.loads(answer.content, parse_float=Decimal)


def send(api: Api, attributes: object) -> Answer:
    """Create a thing."""
    body = {"data": {"type": "c_thing", "attributes": attributes}}
    return api.post(THINGS, dumps(body))


def test_what_is_allowed_is_accepted_and_read_as_published(
    api: Api, document: dict[str, Any]
) -> None:
    validator = Draft202012Validator(document, format_checker=FormatChecker())

    @generated
    @given(records(document))
    def check(attributes: dict[str, Any]) -> None:
        assert validator.is_valid(attributes)
        created = send(api, attributes)
        assert created.status == 201, (attributes, created.json)
        read = exact(api.get(f"{THINGS}/{created.id}"))
        validator.validate(read["data"]["attributes"])
        again = api.patch(f"{THINGS}/{created.id}", dumps(read))
        assert (again.status, again.headers["ETag"]) == (200, '"1"'), again.json

    check()


def test_what_is_forbidden_is_refused(api: Api, document: dict[str, Any]) -> None:
    validator = Draft202012Validator(document)
    statuses = []

    @settings(generated, max_examples=200)
    @given(st.sampled_from([f"a_{name}" for name in TYPES]), ODD)
    def check(slug: str, value: object) -> None:
        mutant = GOOD | {slug: value}
        answer = send(api, mutant)
        statuses.append(answer.status)
        if is_loose(slug, value):
            assert answer.status in (201, 422)
        elif validator.is_valid(mutant):
            assert answer.status == 201, (slug, value, answer.json)
        else:
            assert answer.status == 422, (slug, value)
            assert [where for _, where in answer.errors if below(slug, where)]

    check()
    assert statuses.count(422) > 100


def is_loose(slug: str, value: object) -> bool:
    """Whether more text may be taken, or less, than a pattern can tell."""
    type_ = slug.removeprefix("a_").removesuffix("_collection")
    inside = value["items"] if isinstance(value, dict) and "items" in value else [value]
    return type_ in LOOSE and all(isinstance(one, str) for one in inside)


def below(slug: str, pointer: str) -> bool:
    """Whether an error is about an attribute."""
    place = f"/data/attributes/{slug}"
    return pointer == place or pointer.startswith(f"{place}/")


def test_what_is_required_must_be_there(api: Api, document: dict[str, Any]) -> None:
    answer = send(api, {})

    missing = [f"{slug}" for slug in document["required"]]
    assert answer.status == (422 if missing else 201)
    errors = answer.json.get("errors", [])
    assert [error["code"] for error in errors] == ["required"] * len(missing)


def test_members_that_are_not_published_are_refused(
    api: Api, document: dict[str, Any]
) -> None:
    answer = send(api, {"colour": "red"})

    assert ("unknown_field", "/data/attributes/colour") in answer.errors

"""A value that its field cannot have."""

from __future__ import annotations

import json

import pytest

from tests.api_client import Api
from tests.interfaces.api.records.malformed_documents.calls import (
    BULK_CREATE,
    BULK_UPDATE,
    CREATE,
    TYPE,
    UPDATE,
    outcomes,
    send,
)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("name", "5", ""),
        ("name", "true", ""),
        ("name", '["x"]', ""),
        ("name", r'"\u0000"', ""),
        ("name", r'"\ud800"', ""),
        ("name", r'"\udc00\ud800"', ""),
        ("name", "[" * 500 + "]" * 500, ""),
        ("deal_value", '"5 EUR"', ""),
        ("deal_value", "true", ""),
        ("deal_value", "0.00001", ""),
        ("deal_value", "1" + "0" * 400, ""),
        ("deal_value", "-1" + "0" * 400, ""),
        ("deal_value", "1e13", ""),
        ("deal_value", "1e999999999", ""),
        ("deal_value", "-1e999999999", ""),
        ("deal_value", "1e999999999999999999", ""),
        ("deal_value", "1e-999999999", ""),
        ("birthday", "20260101", ""),
        ("birthday", '"2026-02-30"', ""),
        ("birthday", r'"\u0662\u0660\u0662\u0666-01-01"', ""),
        ("last_contacted_at", '"9999-12-31T23:59:59-14:00"', ""),
        ("linkedin_url", '"http://[::1"', ""),
        ("email_addresses", '{"items": [5]}', "/items/0"),
        ("email_addresses", r'{"items": ["a@b.example", "\ud800@b.co"]}', "/items/1"),
        ("phone_numbers", '{"items": ["x"]}', "/items/0"),
        ("tags", '{"items": [null]}', "/items/0"),
        ("tags", r'{"items": ["\u0000"]}', "/items/0"),
        ("addresses", '{"items": ["x"]}', "/items/0"),
        ("addresses", r'{"items": [{"\ud800": "x"}]}', "/items/0/?"),
        ("custom_fields", "5", ""),
        ("custom_fields", "[1e999999999]", ""),
        ("custom_fields", "[1" + "0" * 400 + "]", ""),
        ("custom_fields", r'{"a": "\ud800"}', ""),
        ("custom_fields", r'{"\udfff": 1}', ""),
        ("custom_fields", r'{"a": ["\u0000"]}', ""),
        ("custom_fields", "[" * 500 + "]" * 500, ""),
    ],
)
def test_a_value_that_does_not_fit(
    api: Api, ada: str, name: str, text: str, place: str
) -> None:
    written = f'"type": "person", "attributes": {{"{name}": {text}}}'
    documents = [
        (CREATE, f'{{"data": {{{written}}}}}'),
        (UPDATE, f'{{"data": {{{written}}}}}'),
        (BULK_CREATE, f'{{"data": [{{{written}}}]}}'),
        (BULK_UPDATE, f'{{"data": [{{"id": "{ada}", {written}}}]}}'),
    ]

    found = [send(api, call, ada, d.encode()) for call, d in documents]

    assert found == [
        (422, [("invalid_value", f"{at}/attributes/{name}{place}")])
        for at in ("/data", "/data", "/data/0", "/data/0")
    ]


@pytest.mark.parametrize(
    "text", ["5", "true", '"x"', "[]", '["x"]', "{}", '{"Items": []}', '{"items": {}}']
)
def test_several_values_in_the_wrong_shape(api: Api, ada: str, text: str) -> None:
    sent = TYPE | {"attributes": {"tags": json.loads(text)}}

    found = outcomes(api, ada, sent)

    assert found == [(422, [("wrong_shape", "/attributes/tags")])] * 4

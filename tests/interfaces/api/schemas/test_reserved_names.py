"""Names of addresses are no names of fields, but for fields that have them already."""

from __future__ import annotations

import pytest

from crm.models import Workspace
from objects.models import Kind
from tests.api_client import Api, make_record
from tests.interfaces.api.journal.reading import PEOPLE, now
from tests.schemas import make_relationship

NAMES = ["history", "merge", "unmerge", "duplicates"]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_field_is_called_otherwise(api: Api, name: str) -> None:
    body = {"properties": {name: {"type": "string"}}}

    answer = api.post("schemas/person/properties", body)

    assert (answer.status, answer.errors) == (
        422,
        [("invalid_value", f"/properties/{name}")],
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_relationship_that_is_called_so_keeps_its_linkage(
    api: Api, workspace: Workspace, name: str
) -> None:
    sides = ("person", name), ("company", "people_of")
    make_relationship(workspace, sides[0], Kind.MANY_TO_MANY, sides[1])
    acme = make_record(api, "company", "Acme")
    ada = make_record(api, "person", "Ada")["id"]
    linkage = f"{PEOPLE}/{ada}/relationships/{name}"

    assert api.post(linkage, {"data": [acme]}).status == 204

    assert api.get(linkage).data == [acme]
    then = api.get(f"{PEOPLE}/{ada}?as_of={now(api)}").data
    assert then["relationships"][name] == {"data": [acme]}
    assert api.delete(linkage, {"data": [acme]}).status == 204
    assert api.get(linkage).data == []

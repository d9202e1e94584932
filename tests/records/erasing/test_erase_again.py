"""``manage.py erase_again`` erases what receipts say, and what is erased stays so."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.api_client import Api
from tests.interfaces.api.merging.merging import person

PEOPLE = "objects/person/records"


def receipt(record: str, *merged: str, **members: object) -> dict[str, Any]:
    """Return the resource of an erasure."""
    named = [{"type": "person", "id": one} for one in (record, *merged)]
    led = {"record": {"data": named[0]}, "merged": {"data": named[1:]}}
    reason = {"reason": "They asked."}
    return {"type": "erasure", "attributes": reason, "relationships": led, **members}


def run(file: Path, text: str, *arguments: str) -> list[str]:
    """Run the command with a file, and return what it prints."""
    file.write_text(text)
    output = StringIO()
    call_command("erase_again", str(file), *arguments, stdout=output)
    return output.getvalue().splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "erasures.json"


def test_what_was_merged_since_is_erased_apart(api: Api, file: Path) -> None:
    ada, bea = person(api, name="Ada"), person(api, name="Bea")
    links = {
        "self": f"https://crm.example/v1/workspaces/{api.workspace.slug}/erasures/1"
    }
    document = {"data": [receipt(ada, bea, links=links)]}

    first = run(file, json.dumps(document))
    again = run(file, json.dumps(document))

    assert first == [f"person {one} is erased now." for one in (ada, bea)]
    assert again == [f"person {one} was erased before." for one in (ada, bea)]
    assert api.get(PEOPLE).data == []
    reasons = {one["attributes"]["reason"] for one in api.get("erasures").data}
    assert reasons == {"They asked."}


def test_takes_a_resource_a_line(api: Api, file: Path) -> None:
    ada = person(api, name="Ada")
    nobody = ada[:-4] + "0000"
    lines = "\n".join(json.dumps(receipt(one)) for one in (ada, nobody))

    said = run(file, f"{lines}\n", "--workspace", api.workspace.slug)

    assert said == [f"person {ada} is erased now.", f"person {nobody} is not here."]


def test_takes_what_the_api_exports(api: Api, file: Path) -> None:
    ada = person(api, name="Ada")
    body = {"data": receipt(ada)}
    body["data"]["relationships"].pop("merged")
    assert api.post("erasures", body).status == 201

    said = run(file, api.get("erasures").content.decode())

    assert said == [f"person {ada} was erased before."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}\n{", "Line 1 is no receipt of an erasure."),
        ('{"data": [{"type": "person"}]}', "Line 1 is no receipt of an erasure."),
        ("not json", "Line 1 is no JSON"),
        (json.dumps(receipt("per_1")), "There is no workspace None"),
    ],
)
def test_says_what_it_cannot_take(api: Api, file: Path, text: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run(file, text)

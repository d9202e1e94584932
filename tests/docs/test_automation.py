"""What docs/automation.md gives to workflow tools finds every record once."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from crm.models import Workspace
from tests.api_client import Api, resource, resources
from tests.live_server import LiveServer

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "automation.md").read_text()
PEOPLE = "objects/person/records"


def n8n_node(name: str) -> Any:
    """Return the parameters of a node of the workflow."""
    workflow = json.loads((DOCS / "automation" / "n8n.json").read_text())
    (node,) = [node for node in workflow["nodes"] if node["name"] == name]
    return node["parameters"]


def make_people(api: Api, count: int) -> set[str]:
    """Make people, and return their ids."""
    made = set[str]()
    for start in range(0, count, 25):
        numbers = range(start, min(start + 25, count))
        rows: list[dict[str, object]] = [{"name": f"Person {n}"} for n in numbers]
        answer = api.post(f"{PEOPLE}/bulk", resources("person", *rows))
        made |= {row["id"] for row in answer.data}
    return made


def n8n_pages(api: Api, since: str) -> Iterator[Any]:
    """Ask as n8n's node does, and follow the address that it is told to follow."""
    node = n8n_node("Changed people")
    pairs = [(p["name"], p["value"]) for p in node["queryParameters"]["parameters"]]
    asked = [(k, since if v.startswith("={{ $now") else v) for k, v in pairs]
    (accept,) = [h["value"] for h in node["headerParameters"]["parameters"]]
    pagination = node["options"]["pagination"]["pagination"]
    assert pagination["nextURL"] == "={{ $response.body.links.next }}"
    address: str | None = f"{PEOPLE}?{urlencode(asked)}"
    while address:
        document = api.get(address, accept=accept).json
        yield document
        address = document["links"]["next"]
        address = address and address.removeprefix(f"{api.base}/")


def test_the_workflow_for_n8n_finds_every_change_once(api: Api) -> None:
    made = make_people(api, 120)

    pages = [*n8n_pages(api, since="2026-01-01T00:00:00Z")]

    found = [(row["id"], row["meta"]["version"]) for p in pages for row in p["data"]]
    assert len(pages) == 2
    assert len(found) == len({*found}) == 120
    assert {record for record, _ in found} == made


def test_the_line_for_curl_finds_who_stands_behind_it(demo: Api) -> None:
    ((path, body, name),) = re.findall(
        r"curl -X QUERY \"\$KITH/(\S+)\" .*?-d '(.*?)'  # (.*?)\n", TEXT, re.DOTALL
    )

    answer = demo.call("QUERY", path, body.encode())

    assert [row["attributes"]["name"] for row in answer.data] == [name]


def test_the_workflow_lets_each_version_through_once() -> None:
    node = n8n_node("Each version once")

    assert node["operation"] == "removeItemsSeenInPreviousExecutions"
    assert node["dedupeValue"] == "={{ $json.id }} {{ $json.meta.version }}"


def test_every_node_of_the_workflow_is_reached() -> None:
    workflow = json.loads((DOCS / "automation" / "n8n.json").read_text())
    names = [node["name"] for node in workflow["nodes"]]
    led_to = [one["main"][0][0]["node"] for one in workflow["connections"].values()]

    assert [*workflow["connections"]] == names[:-1]
    assert led_to == names[1:]


@pytest.mark.django_db(transaction=True)
def test_the_step_for_zapier_names_each_version(
    api: Api, workspace: Workspace, server: LiveServer
) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("This needs node.")
    made = api.post(PEOPLE, resource("person", name="Ada")).id
    (step,) = re.findall(r"```js\n(.*?)```", TEXT, re.DOTALL)
    given = {
        "workspace": f"{server.url}/v1/workspaces/{workspace.slug}",
        "key": api.secret,
    }
    script = (
        f"const inputData = {json.dumps(given)};\n"
        f"(async () => {{ {step} }})().then((all) => console.log(JSON.stringify(all)));"
    )

    printed = subprocess.run([node, "-e", script], capture_output=True, check=True)

    (person,) = json.loads(printed.stdout)
    assert (person["id"], person["person"]) == (f"{made}-1", made)
    assert person["name"] == "Ada"

"""Every example in docs/agent-keys.md is answered as it says, one after the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.api_client import Answer, Api

TEXT = (Path(__file__).parents[2] / "docs" / "agent-keys.md").read_text()
BLOCK = re.compile(r"```http\n(.*?)```", re.DOTALL)
START = re.compile(r"(?m)^(?=(?:GET|POST|PATCH|DELETE) /)")


class Example(NamedTuple):
    """A request, whose key it is sent with, and what its answer should be."""

    method: str
    path: str
    caller: str
    outcome: str
    body: str


def examples() -> list[Example]:
    """Return the examples in their order."""
    found = []
    for block in BLOCK.findall(TEXT):
        for request in START.split(block)[1:]:
            line, _, body = request.partition("\n")
            call, said = line.split("  # ")
            method, path = call.split(" /", 1)
            caller, outcome = said.split(": ", 1)
            found.append(Example(method, path, caller, outcome, body.strip()))
    return found


def outcome_of(answer: Answer) -> str:
    """Return a status and what stands behind it: a code and a place, or names."""
    if answer.status >= 400:
        ((code, place),) = answer.errors
        return f"{answer.status} {code} {place}".strip()
    data: Any = answer.json.get("data")
    names = [r["attributes"]["name"] for r in data] if isinstance(data, list) else []
    return f"{answer.status} {', '.join(names)}".strip()


def test_every_line_of_the_examples_is_tried() -> None:
    assert len(examples()) == len(re.findall(r"  # (?:full|scout): ", TEXT)) == 16


def test_examples_are_answered_as_they_say(demo: Api) -> None:
    callers, ids, outcomes = {"full": demo}, {"scout": ""}, []
    for example in examples():
        body = example.body.replace("{scout}", ids["scout"]).encode() or None
        answer = callers[example.caller].call(example.method, example.path, body)
        outcomes.append(f"{example.method} {example.path} {outcome_of(answer)}")
        if example.path == "agents":
            ids["scout"] = answer.id
        if example.path == "api-keys":
            secret = answer.data["attributes"]["secret"]
            callers["scout"] = Api(demo.workspace, secret)

    assert outcomes == [f"{e.method} {e.path} {e.outcome}" for e in examples()]

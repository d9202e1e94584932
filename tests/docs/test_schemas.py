"""Every example in docs/schemas.md is answered as it says, one after the other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.api_client import Answer, Api

TEXT = (Path(__file__).parents[2] / "docs" / "schemas.md").read_text()
BLOCK = re.compile(r"```http\n(.*?)```(?:\n\n```json\n(.*?)```)?", re.DOTALL)


class Example(NamedTuple):
    """A request, what its answer should be, and a part of it."""

    method: str
    path: str
    outcome: str
    body: bytes | None
    part: Any


def examples() -> list[Example]:
    """Return the examples in their order."""
    found = []
    for block, part in BLOCK.findall(TEXT):
        requests = re.split(r"(?m)^(?=(?:GET|POST|PATCH|DELETE) /)", block)[1:]
        for request in requests:
            line, _, body = request.partition("\n")
            call, outcome = line.split("  # ")
            method, path = call.split(" /", 1)
            shown = json.loads(part) if part and request == requests[-1] else {}
            sent = body.strip().encode() or None
            found.append(Example(method, path, outcome, sent, shown))
    return found


def outcome_of(answer: Answer) -> str:
    """Return a status and, of a refusal, its code and where it points."""
    if answer.status < 400:
        return str(answer.status)
    ((code, place),) = answer.errors
    return f"{answer.status} {code} {place}".strip()


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a document beside those of its resource."""
    data = document.get("data")
    return document | data if isinstance(data, dict) else document


def within(whole: Any, part: Any) -> Any:
    """Return as much of something as has the shape of a part of it."""
    if not isinstance(part, dict):
        return whole
    return {name: within(whole.get(name), value) for name, value in part.items()}


def test_every_line_of_the_examples_is_tried() -> None:
    lines = re.findall(r"^(?:GET|POST|PATCH|DELETE) /", TEXT, re.MULTILINE)

    assert len(examples()) == len(lines) > 25


def test_examples_are_answered_as_they_say(demo: Api) -> None:
    outcomes, parts = [], []
    for example in examples():
        answer = demo.call(example.method, example.path, example.body)
        outcomes.append(f"{example.method} {example.path} {outcome_of(answer)}")
        document = answer.json if answer.content else {}
        parts.append(within(flat(document), example.part))

    assert outcomes == [f"{e.method} {e.path} {e.outcome}" for e in examples()]
    assert parts == [example.part for example in examples()]

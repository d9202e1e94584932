"""Every example in docs/reading.md answers what stands behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from config.demo import create_demo
from crm.models import Workspace
from tests.api_client import Api

TEXT = (Path(__file__).parents[2] / "docs" / "reading.md").read_text()
LINE = re.compile(r"(GET|POST) (\S.*?)  # (.*?)\n(\{.*?\n\}\n)?", re.DOTALL)


class Example(NamedTuple):
    """A request, and the names that its answer should have."""

    method: str
    path: str
    names: list[str]
    body: bytes | None


def examples() -> list[Example]:
    return [
        Example(method, path, names.split(", "), body.encode() if body else None)
        for block in re.findall(r"```http\n(.*?)```", TEXT, re.DOTALL)
        for method, path, names, body in LINE.findall(block)
    ]


@pytest.fixture
def demo(db: None) -> Api:
    secret = create_demo().secret
    return Api(Workspace.objects.get(slug="demo"), secret)


def test_every_line_of_the_examples_is_tried() -> None:
    lines = re.findall(r"^(?:GET|POST) /", TEXT, re.MULTILINE)

    assert len(examples()) == len(lines) > 30


def test_examples_answer_what_stands_behind_them(demo: Api) -> None:
    found = {}
    for example in examples():
        answer = demo.call(example.method, example.path.lstrip("/"), example.body)
        shown = answer.data if answer.status == 200 else answer.json
        found[example.path] = [
            r["attributes"].get("name") or r["attributes"].get("title") for r in shown
        ]

    assert found == {example.path: example.names for example in examples()}

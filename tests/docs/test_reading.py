"""Every example in docs/reading.md answers what stands behind it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.api_client import Api

TEXT = (Path(__file__).parents[2] / "docs" / "reading.md").read_text()
CURL = re.compile(
    r"^curl -G \"\$KITH(\S+)\" .*?--data-urlencode '(.*?)'  # (.*?)$",
    re.DOTALL | re.MULTILINE,
)
UNSENDABLE = re.compile(r"[^!#-;=?-~]|#")
"""What no URI may have, and curl does not encode unless it is told to."""
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
    ] + [
        Example("GET", f"{path}?{parameter}", names.split(", "), None)
        for path, parameter, names in CURL.findall(TEXT)
    ]


def test_every_line_of_the_examples_is_tried() -> None:
    lines = re.findall(r"^(?:(?:GET|POST) /|curl )", TEXT, re.MULTILINE)

    assert len(examples()) == len(lines) > 30


def test_addresses_can_be_sent_as_they_are_written() -> None:
    written = re.findall(r"^(?:GET|POST) (\S.*?)  #", TEXT, re.MULTILINE)

    assert [address for address in written if UNSENDABLE.search(address)] == []


def test_examples_answer_what_stands_behind_them(demo: Api) -> None:
    found = {}
    for example in examples():
        answer = demo.call(example.method, example.path.lstrip("/"), example.body)
        shown = answer.data if answer.status == 200 else answer.json
        found[example.path] = [
            r["attributes"].get("name") or r["attributes"].get("title") for r in shown
        ]

    assert found == {example.path: example.names for example in examples()}

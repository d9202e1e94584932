"""The docs name files, folders and decisions that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
PLACE = re.compile(
    r"`((?:config|crm|jobs|objects|records|webhooks|interfaces|tests|docs|\.ci)/[\w/.{},*-]*)`"
)
LINK = re.compile(r"\]\(([\w./-]+)(?:#([\w-]+))?\)")
CITED = re.compile(r"[Dd]ecisions? (\d+)(?:(?:,| and) (\d+))*")
NUMBERED = re.compile(r"^\*\*(\d+)\. ", re.MULTILINE)


def spelled(place: str) -> list[str]:
    """Return the paths that braces stand for."""
    found = re.fullmatch(r"(.*)\{(.*)\}(.*)", place)
    if found is None:
        return [place]
    return [f"{found[1]}{one}{found[3]}" for one in found[2].split(",")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_place_that_a_page_names_is_there(page: Path) -> None:
    named = [one for place in PLACE.findall(page.read_text()) for one in spelled(place)]

    assert [place for place in named if not any(ROOT.glob(place.rstrip("/")))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_another_page_leads_somewhere(page: Path) -> None:
    lost = [
        place
        for place, _ in LINK.findall(page.read_text())
        if not (page.parent / place).exists()
    ]

    assert lost == []


def test_decisions_are_numbered_from_one_without_gaps() -> None:
    numbers = [int(n) for n in NUMBERED.findall(decisions())]

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_that_is_cited_is_there() -> None:
    numbers = set(NUMBERED.findall(decisions()))
    cited = {
        number
        for file in tracked("*.py")
        for found in CITED.findall(file.read_text())
        for number in found
        if number
    }

    assert len(cited) >= 15
    assert cited - numbers == set()


def decisions() -> str:
    return (ROOT / "docs" / "decisions.md").read_text()


def tracked(pattern: str) -> list[Path]:
    """Return the files of the project itself, without what is installed into it."""
    packages = ("config", "interfaces", "webhooks", "records", "objects", "crm")
    return [file for name in packages for file in (ROOT / name).rglob(pattern)]

"""What docs/admin.md tells people to do is what the browser tests do."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "admin.md").read_text()
TESTS = "".join(file.read_text() for file in (ROOT / "tests" / "browser").glob("*.py"))


def test_every_label_that_it_names_is_one_that_the_tests_use() -> None:
    labels = {
        " ".join(label.split())
        for label in re.findall(r"\*\*(.+?)\*\*", TEXT, re.DOTALL)
    }

    assert len(labels) > 30
    assert {label for label in labels if label not in TESTS} == set()


def test_every_picture_is_there_and_small() -> None:
    named = re.findall(r"\]\((images/[^)]+)\)", TEXT)

    files = [ROOT / "docs" / name for name in named]
    assert [file.name for file in files if not file.exists()] == []
    assert {file.name for file in files} == {
        file.name for file in (ROOT / "docs" / "images").iterdir()
    }
    assert sum(file.stat().st_size for file in files) < 1_000_000

"""Every recipe in docs/tour.md applies to the code as it is."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = re.findall(
    r"^```diff\n(.*?)^```$", (ROOT / "docs" / "tour.md").read_text(), re.M | re.S
)


def test_there_are_four() -> None:
    assert len(RECIPES) == 4


@pytest.mark.parametrize("recipe", RECIPES, ids=["type", "operator", "member", "view"])
def test_a_recipe_applies(recipe: str) -> None:
    checked = subprocess.run(
        ["git", "apply", "--check", "--recount", "-"],
        input=recipe.encode(),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr.decode()) == (0, "")

"""What pyproject.toml declares is enough to start, and all that is imported."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.live_server import free_port, new_database, start
from tests.survival.rounds import CAMPAIGN

ROOT = Path(__file__).parents[2]
PACKAGES = ["config", "interfaces", "webhooks", "records", "objects", "jobs", "crm"]
NEEDS_INDEX = pytest.mark.skipif(
    not (CAMPAIGN or os.environ.get("REQUIRE_INDEX")),
    reason="This needs pip's index: set REQUIRE_INDEX=1, or make campaign.",
)


def declared() -> list[str]:
    """Return what is declared, as pip takes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return list(project["dependencies"])


def canonical(name: str) -> str:
    """Return the name of a distribution as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", name)[0]).lower()


def imported() -> set[str]:
    """Return the first name of every module that the product imports."""
    names = set()
    files = [file for name in PACKAGES for file in (ROOT / name).rglob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(str(node.module).partition(".")[0])
    return names


def test_whatever_is_imported_is_declared() -> None:
    known = {canonical(name) for name in declared()}
    providers = packages_distributions()

    foreign = imported() - set(PACKAGES) - set(sys.stdlib_module_names)

    assert {
        name for name in foreign if not known & set(map(canonical, providers[name]))
    } == set()


@NEEDS_INDEX
@pytest.mark.django_db
def test_starts_with_what_is_declared_alone(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pinned = ROOT / "requirements.txt"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-c", pinned, *declared()],
        check=True,
    )

    data, port = tmp_path / "data", free_port()
    with (
        new_database() as url,
        start(data, port, python=str(python), DATABASE_URL=url) as kith,
    ):
        assert "Kith serves at" in kith.printed

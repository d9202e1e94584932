"""Makes a cluster beside its place: it shall be there whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import rmtree

from config.postgres.directories import open_to_system_user
from config.postgres.programs import run_program


def make_cluster(directory: Path, user: str) -> None:
    """Make a cluster with a superuser, in a directory that is empty or not there.

    Raises:
        ClusterFailed: if PostgreSQL cannot.
    """
    made = tempfile.mkdtemp(prefix=_prefix(directory), dir=directory.parent)
    open_to_system_user(Path(made))
    run_program(
        "initdb",
        *("-D", made, "-U", user, "--auth=trust"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
    )
    Path(made).rename(directory)


def throw_away_half_made(directory: Path) -> None:
    """Remove what was left by those who were killed while they made this cluster."""
    for path in directory.parent.iterdir():
        if path.name.startswith(_prefix(directory)):
            # An initdb that outlived its parent may still write into it.
            rmtree(path, ignore_errors=True)


def _prefix(directory: Path) -> str:
    return f"{directory.name}.half-made-"

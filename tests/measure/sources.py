"""The product's own files: every package of this checkout but the tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_THE_PRODUCT = {"tests"}


@dataclass(frozen=True)
class Source:
    """A file that has code in it."""

    path: str
    """Below the checkout."""
    tree: ast.Module

    @property
    def module(self) -> str:
        """The name under which it is imported."""
        parts = Path(self.path).with_suffix("").parts
        return ".".join(parts).removesuffix(".__init__")


def read_sources() -> list[Source]:
    """Return the product's files but for migrations and those without code."""
    paths = [path for package in packages() for path in sorted(package.rglob("*.py"))]
    read = [
        Source(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))
        for path in paths
        if "migrations" not in path.parts
    ]
    return [source for source in read if has_code(source.tree)]


def packages() -> Iterator[Path]:
    """Return the folders at the top of the checkout that are the product's."""
    for beginning in sorted(ROOT.glob("*/__init__.py")):
        if beginning.parent.name not in NOT_THE_PRODUCT:
            yield beginning.parent


def has_code(tree: ast.Module) -> bool:
    """Return whether there is more than a docstring."""
    return len(tree.body) > (ast.get_docstring(tree) is not None)

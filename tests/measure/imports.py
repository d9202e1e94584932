"""What files import of each other: how many files, how many names, how deep."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from tests.measure.chains import longest_chain
from tests.measure.figures import Figure
from tests.measure.sources import Source


class Import(NamedTuple):
    """A name that a file of the product has from another."""

    path: str
    name: str
    """In full. Of a module that is imported whole it is the module's."""


def measure_imports(sources: Sequence[Source]) -> Iterator[Figure]:
    """Return the medians over all files, and the longest chain."""
    paths = {source.module: source.path for source in sources}
    imports = {source.path: imports_of(source, paths) for source in sources}
    files = {path: {name.path for name in names} for path, names in imports.items()}
    chain = longest_chain(files)
    yield Figure("own files imported by a file, median", middle(files), "goal <= 3")
    yield Figure("own names imported by a file, median", middle(imports), "goal <= 4")
    yield Figure(
        "longest chain of imports",
        f"{sum(map(len, chain))} files",
        "goal <= 18 files",
        [" and ".join(sorted(circle)) for circle in chain],
    )


def middle(imports: Mapping[str, Collection[object]]) -> str:
    """Return the median of how many there are."""
    return f"{median(map(len, imports.values())):g}"


def imports_of(source: Source, paths: Mapping[str, str]) -> set[Import]:
    """Return what a file has from others, for types alone or inside functions too.

    ``from package import module`` is an import of the module; any other name is one
    of the file that it is imported from, wherever that file has it from.
    """
    found = set()
    for module, name in imported(source.tree):
        whole = f"{module}.{name}" if name else module
        path = paths.get(whole) or paths.get(module)
        if path is not None and path != source.path:
            found.add(Import(path, whole))
    return found


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield modules and the names that are imported from them; imports are absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)

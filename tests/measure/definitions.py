"""What files define: names that are there twice, and classes that do too much."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.measure.figures import Figure, first
from tests.measure.sources import Source

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DJANGOS = {"Command", "Media", "Meta"}
"""Names that Django gives, so that they are there as often as it asks for them."""

MOST_METHODS = 15
SHOWN = 20


def measure_names(sources: Sequence[Source]) -> Figure:
    """Return how many names of classes and functions more than one file defines."""
    twice = {name: paths for name, paths in names(sources).items() if len(paths) > 1}
    lines = [f"{name}: {', '.join(paths)}" for name, paths in sorted(twice.items())]
    return Figure(
        "names defined twice or more",
        str(len(twice)),
        "goal <= 15",
        first(lines, SHOWN),
    )


def names(sources: Sequence[Source]) -> dict[str, list[str]]:
    """Return the names at the top of files, with the files that define them."""
    found = defaultdict(set)
    for source in sources:
        for node in source.tree.body:
            if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
                found[node.name].add(source.path)
    return {name: sorted(found[name]) for name in found.keys() - DJANGOS}


def measure_classes(sources: Sequence[Source]) -> Figure:
    """Return how many classes have too many methods."""
    large = sorted(
        (
            (methods, name)
            for source in sources
            for methods, name in classes(source)
            if methods > MOST_METHODS
        ),
        reverse=True,
    )
    return Figure(
        f"classes with more than {MOST_METHODS} methods",
        str(len(large)),
        "goal none",
        first([f"{methods} {name}" for methods, name in large], SHOWN),
    )


def classes(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the number of methods and the name of each class."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(member, FUNCTIONS) for member in node.body)
            yield methods, f"{node.name}: {source.path}"

"""The longest way down through files that import each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from graphlib import CycleError, TopologicalSorter

Circle = frozenset[str]
"""Files that import each other in a circle; nearly always it is one file alone."""

Graph = Mapping[Circle, Set[Circle]]


def longest_chain(files: Mapping[str, Set[str]]) -> list[Circle]:
    """Return the longest chain, from the top down, given what each file imports.

    A circle is one link of a chain and as long as it has files.
    """
    graph = without_circles(
        {
            frozenset({path}): {frozenset({other}) for other in others}
            for path, others in files.items()
        }
    )
    chains: dict[Circle, list[Circle]] = {}
    for circle in TopologicalSorter(graph).static_order():
        below = longest([chains[other] for other in graph[circle]])
        chains[circle] = [circle, *below]
    return longest(list(chains.values()))


def longest(chains: list[list[Circle]]) -> list[Circle]:
    """Return the chain of most files. Of several it is the first by name."""
    in_order = sorted(chains, key=lambda chain: [sorted(circle) for circle in chain])
    return max(in_order, key=lambda chain: sum(map(len, chain)), default=[])


def without_circles(graph: Graph) -> Graph:
    """Return the graph with each circle made one."""
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            graph = united(graph, set(error.args[1]))
        else:
            return graph


def united(graph: Graph, circles: Set[Circle]) -> Graph:
    """Return the graph with several circles made one."""
    whole = frozenset[str]().union(*circles)
    now = {circle: whole if circle in circles else circle for circle in graph}
    merged: dict[Circle, set[Circle]] = defaultdict(set)
    for circle, others in graph.items():
        merged[now[circle]] |= {now[other] for other in others} - {now[circle]}
    return merged

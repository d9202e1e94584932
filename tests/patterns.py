"""Runs a regular expression by hand and counts the steps, as the module ``re`` cannot.

It tries what ``re`` tries, in the same order, so that a pattern which backtracks too
much takes too many steps here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

PARSER: Any = import_module("re._parser")
MOST = 20_000
Rest = Callable[[int], bool]


class TooManySteps(Exception):
    """A pattern takes more steps than any that is linear."""


class SteppedPattern:
    """A pattern whose steps are counted."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.nodes = list(PARSER.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
        self.flags = pattern.flags
        self.text = ""
        self.steps = 0
        self.end = 0

    def count(self, text: str, *, is_whole: bool) -> int:
        """Return the steps for a text: matched as a whole, or searched all through."""
        self.text, self.steps = text, 0
        if is_whole:
            self.match(self.nodes, 0, 0, lambda at: at == len(text))
            return self.steps
        start = 0
        while start <= len(text):
            found = self.match(self.nodes, 0, start, self.end_at)
            start = max(self.end, start + 1) if found else start + 1
        return self.steps

    def end_at(self, at: int) -> bool:
        """Note where a match ends."""
        self.end = at
        return True

    def match(self, nodes: list[Any], node: int, at: int, rest: Rest) -> bool:
        """Whether the nodes from one on match at a place, and the rest behind them."""
        self.steps += 1
        if self.steps > MOST:
            raise TooManySteps
        if node == len(nodes):
            return rest(at)
        kind, value = nodes[node]
        handler = getattr(self, f"match_{kind.name.lower()}", None)
        if handler is None:
            is_one = at < len(self.text) and fits(
                kind, value, self.text[at], self.flags
            )
            return is_one and self.match(nodes, node + 1, at + 1, rest)
        return bool(
            handler(value, at, lambda end: self.match(nodes, node + 1, end, rest))
        )

    def match_subpattern(self, value: Any, at: int, rest: Rest) -> bool:
        return self.match(list(value[3]), 0, at, rest)

    def match_branch(self, value: Any, at: int, rest: Rest) -> bool:
        return any(self.match(list(branch), 0, at, rest) for branch in value[1])

    def match_max_repeat(self, value: Any, at: int, rest: Rest) -> bool:
        least, most, nodes = value
        if most != PARSER.MAXREPEAT:  # What is bounded costs a bounded number of steps.
            least, most = min(least, 3), min(most, 4)
        return self.repeat(list(nodes), least, int(most), at, rest)

    def repeat(
        self, nodes: list[Any], least: int, most: int, at: int, rest: Rest
    ) -> bool:
        """Whether nodes match several times, as often as they can."""

        def again(end: int) -> bool:
            return end > at and self.repeat(
                nodes, max(least - 1, 0), most - 1, end, rest
            )

        if most and self.match(nodes, 0, at, again):
            return True
        return least == 0 and rest(at)

    def match_at(self, value: Any, at: int, rest: Rest) -> bool:
        length = len(self.text)
        places = {
            "AT_BEGINNING": at == 0,
            "AT_BEGINNING_STRING": at == 0,
            "AT_END": at == length or self.text[at:] == "\n",
            "AT_END_STRING": at == length,
        }
        return places[value.name] and rest(at)

    def match_assert(self, value: Any, at: int, rest: Rest) -> bool:
        return self.looks(value, at) and rest(at)

    def match_assert_not(self, value: Any, at: int, rest: Rest) -> bool:
        return not self.looks(value, at) and rest(at)

    def looks(self, value: Any, at: int) -> bool:
        """Whether what is looked for stands ahead of a place, or one before it."""
        direction, nodes = value
        start = at if direction > 0 else at - 1
        return start >= 0 and self.match(list(nodes), 0, start, lambda end: True)


def fits(kind: Any, value: Any, character: str, flags: int) -> bool:
    """Whether a character is one that a node stands for."""
    match kind.name:
        case "LITERAL":
            return same(chr(value), character, flags)
        case "NOT_LITERAL":
            return not same(chr(value), character, flags)
        case "ANY":
            return character != "\n" or bool(flags & re.DOTALL)
        case "RANGE":
            least, most = value
            return int(least) <= ord(character) <= int(most)
        case "CATEGORY":
            return fits_category(value.name, character, flags)
    assert kind.name == "IN", kind
    is_negated = value[0][0].name == "NEGATE"
    items = value[1:] if is_negated else value
    found = any(fits(kind, one, character, flags) for kind, one in items)
    return found != bool(is_negated)


def same(one: str, other: str, flags: int) -> bool:
    """Whether two characters are the same to a pattern."""
    return one == other or bool(flags & re.IGNORECASE and one.lower() == other.lower())


def fits_category(name: str, character: str, flags: int) -> bool:
    """Whether a character is a digit, a blank or one of a word."""
    letter = name.rpartition("_")[2][0].lower()
    kinds = flags & re.ASCII
    found = re.fullmatch(f"\\{letter}", character, kinds) is not None
    return found != ("NOT" in name)


def example_of(nodes: Any) -> str:
    """Return a short text that a pattern matches, or nearly."""
    return "".join(example_of_node(kind, value) for kind, value in nodes)


def example_of_node(kind: Any, value: Any) -> str:
    """Return a short text that a node matches, or nearly."""
    match kind.name:
        case "SUBPATTERN":
            return example_of(value[3])
        case "BRANCH":
            return example_of(value[1][0])
        case "MAX_REPEAT":
            return example_of(value[2]) * min(max(int(value[0]), 1), 3)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return ""
    return str(next(c for c in CANDIDATES if fits(kind, value, c, 0)))


CANDIDATES = [
    *"a0A-_. \"\\/:;,@%+#|!<>[](){}$^~=?*&'\n\t",
    *map(chr, range(33, 256)),
    "\u0301",
    "\ud800",
]

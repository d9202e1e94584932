"""No regular expression of the project takes more than linear work on any text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from django.core.validators import RegexValidator

from tests.patterns import SteppedPattern, TooManySteps, example_of

ROOT = Path(__file__).parents[1]
PACKAGES = ("crm", "objects", "records", "webhooks", "interfaces", "config")
FEW, MANY = 15, 30


def modules() -> list[tuple[Path, str]]:
    """Return the files of the project with the names of their modules."""
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [
        (path, ".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in sorted(paths)
        if "migrations" not in path.parts and "wsgi" not in path.stem
    ]


def patterns_in(module: ModuleType) -> Iterator[re.Pattern[str]]:
    """Return the patterns that a module, its classes and its tables have."""
    own = [thing for thing in vars(module).values() if is_own(thing, module)]
    values = [value for thing in own for value in vars(thing).values()]
    for value in [*vars(module).values(), *values]:
        for one in value.values() if isinstance(value, dict) else [value]:
            pattern = one.regex if isinstance(one, RegexValidator) else one
            if isinstance(pattern, re.Pattern):
                yield pattern


def is_own(thing: object, module: ModuleType) -> bool:
    """Whether something is a class that a module makes."""
    return isinstance(thing, type) and thing.__module__ == module.__name__


def written_in(path: Path) -> Iterator[re.Pattern[str]]:
    """Return the patterns that a file uses where they stand."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re")),
                args=[ast.Constant(value=str() as written), *_],
            ):
                yield re.compile(written)


def all_patterns() -> list[re.Pattern[str]]:
    """Return every pattern of the project, each once."""
    found = {
        (pattern.pattern, pattern.flags): pattern
        for path, name in modules()
        for pattern in (*patterns_in(import_module(name)), *written_in(path))
    }
    return list(found.values())


def hostile_texts(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Return texts that may be hard for a pattern, each short and long.

    Each begins as a text that fits, goes on with a few characters again and again, and
    ends with one that may not fit.
    """
    example = example_of(SteppedPattern(pattern).nodes)[:40]
    starts = {example[:length] for length in range(0, len(example) + 1, 3)}
    alphabet = list(dict.fromkeys([*example[::-1], *'a0,;"']))[:6]
    pairs = map("".join, product(alphabet, alphabet))
    for start, again in product(sorted(starts)[-6:], [*alphabet, *pairs]):
        yield start + again * FEW + "\0", start + again * MANY + "\0"


def worst(pattern: re.Pattern[str]) -> str | None:
    """Return a text for which a pattern takes more steps than it should, if any.

    Twice the text should take about twice the steps.
    """
    stepped = SteppedPattern(pattern)
    bad = (
        long
        for short, long in hostile_texts(pattern)
        for is_whole in (True, False)
        if grows(stepped, short, long, is_whole)
    )
    return next(bad, None)


def grows(stepped: SteppedPattern, short: str, long: str, is_whole: bool) -> bool:
    """Whether the steps grow faster than the text."""
    try:
        few = stepped.count(short, is_whole=is_whole)
        return stepped.count(long, is_whole=is_whole) > 2.6 * few + 50
    except TooManySteps:
        return True


@pytest.mark.parametrize("pattern", all_patterns(), ids=lambda p: p.pattern[:40])
def test_a_pattern_is_linear(pattern: re.Pattern[str]) -> None:
    assert worst(pattern) is None


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r"a*a*b", r'(?:"[^"]*"|[^:;])+:', r"x*y", r"(a|a)*b"]
)
def test_a_pattern_that_is_not_is_found_out(pattern: str) -> None:
    assert worst(re.compile(pattern))

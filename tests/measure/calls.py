"""How many calls of the product's own functions a request makes, and in which files."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType

from tests.api_client import Api
from tests.benchmarks.workspaces import fresh_workspace
from tests.measure.figures import Figure, first
from tests.measure.requests import fill, list_deals, upsert_person
from tests.measure.sources import ROOT, Source

SHOWN = 50


def measure_calls(sources: Sequence[Source]) -> Iterator[Figure]:
    """Return what the two requests take, in a workspace made for them."""
    api = Api(*fresh_workspace("measured"))
    fill(api)
    paths = {str(ROOT / source.path): source.path for source in sources}
    upserting = count_calls(partial(upsert_person, api), paths)
    yield figure("matching upsert", upserting, "goal <= 300 calls in <= 30 files")
    listing = count_calls(partial(list_deals, api), paths)
    yield figure(
        "filtered, sorted list with includes",
        listing,
        "goal <= 420 calls in <= 30 files",
    )


def figure(name: str, calls: Counter[str], goal: str) -> Figure:
    """Return the figure of a request. It tells the busiest files first."""
    lines = [f"{many} {path}" for path, many in calls.most_common()]
    value = f"{calls.total()} calls in {len(calls)} files"
    return Figure(name, value, goal, first(lines, SHOWN))


def count_calls(request: Callable[[], None], paths: dict[str, str]) -> Counter[str]:
    """Make a request twice, and return the calls of the second time by their files.

    Comprehensions and lambdas are not calls. A generator that goes on is one.
    """
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and not code.co_name.startswith("<"):
            path = paths.get(code.co_filename)
            if path:
                calls[path] += 1

    request()
    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return calls

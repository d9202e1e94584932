"""``make measure``: how tangled the house is, beside how tangled it may be."""

from __future__ import annotations

import os

from tests.measure.database import database
from tests.measure.definitions import measure_classes, measure_names
from tests.measure.figures import report
from tests.measure.imports import measure_imports
from tests.measure.sources import read_sources


def main() -> None:
    """Measure the files, then two requests, and print all of it."""
    sources = read_sources()
    figures = [
        *measure_imports(sources),
        measure_names(sources),
        measure_classes(sources),
    ]
    with database():
        from tests.measure.calls import measure_calls

        figures += measure_calls(sources)
    report(figures)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main()

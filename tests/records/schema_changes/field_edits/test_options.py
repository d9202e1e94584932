"""Which labels are replaced on records, when a field gets other options."""

from __future__ import annotations

import pytest

from records.schema_changes.field_edits.options import replaced_labels

OLD = {"open": "Open", "done": "Done"}

CASES: dict[str, tuple[dict[str, str], dict[str, str | None]]] = {
    "nothing changes": (OLD, {}),
    "the order is another": ({"done": "Done", "open": "Open"}, {}),
    "one is added": ({**OLD, "new": "New"}, {}),
    "one goes": ({"open": "Open"}, {"Done": None}),
    "one that keeps its id is renamed": (
        {"open": "New", "done": "Done"},
        {"Open": "New"},
    ),
    "a label that goes on under another id stays on records": (
        {"open": "Open", "finished": "Done"},
        {},
    ),
    "all go": ({}, {"Open": None, "Done": None}),
    "one is renamed and another goes": ({"open": "New"}, {"Open": "New", "Done": None}),
}


@pytest.mark.parametrize(("new", "replaced"), CASES.values(), ids=CASES)
def test_replaced_labels(new: dict[str, str], replaced: dict[str, str | None]) -> None:
    assert replaced_labels(OLD, new) == replaced

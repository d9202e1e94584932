"""Values on records follow their options: another label, or none."""

from __future__ import annotations

import pytest

from crm.json_types import JSON
from records.schema_changes.options import Renaming, renamed

RENAMING: Renaming = {"Open": "New", "Lost": None}

VALUES: list[tuple[JSON, JSON]] = [
    ("Open", "New"),
    ("Lost", None),
    ("Done", "Done"),
    ("New", "New"),
    ({"items": ["Done", "Open"]}, {"items": ["Done", "New"]}),
    ({"items": ["Lost", "Done"]}, {"items": ["Done"]}),
    ({"items": ["Lost"]}, {"items": []}),
    ({"items": []}, {"items": []}),
]


@pytest.mark.parametrize(("value", "after"), VALUES, ids=str)
def test_a_value_gets_the_new_labels_of_its_options(value: JSON, after: JSON) -> None:
    assert renamed(value, RENAMING) == after

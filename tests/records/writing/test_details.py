"""What is kept beside an item stays with it, and goes when it goes."""

from __future__ import annotations

import pytest

from crm.json_types import JSON, JSONObject
from objects.field_types.collection import Collection
from objects.field_types.contact import Email
from records.writing.details import details_after

A, C, D, X = "a@b.co", "c@b.co", "d@b.co", "x@b.co"
HOME: JSON = {"label": "home"}
WORK: JSON = {"label": "work"}


def items(*values: str) -> JSON:
    return {"items": list(values)}


def kept(old: JSON, new: JSON, *, inherits: bool) -> JSONObject:
    """Return what is kept of the details of two addresses."""
    details = {A: HOME, C: WORK}
    return details_after(Collection(Email()), details, old, new, inherits=inherits)


@pytest.mark.parametrize("inherits", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "details"),
    [
        (items(A, C), items(C, A), {A: HOME, C: WORK}),
        (items(A, C), items(C), {C: WORK}),
        (items(A, C), items(C, D), {C: WORK}),
        (items(A), items(A, D), {A: HOME}),
        (items(A), items(), {}),
        (items(A), None, {}),
        (items(X), items(D), {}),
        (None, items(A), {A: HOME}),
    ],
)
def test_details_stay_with_their_item(
    old: JSON, new: JSON, details: JSONObject, inherits: bool
) -> None:
    assert kept(old, new, inherits=inherits) == details


@pytest.mark.parametrize(
    ("old", "new", "details", "inherited"),
    [
        (items(A), items(D), {}, {D: HOME}),
        (items(A, C), items(D, C), {C: WORK}, {D: HOME, C: WORK}),
        (items(A, C), items(D, A), {A: HOME}, {A: HOME}),
    ],
)
def test_a_new_first_item_may_inherit_those_of_the_former(
    old: JSON, new: JSON, details: JSONObject, inherited: JSONObject
) -> None:
    assert kept(old, new, inherits=False) == details
    assert kept(old, new, inherits=True) == inherited

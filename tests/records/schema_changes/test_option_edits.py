"""Options are added behind those that are there, and taken away by their labels."""

from __future__ import annotations

import pytest

from crm.json_types import JSONObject
from objects.declarations.choices import MOST_OPTIONS
from objects.declarations.declarations import InvalidDeclaration, OptionsDeclaration
from objects.models import Field
from records.schema_changes.option_edits import options_after

OPEN: JSONObject = {"id": "open", "label": "Open", "color": "gray"}
DONE: JSONObject = {"id": "done", "label": "Done", "color": "green"}
HERE = "/data/0/attributes/status/enum"

ADDED: dict[str, tuple[list[JSONObject], list[JSONObject]]] = {
    "a new one comes last": ([{"label": "New"}], [OPEN, DONE, {"label": "New"}]),
    "one that is there stays": ([{"label": "Open", "color": "red"}], [OPEN, DONE]),
    "nothing adds nothing": ([], [OPEN, DONE]),
    "both at once": ([DONE, {"label": "New"}], [OPEN, DONE, {"label": "New"}]),
}
REMOVED: dict[str, tuple[list[JSONObject], list[JSONObject]]] = {
    "the first": ([{"label": "Open"}], [DONE]),
    "the last": ([{"label": "Done"}], [OPEN]),
    "all": ([{"label": "Done"}, {"label": "Open"}], []),
    "one that is on its way out": ([{"label": "Gone"}], [OPEN, DONE]),
}


def status() -> Field:
    """Return a field with two options, and a third that records are losing."""
    options = {"options": [OPEN, DONE]}
    return Field(slug="status", options=options, backfill={"replace": {"Gone": None}})


def declared(
    options: list[JSONObject], *, is_removal: bool = False
) -> OptionsDeclaration:
    return OptionsDeclaration(HERE, "task", "status", options, is_removal)


def problems(declaration: OptionsDeclaration) -> dict[str, str]:
    with pytest.raises(InvalidDeclaration) as refusal:
        options_after(status(), declaration)
    return refusal.value.problems


@pytest.mark.parametrize(("given", "after"), ADDED.values(), ids=ADDED)
def test_options_after_some_are_added(
    given: list[JSONObject], after: list[JSONObject]
) -> None:
    assert options_after(status(), declared(given)) == after


@pytest.mark.parametrize(("given", "after"), REMOVED.values(), ids=REMOVED)
def test_options_after_some_are_taken_away(
    given: list[JSONObject], after: list[JSONObject]
) -> None:
    assert options_after(status(), declared(given, is_removal=True)) == after


def test_every_option_that_is_not_there_to_be_taken_away_is_named() -> None:
    wrong = declared(
        [{"label": "open"}, {"label": "Done"}, {"label": "X"}], is_removal=True
    )

    assert problems(wrong) == {
        f"{HERE}/0": "There is no such option.",
        f"{HERE}/2": "There is no such option.",
    }


def test_a_new_option_cannot_have_the_id_of_another() -> None:
    wrong = declared([{"label": "New"}, {"label": "Finished", "id": "done"}])

    assert problems(wrong) == {f"{HERE}/1": "Another option has this id."}


def test_options_are_counted_with_those_that_are_there() -> None:
    more: list[JSONObject] = [{"label": str(n)} for n in range(MOST_OPTIONS - 2)]

    assert len(options_after(status(), declared(more))) == MOST_OPTIONS
    assert problems(declared([*more, {"label": "One more"}])) == {
        HERE: f"A field has at most {MOST_OPTIONS} options."
    }

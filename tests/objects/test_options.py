"""Options of a select get ids and colours, and keep those that they had."""

from __future__ import annotations

import pytest

from crm.json_types import JSONObject
from objects.options import completed, is_reordered, traded_labels

WON: JSONObject = {"id": "won", "label": "Won", "color": "green"}
LOST: JSONObject = {"id": "lost", "label": "Lost", "color": "red"}


def options(**labels: str) -> list[JSONObject]:
    """Return options by their ids."""
    return [{"id": id_, "label": label} for id_, label in labels.items()]


def option(id_: str, label: str, color: str = "gray") -> JSONObject:
    return {"id": id_, "label": label, "color": color}


COMPLETED: list[tuple[str, list[JSONObject], list[JSONObject], list[JSONObject]]] = [
    (
        "a new one gets an id and a colour",
        [{"label": "On hold"}],
        [],
        [option("on_hold", "On hold")],
    ),
    (
        "what it was sent with stays",
        [option("x", "On hold", "blue")],
        [],
        [option("x", "On hold", "blue")],
    ),
    ("a label without a letter", [{"label": "?!"}], [], [option("option", "?!")]),
    (
        "a label in another script",
        [{"label": "Ждём ответа"}],
        [],
        [option("ждём_ответа", "Ждём ответа")],
    ),
    (
        "labels that give one id",
        [{"label": "A b"}, {"label": "A-b"}, {"label": "a_b"}],
        [],
        [option("a_b", "A b"), option("a_b_2", "A-b"), option("a_b_3", "a_b")],
    ),
    ("one that is there is known by its label", [{"label": "Won"}], [WON], [WON]),
    (
        "and by its id",
        [{"id": "won", "label": "Success"}],
        [WON],
        [option("won", "Success", "green")],
    ),
    (
        "and by the id of its label",
        [{"label": "won"}],
        [WON],
        [option("won", "won", "green")],
    ),
    (
        "a colour that is sent is new",
        [{"label": "Won", "color": "blue"}],
        [WON],
        [option("won", "Won", "blue")],
    ),
    (
        "the order is the one that is sent",
        [{"label": "Lost"}, {"label": "Won"}],
        [WON, LOST],
        [LOST, WON],
    ),
    (
        "an id that is sent is not given to another",
        [{"label": "Won"}, {"id": "won", "label": "Success"}],
        [WON],
        [option("won_2", "Won"), option("won", "Success", "green")],
    ),
    (
        "nor is one whose label is sent",
        [{"label": "won"}, {"label": "Won"}],
        [WON],
        [option("won_2", "won"), WON],
    ),
    (
        "nor is one of an option that goes",
        [{"label": "A b"}, {"label": "A-b"}],
        [option("a_b_2", "Old")],
        [option("a_b", "A b"), option("a_b_3", "A-b")],
    ),
    (
        "other members are left out",
        [{"label": "Won", "position": 3}],
        [],
        [option("won", "Won")],
    ),
]


@pytest.mark.parametrize(
    ("sent", "there", "expected"),
    [case[1:] for case in COMPLETED],
    ids=[case[0] for case in COMPLETED],
)
def test_completes(
    sent: list[JSONObject], there: list[JSONObject], expected: list[JSONObject]
) -> None:
    assert completed(sent, there) == expected


@pytest.mark.parametrize(
    ("old", "new", "traded"),
    [
        (options(a="A", b="B"), options(a="A", b="B"), []),
        (options(a="A"), options(a="B"), []),
        (options(a="A", b="B"), options(a="B", b="A"), ["B", "A"]),
        (options(a="A", b="B"), options(a="B"), ["B"]),
        (options(a="A"), options(b="A"), []),
        (options(a="A"), options(a="B", b="A"), ["A"]),
    ],
)
def test_tells_labels_that_go_from_one_option_to_another(
    old: list[JSONObject], new: list[JSONObject], traded: list[str]
) -> None:
    assert list(traded_labels(old, new)) == traded


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("ab", "ab", False),
        ("ab", "abc", False),
        ("ab", "ba", True),
        ("ab", "cab", True),
        ("abc", "ab", False),
        ("abc", "bc", True),
    ],
)
def test_tells_whether_options_that_stay_have_moved(
    old: str, new: str, moved: bool
) -> None:
    before, after = (dict.fromkeys(ids, "label") for ids in (old, new))

    assert is_reordered(before, after) is moved

"""Names are similar as PostgreSQL's trigrams are, and not alike if they contradict."""

from __future__ import annotations

import pytest

from crm.sql import query
from records.duplicates.names import ALIKE, Name, likeness, similarity


def between(one: str, other: str) -> float:
    return likeness(Name.of(one.lower()), Name.of(other.lower()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Zoë Müller", "zoe muller"),
        ("Ada King-Lovelace", "Ada Lovelace King"),
    ],
)
def test_are_equal_in_any_order_without_accents(one: str, other: str) -> None:
    assert between(one, other) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jon Smith", "John Smith"),
        ("J. Featherstone", "John Featherstone"),
        ("Alex Featherstone", "Alexander Featherstone"),
        ("Grace Hopper", "Grace Brewster Hopper"),
        ("Acme Tools", "Acme Tools GmbH"),
    ],
)
def test_are_alike_in_another_spelling(one: str, other: str) -> None:
    assert ALIKE <= between(one, other) == between(other, one) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John Featherstone", "Paul Featherstone"),
        ("Northwind Traders Berlin", "Northwind Traders Munich"),
        ("John Smith Sr.", "John Smith Jr."),
        ("Ada", "Bea"),
        ("", "Ada"),
        ("李", "王"),
    ],
)
def test_say_nothing_if_a_whole_word_differs(one: str, other: str) -> None:
    assert between(one, other) == between(other, one) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["lovelace ada", "ada l.", "grace hopper", "adda"])
def test_are_as_similar_as_the_database_finds_them(other: str) -> None:
    ((theirs,),) = query("SELECT similarity('ada lovelace', %(other)s)", other=other)

    ours = similarity(Name.of("ada lovelace").trigrams, Name.of(other).trigrams)

    assert ours == pytest.approx(theirs)

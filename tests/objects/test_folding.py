"""Text is one text however its letters are written, here as in PostgreSQL."""

import sys
from unicodedata import category, is_normalized, normalize

import pytest
from django.db import connection

from objects.folding import compose, fold, fold_accents, lower

LOWER = """
SELECT code, lower(chr(code) COLLATE "pg_c_utf8")
FROM unnest(%s::int[]) AS code
WHERE unicode_assigned(chr(code))
"""


def known_characters() -> list[int]:
    """Return the code points that are characters in Python's version of Unicode."""
    return [
        code
        for code in range(1, sys.maxunicode + 1)
        if category(chr(code)) not in {"Cn", "Cs", "Co"}
    ]


@pytest.mark.django_db
def test_lowers_every_character_as_postgresql_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOWER, [known_characters()])
        lowered = dict(cursor.fetchall())

    assert len(lowered) > 100_000
    assert {code: lower(chr(code)) for code in lowered} == lowered


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["ΣΑΣ", "İİ", "ẞß", "ǅ", "É", "ΑΣ ΑΣ."])
def test_lowers_a_character_the_same_wherever_it_stands(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute('SELECT lower(%s COLLATE "pg_c_utf8")', [text])
        (lowered,) = cursor.fetchone()

    assert lower(text) == lowered == "".join(map(lower, text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("E\u0301", "É"),
        ("\u212b", "Å"),
        ("q\u0323\u0307", "q\u0307\u0323"),
        ("\u1112\u1161\u11ab", "한"),
        ("か\u3099", "が"),
    ],
)
def test_composes_what_is_the_same_text(one: str, other: str) -> None:
    assert compose(one) == compose(other) == normalize("NFC", other)


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73", "\u0344\u0316"])
def test_composes_many_marks_in_a_row(marks: str) -> None:
    text = "e" + marks * 50_000

    composed = compose(text)

    assert composed[:20] == normalize("NFC", "e" + marks * 50)[:20]
    assert is_normalized("NFC", composed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("É", "é"), ("E\u0301", "é"), ("J\u030c", "\u01f0"), ("I\u0307", "i")),
        *(("\u03aa\u0301", "\u0390"), ("ẞ", "ß")),
    ],
)
def test_folds_what_differs_in_case_alone(one: str, other: str) -> None:
    assert fold(one) == fold(other) == other


def test_folds_what_is_folded_to_itself() -> None:
    letters = [chr(code) for code in known_characters()]

    folded = [fold(letter) for letter in letters]

    assert [fold(letter) for letter in folded] == folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *(("García", "garcia"), ("ÉCOLE", "ecole"), ("Ångström", "angstrom")),
        *(("Łódź", "lodz"), ("Straße", "strasse"), ("Ærø", "aero"), ("Çelik", "celik")),
        *(("Ψυχή", "ψυχη"), ("Ёлка", "елка"), ("Nguyễn", "nguyen"), ("Þór", "thor")),
        *(
            ("が", "が"),
            ("हिन्दी", "हिन्दी"),
            ("한", "한"),
            ("שָׁלוֹם", "שָׁלוֹם"),
            ("👩‍🚀", "👩‍🚀"),
        ),
    ],
)
def test_takes_accents_off_letters_and_leaves_other_scripts_alone(
    text: str, plain: str
) -> None:
    assert fold_accents(text) == fold_accents(plain) == compose(plain)

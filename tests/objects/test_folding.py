"""Text is folded here exactly as PostgreSQL folds it in its indexes."""

import sys
import unicodedata

import pytest
from django.db import connection

from objects.folding import fold

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
        if unicodedata.category(chr(code)) not in {"Cn", "Cs", "Co"}
    ]


@pytest.mark.django_db
def test_folds_every_character_as_postgresql_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOWER, [known_characters()])
        folded = dict(cursor.fetchall())

    assert len(folded) > 100_000
    assert {code: fold(chr(code)) for code in folded} == folded


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["ΣΑΣ", "İİ", "ẞß", "ǅ", "É", "ΑΣ ΑΣ."])
def test_folds_a_character_the_same_wherever_it_stands(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute('SELECT lower(%s COLLATE "pg_c_utf8")', [text])
        (folded,) = cursor.fetchone()

    assert fold(text) == folded == "".join(map(fold, text))

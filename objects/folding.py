"""Brings text into the forms in which it is kept, compared and looked for.

Decision 1 in docs/decisions.md says why.
"""

import re
from itertools import groupby
from unicodedata import combining, is_normalized, normalize

from crm.json_types import JSON

ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]+")
"""The marks of Latin, Greek and Cyrillic letters; those of other scripts are letters
of their own to their readers."""

PLAIN_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
    | dict(zip("đðħ\u0131łøŧ", "ddhilot", strict=True))
)
"""What is written for letters that Unicode does not take apart."""


def compose(text: str) -> str:
    """Return text in Unicode's composed form (NFC), which is how all text is kept."""
    if is_normalized("NFC", text):
        return text
    return normalize("NFC", sort_marks(text))


def sort_marks(text: str) -> str:
    """Return text taken apart, with the marks of each letter in Unicode's order.

    Python would put a run of marks in order by swapping neighbours, in a time that
    grows with the square of its length.
    """
    letters = (part for letter in text for part in normalize("NFD", letter))
    runs = groupby(letters, key=lambda letter: combining(letter) > 0)
    return "".join(
        "".join(sorted(run, key=combining) if is_marks else run)
        for is_marks, run in runs
    )


def lower(text: str) -> str:
    """Return text in lower case, character by character.

    It is what PostgreSQL's ``lower(... COLLATE "pg_c_utf8")`` returns. Python alone
    would make two characters of a dotted capital I, and look for the end of a Greek
    word to choose a sigma.
    """
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()


def fold(text: str) -> str:
    """Return text in the form that is the same for all ways to write its letters."""
    return text.lower() if text.isascii() else compose(lower(compose(text)))


def fold_json(value: JSON) -> JSON:
    """Return a value with all text in it folded, but not the names of members."""
    match value:
        case str():
            return fold(value)
        case list():
            return [fold_json(item) for item in value]
        case dict():
            return {name: fold_json(member) for name, member in value.items()}
    return value


def fold_accents(text: str) -> str:
    """Return text folded and without accents, as search and orders see it."""
    folded = fold(text)
    if folded.isascii():
        return folded
    letters = ACCENTS.sub("", normalize("NFD", folded))
    return normalize("NFC", letters.translate(PLAIN_LETTERS))

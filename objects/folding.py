"""Folds text, so that comparisons ignore case."""


def fold(text: str) -> str:
    """Return text in lower case, character by character.

    It is what PostgreSQL's ``lower(... COLLATE "pg_c_utf8")`` returns. Python alone
    would make two characters of a dotted capital I, and look for the end of a Greek
    word to choose a sigma.
    """
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()

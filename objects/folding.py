"""Folds text, so that comparisons ignore case.

Decision 1 in docs/decisions.md says why.
"""

from crm.json_types import JSON


def fold(text: str) -> str:
    """Return text in lower case, character by character.

    It is what PostgreSQL's ``lower(... COLLATE "pg_c_utf8")`` returns. Python alone
    would make two characters of a dotted capital I, and look for the end of a Greek
    word to choose a sigma.
    """
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()


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

"""Search: words in any order, without accents, and numbers in any notation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from crm.sql import TRUE, Sql, all_of, any_of, concat
from objects.domain_names import decode_domains
from objects.folding import fold_accents
from objects.models import Field
from records.reading.filters.stored import like

MOST_WORDS = 32
LEAST_DIGITS = 3
"""How many digits a number has that is looked for in other notations."""
LEAST_DIALLED = 6
"""How many it has if zeros at its beginning may be what is dialled before it."""
WRITTEN_IN_NUMBERS = re.compile(r"[\d()./+-]+", re.ASCII)

Contains = Callable[[str], Sql]
"""Makes the condition that what is searched contains a part."""


def read_words(text: str) -> list[str]:
    """Return the words of a text as search looks for them."""
    return fold_accents(text).split()


def has_words(words: Sequence[str], contains: Contains) -> Sql:
    """Return the condition that all words are found, wherever each of them is."""
    runs = groupby(words, key=lambda word: bool(WRITTEN_IN_NUMBERS.fullmatch(word)))
    conditions = [
        has_number(list(run), contains)
        if is_number
        else all_of(has_word(word, contains) for word in run)
        for is_number, run in runs
    ]
    return all_of(conditions) if conditions else TRUE


def has_word(word: str, contains: Contains) -> Sql:
    """Return the condition that a word is found, with domains in either form."""
    read = fold_accents(decode_domains(word))
    return any_of(map(contains, dict.fromkeys([word, read])))


def has_number(words: Sequence[str], contains: Contains) -> Sql:
    """Return the condition that words are found, or the number that they write."""
    as_written = all_of(map(contains, words))
    number = number_in(words)
    if len(number) < LEAST_DIGITS or [number] == words:
        return as_written
    return any_of([as_written, contains(number)])


def number_in(words: Sequence[str]) -> str:
    """Return the number that words write as phone numbers are kept: +14155550100."""
    written = "".join(words).replace("(0)", "")
    digits = re.sub(r"\D", "", written)
    dialled = digits.lstrip("0")
    sign = "+" if written.startswith("+") else ""
    return sign + (dialled if len(dialled) >= LEAST_DIALLED else digits)


def anywhere_contains(part: str) -> Sql:
    """Return the condition that a searchable field of a record contains a part."""
    return Sql("r.search LIKE %s", (like(part, "nowhere"),))


def some_contain(fields: Sequence[Field], part: str) -> Sql:
    """Return the condition that one of some fields contains a part."""
    found = any_of(field_contains(field, part) for field in fields)
    is_searched = all(field.searchable for field in fields)
    return all_of([anywhere_contains(part), found]) if is_searched else found


def field_contains(field: Field, part: str) -> Sql:
    """Return the condition that the text of a field, or of an item, has a part."""
    path = f'$."{field.member}"{".items[*]" if field.is_collection else ""}'
    return concat(
        Sql("EXISTS (SELECT FROM jsonb_path_query(r.folded, %s::jsonpath) ", (path,)),
        "AS value WHERE records_fold_accents(value #>> '{}') ",
        Sql("LIKE %s)", (like(part, "nowhere"),)),
    )

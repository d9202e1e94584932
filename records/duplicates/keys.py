"""What brings records together that a scan compares: two that share a key."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from records.duplicates.portraits import Portrait

MOST_WORDS = 8
"""How many words of a name are keys."""
SHORT = 3
"""How many letters a word has that may be missing."""
BEGINNING = 2
"""How many letters of the other words of a name stand beside a word."""


def keys_of(portrait: Portrait) -> set[int]:
    """Return digests of 64 bits of all that a record shares with those like it.

    Of names that are similar enough to tell anything, at least a word is the same, and
    nearly always the beginning of another.
    """
    return {digest(text) for text in texts_of(portrait)}


def digest(text: str) -> int:
    """Return 64 bits of a text."""
    found = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(found, "big", signed=True)


def texts_of(portrait: Portrait) -> Iterator[str]:
    """Yield what a record shares with those like it, each kind apart from others."""
    for kind, held in zip("epud", portrait.values, strict=True):
        for normal in held:
            yield f"{kind}:{normal}"
    if portrait.name:
        words = sorted(set(portrait.name.words))
        yield from texts_of_name(words[:MOST_WORDS])


def texts_of_name(words: list[str]) -> Iterator[str]:
    """Yield the words of a name, and each with the beginning of another.

    A word alone is shared by too many who are not the same. Short words, such as legal
    forms and initials, may be missing.
    """
    long = [word for word in words if len(word) > SHORT]
    yield f"n:{' '.join(long or words)}"
    for word in words:
        for other in words:
            if other != word:
                yield f"b:{word} {other[:BEGINNING]}"

"""What brings records together that a scan compares: two that share a key."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from records.duplicates.portraits import Portrait

MOST_WORDS = 8
"""How many words of a name are keys."""
BEGINNING = 2
"""How many letters of the other words of a name stand beside a word."""


def keys_of(portrait: Portrait) -> set[int]:
    """Return digests of 64 bits of all that a record shares with those like it.

    Of names that are similar enough to tell anything, at least a word is the same.
    """
    return {digest(text) for text in texts_of(portrait)}


def digest(text: str) -> int:
    """Return 64 bits of a text."""
    found = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(found, "big", signed=True)


def texts_of(portrait: Portrait) -> Iterator[str]:
    """Yield what a record shares with those like it, each kind apart from others."""
    values = (portrait.emails, portrait.phones, portrait.profiles, portrait.domains)
    for kind, held in zip("epud", values, strict=True):
        for normal in held:
            yield f"{kind}:{normal}"
    if portrait.name:
        words = sorted(set(portrait.name.words))
        yield from texts_of_name(words[:MOST_WORDS])


def texts_of_name(words: list[str]) -> Iterator[str]:
    """Yield the words of a name: all, each, and each with the beginning of another.

    The more words a key has, the fewer share it who are not the same.
    """
    yield f"n:{' '.join(words)}"
    for word in words:
        yield f"w:{word}"
        for other in words:
            if other != word:
                yield f"b:{word} {other[:BEGINNING]}"

"""From a file of vCards to what each says of a contact.

Versions 3.0 (RFC 2426) and 4.0 (RFC 6350) are read, and 2.1 as well as can be. A line
that cannot be kept does not cost the card: it is left out, and the card says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from interfaces.compat.inkbox.vcard_charsets import UTF_8, find_charset, narrow
from interfaces.compat.inkbox.vcard_lines import charset_of, read_line
from interfaces.compat.inkbox.vcard_parts import CardParts
from interfaces.compat.inkbox.vcard_properties import CardReader
from interfaces.compat.inkbox.vcard_splitter import RawCard, split_cards


def read_cards(
    body: bytes, charset: str | None = None, country: str | None = None
) -> Iterator[CardParts]:
    """Return what is said in each card of a file, in their order.

    ``charset`` is what is said of the file's, ``country`` the one of phone numbers that
    do not say theirs. A card without END is not complete.
    """
    body, wide = narrow(body)
    raw_cards = split_cards(body)
    of_file = None if is_utf_8(raw_cards) else find_charset(charset)
    for raw in raw_cards:
        own = charset_of(raw.lines, of_file)
        lines = [read_line(line, own, at) for at, line in enumerate(raw.lines)]
        parts = CardReader(lines, country).parts
        parts.charset = wide or own
        parts.surplus += raw.surplus
        parts.is_complete = raw.is_complete
        yield parts


def is_utf_8(cards: list[RawCard]) -> bool:
    """Return whether all lines of a file are UTF-8."""
    try:
        for card in cards:
            b"\n".join(card.lines).decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True

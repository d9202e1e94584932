"""From a file to its cards: unfolded first, then parted where BEGIN and END stand.

So a BEGIN in the middle of a note is text, and a card without END ends where the next
one begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from interfaces.compat.inkbox.vcard_charsets import BYTE_ORDER_MARK
from interfaces.compat.inkbox.vcard_lines import BASE64, QUOTED_PRINTABLE, head_of

BEGIN = b"BEGIN:VCARD"
END = b"END:VCARD"
OLD = b"VERSION:2.1"
MOST_LINES = 5_000


@dataclass
class RawCard:
    """The lines between BEGIN and END."""

    lines: list[bytes] = field(default_factory=list)
    surplus: int = 0
    """How many more lines there are than are read."""
    is_complete: bool = False

    def add(self, line: bytes) -> None:
        """Add a line, or count it."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)
        else:
            self.surplus += 1


def split_cards(body: bytes) -> list[RawCard]:
    """Return the cards in a file, complete or not, in their order.

    What stands before, between and behind them is no part of any.
    """
    splitter = CardSplitter()
    for line in unfold(body):
        splitter.take(line)
    return splitter.cards


class CardSplitter:
    """Sorts the lines of a file into its cards.

    Only the card of an ``AGENT`` stands inside another, and is no card of the file.
    """

    def __init__(self) -> None:
        self.cards: list[RawCard] = []
        self.card: RawCard | None = None
        self.depth = 0
        """How many agents' cards are open."""
        self.is_agent_next = False

    def take(self, line: bytes) -> None:
        """Take the next line."""
        word = word_of(line)
        if not word:
            return
        is_agent_next, self.is_agent_next = self.is_agent_next, False
        if word == BEGIN and not is_agent_next:
            self.card, self.depth = RawCard(), 0
            self.cards.append(self.card)
        elif self.card is not None:
            if not self.depth and word not in {BEGIN, END}:
                self.card.add(line)
            self.follow(self.card, word)

    def follow(self, card: RawCard, word: bytes) -> None:
        """Note what a line inside a card opens or closes."""
        if word == BEGIN:
            self.depth += 1
        elif word == END and self.depth:
            self.depth -= 1
        elif word == END:
            card.is_complete = True
            self.card = None
        elif word.startswith(b"AGENT"):
            self.is_agent_next = word.endswith(b":")
            self.depth += word.endswith(b":" + BEGIN)


def word_of(line: bytes) -> bytes:
    """Return a line as it is compared: files that were joined have marks inside."""
    return line.removeprefix(BYTE_ORDER_MARK).strip().upper()


def unfold(body: bytes) -> Iterator[bytes]:
    """Return the lines of a file, each with the lines that continue it."""
    line, is_old = FoldedLine(b""), False
    for written in body.splitlines():
        if line.is_continued_by(written):
            line.add(written, keeps_blank=is_old)
            continue
        whole = line.whole()
        is_old = whole.upper() == OLD or (is_old and word_of(whole) != BEGIN)
        yield whole
        line = FoldedLine(written)
    yield line.whole()


class FoldedLine:
    """A line as it is written: over several lines, perhaps.

    A line that begins with a blank continues the one before it. So does what follows a
    soft break of quoted-printable text, and what follows in a file that was not
    indented.
    """

    def __init__(self, first: bytes) -> None:
        self.pieces = [first]
        self.encoding = head_of(first).encoding if b":" in first else ""

    def is_continued_by(self, written: bytes) -> bool:
        """Whether the next line of the file continues this one."""
        if self.ends_softly:
            return word_of(written) != END
        if written[:1] in {b" ", b"\t"}:
            return True
        return self.encoding == BASE64 and bool(written) and b":" not in written

    @property
    def ends_softly(self) -> bool:
        """Whether the line ends with a soft break."""
        return self.encoding == QUOTED_PRINTABLE and self.pieces[-1].endswith(b"=")

    def add(self, written: bytes, *, keeps_blank: bool) -> None:
        """Add what continues the line.

        Version 2.1 folds lines only where a blank is, which stays.
        """
        if self.ends_softly:
            self.pieces[-1] = self.pieces[-1][:-1]
        elif not keeps_blank and self.encoding != BASE64:
            written = written[1:]
        self.pieces.append(written)

    def whole(self) -> bytes:
        """Return the line in one piece."""
        return b"".join(self.pieces)

"""What the cards of this world's address books say, and what is left out of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interfaces.compat.inkbox.vcard_parts import CardParts
from interfaces.compat.inkbox.vcard_reader import read_cards

CARDS = Path(__file__).parent / "cards"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\n{0}\r\nEND:VCARD\r\n"
NO_YEAR = "A day without a year cannot be kept."
NO_NUMBER = "This is no phone number with its country code, such as +14155550100."


def cards_in(name: str) -> list[CardParts]:
    return list(read_cards((CARDS / name).read_bytes()))


def read_lines(lines: str | bytes, charset: str | None = None) -> CardParts:
    """Read a card with some lines."""
    raw = lines if isinstance(lines, bytes) else lines.encode()
    body = CARD.encode().replace(b"{0}", raw)
    (card,) = read_cards(body, charset)
    return card


def left_out(card: CardParts) -> list[tuple[str, str]]:
    return [(one.line, one.why) for one in card.left_out]


def test_a_card_without_end_ends_where_the_next_begins() -> None:
    cards = cards_in("unfinished-card.vcf")

    names = [card.body()["family_name"] for card in cards]
    assert names == ["A", "B", "C", "D"]
    assert [card.is_complete for card in cards] == [True, False, True, True]


def test_only_a_line_of_its_own_begins_a_card() -> None:
    folded, after = cards_in("folded-begin.vcf")

    notes = "a long note that goes onBEGIN:VCARD is only text here"
    assert folded.body()["notes"] == notes
    assert after.body()["family_name"] == "M"


@pytest.mark.parametrize(
    "agent",
    [
        "AGENT:\r\nBEGIN:VCARD\r\nFN:Sue\r\nEND:VCARD",
        "AGENT:BEGIN:VCARD\r\nFN:Sue\r\nEND:VCARD",
        "AGENT:\r\nBEGIN:VCARD\r\nAGENT:\r\nBEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD",
    ],
)
def test_the_card_of_an_agent_stands_inside_another(agent: str) -> None:
    card = read_lines(f"{agent}\r\nFN:Ada")

    assert card.body() == {"preferred_name": "Ada"}


def test_an_agent_without_end_costs_one_card() -> None:
    agent = "AGENT:\r\nBEGIN:VCARD\r\nFN:Sue"
    body = CARD.format(f"FN:Ada\r\n{agent}") + CARD.format("FN:Bea")

    ada, bea = read_cards(body.encode())

    assert (ada.is_complete, bea.is_complete) == (False, True)
    assert bea.body() == {"preferred_name": "Bea"}


def test_marks_inside_a_file_and_any_case_do_not_matter() -> None:
    card = "begin:vCard\nversion:3.0\nfn:Ada\nend:vCard  \n"

    cards = list(read_cards(f"\ufeff{card}\ufeff{card}".encode()))

    assert [card.body() for card in cards] == [{"preferred_name": "Ada"}] * 2


def test_quotes_that_end_nowhere_are_characters() -> None:
    (many,) = cards_in("many-quotes.vcf")
    one = read_lines('EMAIL;TYPE="work:n@example.com')

    assert many.body()["emails"] == [{"label": None, "value": "n@example.com"}]
    assert one.body()["emails"] == [{"label": "work", "value": "n@example.com"}]


NAMES: list[tuple[str, str]] = [
    ("FN:Ada", "Ada"),
    ("fn:Ada", "Ada"),
    ("FN:A\\:d\\;a\\, \\\\n", "A:d;a, \\n"),
    ("FN:C:\\Users", "C:\\Users"),
    ("FN:J=C3=BCrgen", "J=C3=BCrgen"),
    ("FN;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen", "Jürgen"),
    ("FN;Encoding=Quoted-Printable;CHARSET=UTF-8:J=C3=BCrgen", "Jürgen"),
    ("fn;quoted-printable:J=C3=BCrgen", "Jürgen"),
    ("fn;quoted-printable;charset=iso-8859-1:J=FCrgen", "Jürgen"),
    ("FN;CHARSET=windows-1252;QUOTED-PRINTABLE:=80uro", "€uro"),
    ("FN;CHARSET=windows-1251;QUOTED-PRINTABLE:=CF=F0=E8", "При"),
    ("FN;CHARSET=nonsense;QUOTED-PRINTABLE:J=FCrgen", "Jürgen"),
    ("FN;QUOTED-PRINTABLE:J=C3=\r\n=BCrgen", "Jürgen"),
    ("FN;QUOTED-PRINTABLE:goes=\r\n on=\r\n:and on", "goes on:and on"),
    ("FN;QUOTED-PRINTABLE:cut=", "cut"),
    ("item1.FN:Ada", "Ada"),
    ("FN:Jür\r\n gen", "Jürgen"),
    ('FN;X="a:b;c":Ada', "Ada"),
]


@pytest.mark.parametrize(("line", "name"), NAMES)
def test_a_name_is_read(line: str, name: str) -> None:
    card = read_lines(line)

    assert card.body() == {"preferred_name": name}
    assert card.charset == "utf-8"


def test_a_character_that_is_folded_in_the_middle_is_whole() -> None:
    assert read_lines(b"FN:J\xc3\r\n \xbcrgen").body() == {"preferred_name": "Jürgen"}


def test_version_2_1_keeps_the_blank_where_it_folds() -> None:
    card = b"BEGIN:VCARD\nVERSION:2.1\nNOTE:one\n two\nEND:VCARD\n"

    old, new = read_cards(card + card.replace(b"2.1", b"3.0"))

    assert (old.body(), new.body()) == ({"notes": "one two"}, {"notes": "onetwo"})


CHARSETS: list[tuple[bytes, str | None, str, str]] = [
    ("FN:Jürgen".encode(), "iso-8859-1", "Jürgen", "utf-8"),
    ("FN:Jürgen".encode("latin-1"), None, "Jürgen", "windows-1252"),
    ("FN:10 €".encode("cp1252"), "utf-8", "10 €", "windows-1252"),
    ("FN:При".encode("cp1251"), "Windows-1251", "При", "windows-1251"),
    ("FN;CHARSET=KOI8-R:При".encode("koi8-r"), None, "При", "koi8-r"),
    (b"FN:\x81", None, "\x81", "iso-8859-1"),
    ("FN:\u8054\u901a".encode("gbk"), "GB2312", "\u8054\u901a", "gb18030"),
]


@pytest.mark.parametrize(("line", "charset", "name", "found"), CHARSETS)
def test_a_file_that_is_not_utf_8_is_read(
    line: bytes, charset: str | None, name: str, found: str
) -> None:
    card = read_lines(line, charset)

    assert card.body() == {"preferred_name": name}
    assert card.charset == found


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_of_two_bytes_a_character_is_read(charset: str) -> None:
    (card,) = read_cards(CARD.format("FN:Jürgen").encode(charset))

    assert card.body() == {"preferred_name": "Jürgen"}
    assert card.charset == charset


def test_each_card_of_joined_files_has_its_charset() -> None:
    card = CARD.format("FN:Jürgen")

    cards = list(read_cards(card.encode() + card.encode("cp1252")))

    assert [card.charset for card in cards] == ["utf-8", "windows-1252"]
    assert [card.body() for card in cards] == [{"preferred_name": "Jürgen"}] * 2


LEFT_OUT: list[tuple[str, str]] = [
    ("TEL;TYPE=CELL:", "It is empty."),
    ("TEL:0800 123", NO_NUMBER),
    ("TEL:" + "1" * 70, NO_NUMBER),
    ("EMAIL:", "It is empty."),
    ("ADR:;;;;;;", "It is empty."),
    ("BDAY:0000-05-06", NO_YEAR),
    ("BDAY:1604-05-06", NO_YEAR),
    ("BDAY;X-APPLE-OMIT-YEAR=1900:1900-05-06", NO_YEAR),
    ("BDAY:--0506", NO_YEAR),
    ("BDAY:1990-02-30", "There is no such day."),
    ("BDAY:circa 1800", "This is no day that can be read."),
    ("X-ABDATE:1604-05-06", NO_YEAR),
    ("PHOTO;ENCODING=b;TYPE=JPEG:%%%", "A contact has no place for PHOTO."),
    ("NOTE;BASE64:QUJD", "A contact keeps no files."),
    ("CATEGORIES:VIP", "A contact has no place for CATEGORIES."),
    ("FN:Bea", "A contact has only one, and the card has more."),
    ("ORG:;Research", "Only the first part, the company, is kept."),
    ("N:;;;;;Jr", "'Jr' is a part too many."),
    ("no colon", "It has no colon, so it is no line of a card."),
    ("item7.X-ABLABEL:Home", "It labels nothing."),
]


@pytest.mark.parametrize(("line", "why"), LEFT_OUT)
def test_a_line_that_cannot_be_kept_is_left_out_and_said(line: str, why: str) -> None:
    card = read_lines(f"FN:Ada\r\n{line}")

    assert {k: v for k, v in card.body().items() if v} == {"preferred_name": "Ada"}
    assert left_out(card) == [(line, why)]


@pytest.mark.parametrize("line", ["UID:1", "REV:2020", "NICKNAME:", "N:;;;;", "BDAY:"])
def test_a_line_that_says_nothing_is_not_worth_a_word(line: str) -> None:
    assert left_out(read_lines(f"FN:Ada\r\n{line}")) == []


def test_a_photo_is_one_line_however_it_is_written() -> None:
    photo = "PHOTO;BASE64:\r\nAAAA\r\nBBBB=\r\n\r\nNOTE:x"

    card = read_lines(photo)

    assert [line for line, _ in left_out(card)] == ["PHOTO;BASE64:AAAABBBB="]
    assert card.body() == {"notes": "x"}


PHONES: list[tuple[str, str, str | None]] = [
    ("tel:+1-415-555-0100;ext=5", "+14155550100", "5"),
    ("+14155550100,,5", "+14155550100", "5"),
    ("+1 415 555 0100 ext. 5", "+14155550100", "5"),
    ("+1 415 555 0100 x5", "+14155550100", "5"),
    ("+14155550100;5", "+14155550100", "5"),
    ("+14155550100p5", "+14155550100", "5"),
    ("+14155550100\\,5#\\,\\,123#", "+14155550100", "5#,,123#"),
    ("+49 (711) 4000-0", "+4971140000", None),
    ("+1 800 FLOWERS", "+18003569377", None),
]


@pytest.mark.parametrize(("written", "number", "extension"), PHONES)
def test_an_extension_is_kept(written: str, number: str, extension: str | None) -> None:
    card = read_lines(f"TEL:{written}")

    extra = {"extension": extension} if extension else {}
    assert card.body()["phones"] == [{"label": None, "value_e164": number, **extra}]
    assert left_out(card) == []


def test_what_is_no_extension_is_said() -> None:
    card = read_lines("TEL:tel:+14155550100;isub=alice")

    assert card.body()["phones"] == [{"label": None, "value_e164": "+14155550100"}]
    assert [why for _, why in left_out(card)] == [
        "'isub=alice' is no extension of the number."
    ]


def test_a_box_and_an_extension_are_lines_of_the_street() -> None:
    card = read_lines("ADR:PO Box 5;Flat 2;Main St 1;Bern;;3000;CH")

    (address,) = entries(card, "addresses")
    assert address["street"] == "Main St 1\nFlat 2\nPO Box 5"


def test_the_same_item_twice_counts_once() -> None:
    card = read_lines("EMAIL:ada@b.co\r\nEMAIL;PREF=1:ADA@b.co")

    assert len(entries(card, "emails")) == 1
    assert left_out(card) == [("EMAIL:ada@b.co", "The card has it already.")]


def test_a_long_line_is_shown_shortened() -> None:
    ((line, _),) = left_out(read_lines("X-Y:" + "y" * 500))

    assert line == "X-Y:" + "y" * 195 + "…"


def test_lines_beyond_what_is_read_are_counted() -> None:
    card = read_lines("X-Y:z\r\n" * 6_000)

    assert len(card.left_out) + card.surplus == 6_000
    assert len(card.left_out) == 100


def entries(card: CardParts, member: str) -> list[dict[str, Any]]:
    found: Any = card.body()[member]
    assert isinstance(found, list)
    return found

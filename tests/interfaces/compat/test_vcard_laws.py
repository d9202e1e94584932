"""Laws of vCards: any text is read in linear work; what is written reads the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.compat.inkbox.vcard_reader import read_cards
from interfaces.compat.inkbox.vcard_writer import write_card

PIECES = [
    *('"', ":", ";", ",", "=", "\\", " ", "\t", "\r\n", "\r\n ", "\n", "=\r\n", "^"),
    *("BEGIN:VCARD", "END:VCARD", "VERSION:2.1", "AGENT:", "AGENT:BEGIN:VCARD"),
    *("EMAIL", "TEL", "N", "FN", "ADR", "NOTE", "ORG", "BDAY", "item1.", "X-ABLABEL"),
    *(";TYPE=", ';TYPE="', ";CHARSET=", ";QUOTED-PRINTABLE:", ";ENCODING=b:", "a", "ü"),
    *('","', "+14155550100", ",,5", "1604-05-06", "_$!<", ">!$_", "ext. 5", "\ufeff"),
]
OWN = "interfaces/compat/inkbox/vcard"

pieces = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def steps_of(body: bytes) -> int:
    """Return how many lines of our own code run while a file is read."""
    steps = 0

    def count(frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        nonlocal steps
        steps += event == "line"
        return count if OWN in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        for card in read_cards(body):
            card.body()
    finally:
        sys.settrace(before)
    return steps


@given(st.binary(max_size=200) | pieces.map(str.encode), st.none() | pieces)
def test_any_bytes_are_read(body: bytes, charset: str | None) -> None:
    cards = list(read_cards(b"BEGIN:VCARD\nVERSION:4.0\n" + body, charset))

    assert cards


@settings(max_examples=30, deadline=None)
@given(pieces, pieces, pieces)
def test_twice_the_text_is_at_most_about_twice_the_work(
    start: str, repeated: str, end: str
) -> None:
    def steps(times: int) -> int:
        text = f"BEGIN:VCARD\r\n{start}{repeated * times}{end}\r\nEND:VCARD\r\n"
        return steps_of(text.encode())

    few, more, most = steps(10), steps(20), steps(40)

    assert most - more <= 2.2 * (more - few) + 400


@pytest.mark.parametrize("repeated", ['","', '":', ";a=", "=\r\n", "\r\n ", "\\;", '"'])
def test_a_long_line_is_one_line(repeated: str) -> None:
    text = f'BEGIN:VCARD\r\nEMAIL;TYPE="{repeated * 20_000}:x\r\nEND:VCARD\r\n'

    assert steps_of(text.encode()) < 60 * 20_000


text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=90,
).filter(lambda written: written == written.strip())
label = st.none() | text.filter(lambda written: not written.startswith("_$!<"))
some = {"max_size": 3}


def unique(member: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[Any]]:
    """Return arrays of labelled values, each once."""
    entry = st.fixed_dictionaries({"label": label, member: values})
    return st.lists(entry, max_size=3, unique_by=lambda entry: entry[member])


def members(entry: dict[str, Any]) -> str:
    """Return what makes an entry another one, in whatever order it was drawn."""
    return str(sorted(entry.items()))


contacts = st.fixed_dictionaries(
    {
        "preferred_name": text,
        **dict.fromkeys(
            (
                *("name_prefix", "given_name", "middle_name", "family_name"),
                *("name_suffix", "company_name", "job_title"),
            ),
            st.none() | text,
        ),
        "birthday": st.none() | st.dates().filter(lambda d: d.year != 1604).map(str),
        "notes": st.none() | st.lists(text, min_size=1, max_size=3).map("\n".join),
        "emails": unique("value", st.emails().map(str.lower)),
        "phones": unique(
            "value_e164", st.integers(10**6, 10**7 - 1).map("+1415{}".format)
        ),
        "websites": unique("url", text.map("https://a.example/{}".format)),
        "dates": unique("date", st.dates().filter(lambda d: d.year != 1604).map(str)),
        "addresses": st.lists(
            st.fixed_dictionaries(
                {
                    "label": label,
                    "street": text,
                    **dict.fromkeys(
                        ("city", "region", "postal", "country"), st.none() | text
                    ),
                }
            ),
            max_size=2,
            unique_by=members,
        ),
        "custom_fields": st.lists(
            st.fixed_dictionaries(
                {"label": text.filter(lambda t: t[:4] != "_$!<"), "value": text}
            ),
            max_size=2,
            unique_by=members,
        ),
    }
)


@settings(deadline=None)
@given(contacts)
def test_what_is_written_reads_the_same(contact: dict[str, Any]) -> None:
    (card,) = read_cards(write_card(contact).encode())

    read = {name: card.body().get(name) or None for name in contact}
    wanted = {name: value or None for name, value in contact.items()}
    read["preferred_name"] = read["preferred_name"] or contact["preferred_name"]
    assert read == wanted
    assert card.left_out == []

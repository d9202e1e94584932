"""Addresses and domains have one form, however they are written."""

from __future__ import annotations

import pytest

from crm.sql import query
from records.duplicates.spellings import (
    mailbox,
    profile,
    registrable,
    spellings_of_profile,
)

MAILBOXES = [
    ("ada@x.example", "ada@x.example"),
    ("ada+crm@x.example", "ada@x.example"),
    ("ada+a+b@x.example", "ada@x.example"),
    ("a.da@x.example", "a.da@x.example"),
    ("a.d.a+x@gmail.com", "ada@gmail.com"),
    ("a.da@googlemail.com", "ada@gmail.com"),
    ("a.da@mail.gmail.com.example", "a.da@mail.gmail.com.example"),
    ("+ada@x.example", "+ada@x.example"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "expected"), MAILBOXES)
def test_a_mailbox_is_the_same_to_the_database(address: str, expected: str) -> None:
    ((theirs,),) = query("SELECT records_mailbox(%(address)s)", address=address)

    assert mailbox(address) == theirs == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.linkedin.com/in/ada/", "linkedin.com/in/ada"),
        ("http://linkedin.com/in/ada?trk=x#top", "linkedin.com/in/ada"),
        ("https://ada@x.example/a", "x.example/a"),
        ("https://x.example", ""),
        ("https://x.example/?a=b", ""),
        ("", ""),
    ],
)
def test_a_profile_has_a_path(address: str, expected: str) -> None:
    assert profile(address) == expected
    assert not expected or expected in map(profile, spellings_of_profile(address))


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.com", "acme.com"),
        ("münchen.de", "münchen.de"),
        ("a.acme.github.io", "acme.github.io"),
        ("github.io", "github.io"),
        ("co.uk", "co.uk"),
        ("shop.acme.example", "acme.example"),
        ("acme.local", "acme.local"),
    ],
)
def test_a_domain_belongs_to_who_registered_it(domain: str, expected: str) -> None:
    assert registrable(domain) == expected

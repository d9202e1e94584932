"""A population with pairs of which it is known whether they are the same.

Names are made of syllables, some far more common than others, as real ones are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from unicodedata import combining, normalize


def words_in(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


ONSETS = words_in("b br d f fr g gr h j k kl l m n p r s sch st t tr v w z")
VOWELS = words_in("a e i o u ä é ö ü ie au ó")
CODAS = words_in("l n r s t m ck nd rt ng ll")
PLACES = words_in("Berlin Hamburg München Köln Leipzig Dresden Bremen Essen Mainz Ulm")
TRADES = words_in("Werke Handel Technik Logistik Verlag Software Bau Medien")


Row = dict[str, Any]
"""The attributes of a record."""


class Pair(NamedTuple):
    """Two records, of a type, that are alike in one way."""

    type: str
    one: Row
    other: Row


class Population:
    """Makes people and companies, always the same ones."""

    def __init__(self, seed: int = 14) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.first_names = [self.word(2) for _ in range(400)]
        self.surnames = [self.word(self.random.choice([2, 2, 3])) for _ in range(8000)]

    def word(self, syllables: int) -> str:
        """Return a word with a capital."""
        choose = self.random.choice
        word = "".join(choose(ONSETS) + choose(VOWELS) for _ in range(syllables))
        return (word + choose(CODAS)).capitalize()

    def common(self, words: list[str]) -> str:
        """Return one of some words, of which the first are more common."""
        return words[int(len(words) * self.random.random() ** 2)]

    def count(self) -> int:
        self.number += 1
        return self.number

    def phone(self) -> str:
        return f"+4930{20_000_000 + self.count()}"

    def person(self, **attributes: object) -> Row:
        """Return a person of a name, with an address and a phone of their own."""
        first, last = self.common(self.first_names), self.common(self.surnames)
        address = f"{bare(first)}.{bare(last)}{self.count()}@mail{self.number % 97}.com"
        own = {
            "name": f"{first} {last}",
            "email_addresses": {"items": [address]},
            "phone_numbers": {"items": [self.phone()]},
        }
        return own | attributes

    def company(self, **attributes: object) -> Row:
        """Return a company of a name, with a domain of its own."""
        name = f"{self.word(3)} {self.random.choice(TRADES)}"
        domain = f"{bare(name).replace(' ', '-')}{self.count()}.de"
        return {"name": name, "domains": {"items": [domain]}} | attributes

    def same_phone(self) -> Pair:
        one = self.person()
        name = one["name"]
        written = name if self.count() % 2 else name[:3] + name[4:]
        phones = one["phone_numbers"]
        return Pair("person", one, self.person(name=written, phone_numbers=phones))

    def plus_tag(self) -> Pair:
        one = self.person()
        (address,) = one["email_addresses"]["items"]
        tagged = {"items": [address.replace("@", "+crm@")]}
        return Pair("person", one, self.person(email_addresses=tagged))

    def dots(self) -> Pair:
        local = f"{bare(self.word(2))}{self.count()}"
        plain, dotted = f"{local}@gmail.com", f"{local[:2]}.{local[2:]}@gmail.com"
        one, other = ({"items": [a]} for a in (plain, dotted))
        return Pair(
            "person",
            self.person(email_addresses=one),
            self.person(email_addresses=other),
        )

    def other_order(self) -> Pair:
        one = self.person()
        first, last = str(one["name"]).split()
        return Pair("person", one, self.person(name=f"{last}, {first}"))

    def accents(self) -> Pair:
        name = f"{self.common(self.first_names)} {self.common(self.surnames)}é"
        return Pair("person", self.person(name=name), self.person(name=plain(name)))

    def company_domain(self) -> Pair:
        one = self.company()
        (domain,) = one["domains"]["items"]
        below = {"items": [f"shop.{domain}"]}
        return Pair(
            "company", one, self.company(name=f"{one['name']} KG", domains=below)
        )

    def father_and_son(self) -> Pair:
        """They live together; every second pair has one phone."""
        home = {"items": [{"city": "Berlin", "address_line_1": f"Weg {self.count()}"}]}
        shared: Row = {"addresses": home}
        if self.count() % 2:
            shared["phone_numbers"] = {"items": [self.phone()]}
        first, second = self.random.sample(self.first_names, 2)
        last = self.common(self.surnames)
        father, son = (
            self.person(name=f"{n} {last}", **shared) for n in (first, second)
        )
        return Pair("person", father, son)

    def office_phone(self) -> Pair:
        office = {
            "phone_numbers": {"items": [self.phone()]},
            "company_name": f"{self.word(3)} GmbH",
        }
        return Pair("person", self.person(**office), self.person(**office))

    def two_branches(self) -> Pair:
        """They share a name, a domain, and the phone of the head office."""
        name, domain = f"{self.word(3)} {self.word(2)}", f"branch{self.count()}.de"
        phone = {"phone_numbers": {"items": [self.phone()]}}
        one, other = (
            self.company(
                name=f"{name} {place}",
                domains={"items": [f"{bare(place)}.{domain}"]},
                **phone,
            )
            for place in self.random.sample(PLACES, 2)
        )
        return Pair("company", one, other)


SAME: dict[str, Callable[[Population], Pair]] = {
    "same phone": Population.same_phone,
    "plus-tag": Population.plus_tag,
    "dots at gmail": Population.dots,
    "name in other order": Population.other_order,
    "accents": Population.accents,
    "company domain": Population.company_domain,
}
DIFFERENT: dict[str, Callable[[Population], Pair]] = {
    "father and son": Population.father_and_son,
    "one office phone": Population.office_phone,
    "two branches": Population.two_branches,
}


def plain(text: str) -> str:
    """Return text without accents."""
    return "".join(one for one in normalize("NFD", text) if not combining(one))


def bare(text: str) -> str:
    """Return text as an address has it."""
    return re.sub(r"[^a-z0-9 ]", "", plain(text).lower())

"""What two revisions are asked: reads of every kind, single writes, and bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple
from urllib.parse import quote

from tests.benchmarks.load import person
from tests.benchmarks.wire import Wire, request

PEOPLE = "/v1/workspaces/large/objects/person/records"
LIST = "?page[limit]=25"
UNIQUE = "filter[email_addresses]"


@dataclass
class Asker:
    """Makes requests for one server, which has ids of its own for the same people."""

    secret: str
    many: int
    """How many people there are."""
    ids: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(50_000_000))

    def get(self, path: str) -> bytes:
        """Return the request for an address below the people's."""
        return request("GET", PEOPLE + path, self.secret)

    def page(self, asked: str) -> bytes:
        """Return the request for a page."""
        return self.get("?" + quote(asked, safe="=&"))

    def send(self, method: str, path: str, data: object) -> bytes:
        """Return a request with a document."""
        body = json.dumps({"data": data}).encode()
        return request(method, PEOPLE + path, self.secret, body)

    def learn(self, wire: Wire) -> None:
        """Learn the ids of some people."""
        _, body = wire.send(self.page("page[limit]=1000"))
        self.ids = [row["id"] for row in json.loads(body)["data"]]

    def prepare(self, wire: Wire, many: int) -> list[str]:
        """Make people that will be deleted, and return their ids."""
        made = []
        for _ in range(0, many, 200):
            rows = [self.person() for _ in range(200)]
            _, body = wire.send(self.send("POST", "/bulk", rows))
            made += [row["id"] for row in json.loads(body)["data"]]
        return made[:many]

    def person(self) -> dict[str, object]:
        """Return a person whom nobody has seen."""
        return {"type": "person", "attributes": person(next(self.numbers))}

    def known(self) -> str:
        """Return the id of one after the other of those that are there."""
        return self.ids[next(self.numbers) % len(self.ids)]

    def change(self) -> dict[str, object]:
        """Return one of those that are there, with another title."""
        number = next(self.numbers)
        one = self.ids[number % len(self.ids)]
        return {"type": "person", "id": one, "attributes": {"title": f"No. {number}"}}

    def address(self) -> str:
        """Return the address of one after the other of those that are there."""
        number = next(self.numbers) * 7919 % self.many
        return f"person{number}@example{number % 997}.com"


class Question(NamedTuple):
    """One kind of request."""

    name: str
    make: Callable[[Asker], bytes]
    many: int = 80
    """How many of them make a round."""
    is_bare: bool = False
    """Whether a bare application is asked too; then one address is asked for."""


def upsert(asker: Asker) -> bytes:
    """Return the request that sends somebody again, with another title."""
    attributes = {
        "email_addresses": {"items": [asker.address()]},
        "title": f"No. {next(asker.numbers)}",
    }
    return asker.send("POST", "", {"type": "person", "attributes": attributes})


def delete(asker: Asker) -> bytes:
    """Return the request that deletes one of those that were made for it."""
    return request("DELETE", f"{PEOPLE}/{asker.ids.pop()}", asker.secret)


def bulk(method: str, path: str, many: int, row: str) -> Callable[[Asker], bytes]:
    """Return what makes the request that sends many rows at once."""
    return lambda asker: asker.send(
        method, path, [getattr(asker, row)() for _ in range(many)]
    )


def substring(asker: Asker) -> bytes:
    """Return the request for those in whose texts something stands: a hundred."""
    return asker.page(f"filter[search]=person 000{next(asker.numbers) % 90 + 10}")


def update(asker: Asker) -> bytes:
    """Return the request that changes one of those that are there."""
    row = asker.change()
    return asker.send("PATCH", f"/{row['id']}", row)


READS = [
    Question("list 25, total", lambda a: a.get(LIST), is_bare=True),
    Question("list 100, total", lambda a: a.page("page[limit]=100")),
    Question("get one", lambda a: a.get(f"/{a.ids[0]}"), is_bare=True),
    Question("equality, unique", lambda a: a.page(f"{UNIQUE}={a.address()}")),
    Question("common value, total", lambda a: a.page("filter[title]=Buyer"), 40),
    Question("substring, total", substring, 40),
    Question("sort, indexed", lambda a: a.page("sort=name")),
    Question("middle offset", lambda a: a.page(f"page[offset]={a.many // 2}"), 20),
]
DELETE = Question("delete", delete, 40)
WRITES = [
    Question("create", lambda a: a.send("POST", "", a.person()), 40),
    Question("update", update, 40),
    Question("upsert of one there", upsert, 40),
    DELETE,
    Question("bulk create 25", bulk("POST", "/bulk", 25, "person"), 8),
    Question("bulk update 25", bulk("PATCH", "", 25, "change"), 8),
    Question("bulk create 200", bulk("POST", "/bulk", 200, "person"), 4),
    Question("bulk create 1,000", bulk("POST", "/bulk", 1000, "person"), 4),
]

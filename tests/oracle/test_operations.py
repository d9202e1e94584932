"""Atomic operations at once leave what the same operations leave one by one."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_client import Answer, Api, items

ROUNDS = 400 if os.environ.get("CAMPAIGN") else 6
Operation = dict[str, Any]
State = dict[str, object]


class Author:
    """Writes operations about few people and companies, known by lids and values."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.lids: dict[str, list[str]] = {"person": [], "company": []}
        self.numbers: dict[str, list[int]] = {"person": [], "company": []}

    def operations(self) -> Iterator[Operation]:
        """Yield some operations, some of which may be impossible."""
        for number in range(self.dice.randint(2, 9)):
            is_early = not (self.lids["person"] and self.lids["company"])
            write = (
                self.add
                if is_early
                else self.dice.choice([self.add, self.add, self.change, self.relate])
            )
            yield write(number)
        if self.dice.random() < 0.5:
            yield {"op": "remove", "ref": self.named("person")}

    def add(self, number: int) -> Operation:
        type_ = self.dice.choice(["person", "company"])
        data: dict[str, Any] = {"type": type_, "attributes": self.values(type_)}
        if type_ == "person" and self.lids["company"]:
            partners = {"companies": {"data": [self.by_lid("company")]}}
            data["relationships"] = partners
        lid = f"{type_}{number}"
        self.lids[type_].append(lid)
        return {"op": "add", "data": {**data, "lid": lid}}

    def values(self, type_: str) -> dict[str, object]:
        number = self.dice.randrange(4)
        self.numbers[type_].append(number)
        if type_ == "company":
            return {"domains": items(f"c{number}.example"), "name": self.word()}
        return {"email_addresses": items(f"p{number}@a.io"), "title": self.word()}

    def word(self) -> str:
        return self.dice.choice(["red", "green", "blue"])

    def change(self, number: int) -> Operation:
        named = self.named("person")
        data = {"type": "person", "attributes": {"title": self.word()}}
        return {"op": "update", "ref": named, "data": data}

    def relate(self, number: int) -> Operation:
        ref = {**self.named("person"), "relationship": "companies"}
        op = self.dice.choice(["add", "update", "remove"])
        return {"op": op, "ref": ref, "data": [self.named("company")]}

    def named(self, type_: str) -> dict[str, Any]:
        """Name a record that is there, but for a few."""
        if self.lids[type_] and self.dice.random() < 0.7:
            return self.by_lid(type_)
        field, value = {
            "person": ("email_addresses", "p{}@a.io"),
            "company": ("domains", "c{}.example"),
        }[type_]
        numbers = self.numbers[type_] if self.dice.random() < 0.9 else range(5)
        match = {field: value.format(self.dice.choice([*numbers, 0]))}
        return {"type": type_, "meta": {"match": match}}

    def by_lid(self, type_: str) -> dict[str, Any]:
        return {"type": type_, "lid": self.dice.choice(self.lids[type_])}


class OneByOne:
    """Performs operations by the calls for one record."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.ids: dict[str, str] = {}

    def perform(self, operation: Operation) -> Answer:
        op, ref = operation["op"], operation.get("ref", {})
        data = self.told(operation.get("data"))
        if op == "add" and not ref:
            lid = data.pop("lid")
            answer = self.api.post(f"objects/{data['type']}/records", {"data": data})
            if answer.status < 300:
                self.ids[lid] = answer.id
            return answer
        path = f"objects/{ref['type']}/records/{self.id_of(ref)}"
        if "relationship" in ref:
            path += f"/relationships/{ref['relationship']}"
            method = {"add": "POST", "update": "PATCH", "remove": "DELETE"}[op]
            return self.api.call(method, path, {"data": data})
        if op == "remove":
            return self.api.delete(path)
        return self.api.patch(path, {"data": data})

    def id_of(self, named: dict[str, Any]) -> str:
        if "lid" in named:
            return self.ids[named["lid"]]
        ((field, value),) = named["meta"]["match"].items()
        found = self.api.get(f"objects/{named['type']}/records?filter[{field}]={value}")
        return found.data[0]["id"] if found.data else "per_none"

    def told(self, data: Any) -> Any:
        """Return data in which ids stand for lids."""
        if isinstance(data, list):
            return [self.told(one) for one in data]
        if not isinstance(data, dict) or "attributes" in data:
            relationships = (data or {}).get("relationships", {})
            told = {n: {"data": self.told(v["data"])} for n, v in relationships.items()}
            return {**data, "relationships": told} if told else dict(data or {})
        if "lid" in data:
            return {"type": data["type"], "id": self.ids[data["lid"]]}
        return data


def state(api: Api) -> State:
    """Return all people and companies by what is their own, with their links."""
    found: State = {}
    companies: dict[str, str] = {}
    for row in api.get("objects/company/records").data:
        domain = companies[row["id"]] = row["attributes"]["domains"]["items"][0]
        found[domain] = row["attributes"]["name"]
    for row in api.get("objects/person/records?include=companies").data:
        partners = row["relationships"]["companies"]["data"]
        linked = sorted(companies[one["id"]] for one in partners)
        address = row["attributes"]["email_addresses"]["items"][0]
        found[address] = (row["attributes"]["title"], linked)
    return found


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_at_once_is_as_one_by_one(api: Api, stranger: Api, seed: int) -> None:
    for round_ in range(3):
        operations = list(Author(10 * seed + round_).operations())
        before, single = state(api), OneByOne(stranger)

        at_once = api.post(
            "operations",
            {"atomic:operations": operations},
            content_type="application/json",
        )
        statuses = []
        for operation in operations:
            statuses.append(single.perform(operation).status)
            if statuses[-1] >= 400:
                break

        assert (at_once.status < 300) == (max(statuses) < 400), at_once.json
        if at_once.status >= 300:
            assert state(api) == before
            return
        assert state(api) == state(stranger)

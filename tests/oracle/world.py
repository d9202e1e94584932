"""A world to ask about: records with every type of field, and links between them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from unicodedata import normalize

from crm.keys import create_key
from crm.models import Agent, Scope, Workspace
from crm.sql import query
from objects.field_types import FIELD_TYPES
from objects.models import Field, ObjectType
from objects.models import Kind as Cardinality
from objects.workspaces import create_workspace
from records.ids import decode_id
from records.models import Record
from tests.api_client import Api, items
from tests.oracle.oracle import fold
from tests.oracle.things import JSON, SHAPE, SYSTEM, WHO, Kind, Thing, is_collection
from tests.oracle.values import OPTIONS, POOLS, item_type
from tests.schemas import make_relationship

GADGETS, MAKERS = range(90), range(40)

RELATIONSHIPS = (
    ("c_gadget", "makers", Cardinality.MANY_TO_MANY, "c_maker", "gadgets"),
    ("c_gadget", "lead", Cardinality.MANY_TO_ONE, "c_maker", "leads"),
    ("c_gadget", "parent", Cardinality.MANY_TO_ONE, "c_gadget", "children"),
    ("c_maker", "rivals", Cardinality.MANY_TO_MANY, "c_maker", "rivals_of"),
)
MOST_LINKS = {"makers": 3, "lead": 1, "parent": 1, "rivals": 2}

FIELDS = {
    f"{name}{mark}": name
    for name in FIELD_TYPES
    if name != "relationship"
    for mark in ("", "_marked")
}
"""Two fields of each type. The marked one is indexed and searchable if it can be, and
stored under another name than its own."""


class World(NamedTuple):
    """The API of a workspace, and all that is in it."""

    api: Api
    gadgets: Sequence[Thing]
    makers: Sequence[Thing]
    agents: Sequence[str]

    @property
    def things(self) -> list[Thing]:
        """All records."""
        return [*self.gadgets, *self.makers]

    def things_at(self, kind: Kind) -> Sequence[Thing]:
        """Return the records of an object type."""
        return self.gadgets if kind is self.gadgets[0].kind else self.makers


def make_world() -> World:
    """Make a workspace with gadgets and makers, the same each time but for ids."""
    rng = random.Random("world")
    workspace = create_workspace(slug="world")
    workspace.settings = {"bulk_limit": 1000}
    workspace.save(update_fields=["settings"])
    gadget, maker = (make_kind(workspace, slug) for slug in ("c_gadget", "c_maker"))
    for owner, slug, cardinality, other, inverse in RELATIONSHIPS:
        make_relationship(workspace, (owner, slug), cardinality, (other, inverse))
    relate({"c_gadget": gadget, "c_maker": maker})
    agents = [
        str(Agent.objects.create(workspace=workspace, handle=handle).id)
        for handle in ("scout", "closer")
    ]
    secret = create_key(workspace=workspace, scopes=list(Scope)).secret
    builder = Builder(rng, Api(workspace, secret), agents)
    gadgets, makers = builder.create(gadget, GADGETS), builder.create(maker, MAKERS)
    builder.link({gadget: gadgets, maker: makers})
    for thing in (*gadgets, *makers):
        builder.set_times(thing)
    query("ANALYZE")
    return World(builder.api, gadgets, makers, agents)


def make_kind(workspace: Workspace, slug: str) -> Kind:
    """Make an object type with two fields of each type, and a unique one."""
    prefix = slug[2:5]
    owner = ObjectType.objects.create(
        workspace=workspace, slug=slug, label=slug, plural=slug, prefix=prefix
    )
    fields = [make_field(owner, name, type_) for name, type_ in FIELDS.items()]
    fields.append(
        Field(object_type=owner, slug="code", label="code", type="text", unique=True)
    )
    Field.objects.bulk_create(fields)
    return Kind(
        slug,
        {field.slug: field.type for field in fields},
        frozenset(field.slug for field in fields if field.searchable),
        OPTIONS,
    )


def make_field(owner: ObjectType, slug: str, type_: str) -> Field:
    """Return the model of a field, marked and once renamed if its name says so."""
    field = Field(object_type=owner, slug=slug, label=slug, type=type_)
    if item_type(type_) == "select":
        options: list[Any] = [{"id": one, "label": one} for one in OPTIONS]
        field.options = {"options": options}
    if item_type(type_) == "shaped":
        field.options = {"shape": SHAPE}
    if slug.endswith("_marked"):
        field.indexed = "indexed" in FIELD_TYPES[type_].can_be
        field.searchable = "searchable" in FIELD_TYPES[type_].can_be
        field.storage_name = f"{slug}.1"
    return field


def relate(kinds: Mapping[str, Kind]) -> None:
    """Tell the oracle's object types of their relationships."""
    for owner, slug, _, other, inverse in RELATIONSHIPS:
        kinds[owner].relationships[slug] = kinds[other]
        kinds[other].relationships[inverse] = kinds[owner]


class Builder:
    """Makes records and remembers what it made."""

    def __init__(self, rng: random.Random, api: Api, agents: Sequence[str]) -> None:
        self.rng = rng
        self.api = api
        self.agents = agents

    def create(self, kind: Kind, numbers: Iterable[int]) -> list[Thing]:
        """Create records with random values."""
        rows = [dict(self.values(kind, number)) for number in numbers]
        data = [resource(kind, row) for row in rows]
        made = self.send("POST", kind, "/bulk", data)
        return [
            Thing(kind, one["id"], uuid_of(one["id"]), row, blank_links(kind))
            for one, row in zip(made, rows, strict=True)
        ]

    def send(self, method: str, kind: Kind, path: str, data: JSON) -> list[JSON]:
        """Write records in one request and return what is answered."""
        path = f"objects/{kind.slug}/records{path}"
        answer = self.api.call(method, path, {"data": data})
        assert answer.status < 300, answer.json
        return list(answer.data)

    def values(self, kind: Kind, number: int) -> Iterator[tuple[str, JSON]]:
        """Return random values, those of collections as lists."""
        for slug, type_ in kind.fields.items():
            pool = self.agents if type_ in WHO else POOLS[item_type(type_)]
            if slug == "code":
                start = self.rng.choice(["Code  ", "CODE %", " é_", "É\\"])
                yield slug, f"{start}{number}" if number else " "
            elif is_collection(kind, slug):
                yield (
                    slug,
                    self.several([value for value in pool if str(value).strip()]),
                )
            else:
                yield slug, None if self.rng.random() < 0.25 else self.rng.choice(pool)

    def several(self, pool: Sequence[JSON]) -> list[JSON]:
        """Return some values, each once."""
        chosen = self.rng.choices(pool, k=self.rng.choice([0, 1, 1, 2, 3]))
        return list({same(value): value for value in chosen}.values())

    def link(self, things: Mapping[Kind, Sequence[Thing]]) -> None:
        """Link records at random."""
        for owner, slug, _, _, inverse in RELATIONSHIPS:
            for one in next(ts for kind, ts in things.items() if kind.slug == owner):
                targets = things[one.kind.relationships[slug]]
                many = self.rng.randint(0, MOST_LINKS[slug])
                for other in self.rng.sample(targets, many):
                    one.related[slug].append(other)
                    other.related[inverse].append(one)
        for kind, ones in things.items():
            self.send("PATCH", kind, "", [linked(one) for one in ones])

    def set_times(self, thing: Thing) -> None:
        """Give a record random times."""
        times = self.rng.choices(POOLS["datetime"], k=2)
        created, updated = map(datetime.fromisoformat, times)
        found = Record.objects.filter(id=thing.uuid)
        found.update(created_at=created, updated_at=updated)
        by = found.values_list("created_by", flat=True).get()
        system = zip(SYSTEM, (*times, by, by), strict=True)
        thing.values.update(system)


def same(value: JSON) -> str:
    """Return what makes two items the same one: text in any case and spacing."""
    return str(value) if value in OPTIONS else " ".join(fold(str(value)).split())


def resource(kind: Kind, row: Mapping[str, JSON]) -> JSON:
    """Return what is sent for a record."""
    agents = [slug for slug, type_ in kind.fields.items() if type_ in WHO]
    return {
        "type": kind.slug,
        "attributes": taken_apart(attributes(kind, row)),
        "relationships": {
            slug: {"data": row[slug] and {"type": "agent", "id": row[slug]}}
            for slug in agents
        },
    }


def taken_apart(value: JSON) -> JSON:
    """Return a value with the accents of its text as marks of their own."""
    match value:
        case str():
            return normalize("NFD", value)
        case list():
            return [taken_apart(one) for one in value]
        case dict():
            return {taken_apart(name): taken_apart(one) for name, one in value.items()}
    return value


def attributes(kind: Kind, row: Mapping[str, JSON]) -> JSON:
    """Return a record's attributes as they are sent and read."""
    return {
        slug: items(*row[slug]) if is_collection(kind, slug) else row[slug]
        for slug, type_ in kind.fields.items()
        if type_ not in WHO
    }


def linked(thing: Thing) -> JSON:
    """Return what is sent to link a record."""
    owned = {(owner, slug) for owner, slug, *_ in RELATIONSHIPS}
    relationships: dict[str, JSON] = {}
    for slug, others in thing.related.items():
        if (thing.kind.slug, slug) in owned:
            data = [{"type": other.kind.slug, "id": other.id} for other in others]
            is_to_one = MOST_LINKS[slug] == 1
            one = next(iter(data), None)
            relationships[slug] = {"data": one if is_to_one else data}
    return {"type": thing.kind.slug, "id": thing.id, "relationships": relationships}


def blank_links(kind: Kind) -> dict[str, list[Thing]]:
    """Return no links at all."""
    return {slug: [] for slug in kind.relationships}


def uuid_of(id_: str) -> str:
    """Return the UUID in the id of a record."""
    return str(decode_id(id_.rpartition("_")[0], id_))

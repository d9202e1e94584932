"""Shadows: records that an agent may not see, and links between them and all others."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from crm.keys import create_key
from crm.models import Agent, Scope
from crm.sql import query
from objects.catalog import Catalog
from objects.models import Field
from records.models import JournalHead, Link, Record
from tests.api_client import Api
from tests.oracle.things import Kind, Thing
from tests.oracle.world import MOST_LINKS, RELATIONSHIPS, Builder, World

GADGETS, MAKERS = range(100, 145), range(100, 130)


class Shadows:
    """The world, with further records that its first agent may not see."""

    def __init__(self, world: World) -> None:
        """Make them as the rest of the world was made, and then hide them."""
        rng = random.Random("shadows")
        builder = Builder(rng, world.api, world.agents)
        kinds = [world.gadgets[0].kind, world.makers[0].kind]
        numbers = zip(kinds, (GADGETS, MAKERS), strict=True)
        made = {kind: builder.create(kind, those) for kind, those in numbers}
        for thing in (thing for things in made.values() for thing in things):
            builder.set_times(thing)
            others = [[], [world.agents[1]]]
            hidden = Record.objects.filter(id=thing.uuid)
            hidden.update(visible_to=rng.choice(others))
        link(rng, world, made)
        query("ANALYZE")
        self.scout = api_of(world)
        self.api = world.api
        gadgets, makers = ([*world.things_at(kind), *made[kind]] for kind in kinds)
        self.world = World(self.scout, gadgets, makers, world.agents)
        """The world with the shadows among its records, as the agent asks for it."""

    def vanish(self) -> None:
        """Remove the shadows, so that it is as if they had never been."""
        query("DELETE FROM records_record WHERE visible_to IS NOT NULL")
        schemas = Catalog.of(self.api.workspace).by_id
        counts = {str(i): Record.objects.filter(object_type=i).count() for i in schemas}
        JournalHead.objects.update(counts=counts)


def api_of(world: World) -> Api:
    """Return the API with a key of the first agent."""
    workspace = world.api.workspace
    agent = Agent.objects.get(id=world.agents[0])
    new = create_key(workspace=workspace, scopes=[Scope.READ], agent=agent)
    return Api(workspace, new.secret)


def link(
    rng: random.Random, world: World, made: Mapping[Kind, Sequence[Thing]]
) -> None:
    """Link shadows at random, with each other and with what can be seen."""
    for owner, slug, _, _, _ in RELATIONSHIPS:
        field = Field.objects.get(object_type__slug=owner, slug=slug)
        kind = next(kind for kind in made if kind.slug == owner)
        targets = kind.relationships[slug]
        seen, hidden = world.things_at(targets), made[targets]
        pairs = [(one, hidden) for one in world.things_at(kind)]
        pairs += [(one, [*seen, *hidden]) for one in made[kind]]
        Link.objects.bulk_create(
            Link(
                workspace=world.api.workspace,
                field=field,
                source_id=one.uuid,
                target_id=other.uuid,
            )
            for one, others in pairs
            if MOST_LINKS[slug] > 1 or not one.related[slug]
            for other in rng.sample(others, rng.randint(0, MOST_LINKS[slug]))
        )

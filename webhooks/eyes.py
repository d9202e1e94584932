"""Through whose eyes an endpoint looks, and what of the feed it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from crm.authentication import Actor
from crm.models import Scope
from crm.sql import Sql, all_of
from objects.catalog import Catalog
from records.journal.conditions import Asked, of_types, touching
from records.journal.heads import Head, find_head
from records.journal.visibility import kind_of, readable, still_told
from webhooks.models import Endpoint


class View(NamedTuple):
    """The journal of a workspace as an endpoint sees it now."""

    actor: Actor
    catalog: Catalog
    head: Head


def view_of(endpoint: Endpoint) -> View:
    """Return the journal until now, in the words of today's schemas."""
    actor = Actor(
        endpoint.workspace,
        f"webhook:{endpoint.id}",
        frozenset({Scope.READ.value}),
        endpoint.agent_id,
    )
    head = find_head(actor)
    workspace = endpoint.workspace.with_schemas(head.schema_version)
    return View(replace(actor, workspace=workspace), Catalog.of(workspace), head)


def is_told(endpoint: Endpoint, view: View) -> Sql:
    """Return the condition that an endpoint is told of an entry ``e``.

    Names of types and fields that are gone find nothing.
    """
    kind = kind_of(view.actor)
    conditions = [readable(view.actor), still_told()]
    if endpoint.kinds is not None:
        conditions.append(Sql(f"{kind.text} = ANY(%s)", (*kind.values, endpoint.kinds)))
    if endpoint.object_slugs is not None:
        conditions.append(of_types(view.catalog, endpoint.object_slugs))
    if endpoint.fields is not None:
        conditions.append(touching(view.catalog, endpoint.fields))
    if endpoint.skip_actors:
        conditions.append(Sql("e.actor <> ALL(%s)", (endpoint.skip_actors,)))
    if not endpoint.silent:
        conditions.append(Sql("coalesce(e.cause->>'silent', '') <> 'true'"))
    return all_of(conditions)


def asked_by(endpoint: Endpoint) -> Asked:
    """Return what is looked at once more, when it is known what may be told."""
    fields = endpoint.fields
    return Asked(fields=None if fields is None else frozenset(fields))

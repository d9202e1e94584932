"""``meta.access``: which agents may see what a request creates.

It stands in a resource, or in the document for all of its resources.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from crm.agents import name_of_agent
from crm.errors import MalformedDocument
from crm.json_types import JSON
from crm.jsonapi.documents import Reader, ResourceObject
from records.writing.operations import Viewers


def chosen_viewers(placed: Mapping[str, ResourceObject]) -> list[Viewers | None]:
    """Return who may see each resource, which are given by their places.

    None stands for a resource that does not say it.

    Raises:
        MalformedDocument: if one says it in another way.
    """
    reader = Reader()
    chosen = []
    for at, resource in placed.items():
        viewers = None
        if "access" in resource.meta:
            value = resource.meta["access"]
            viewers = read_viewers(reader, value, "/meta/access", parent=at)
        chosen.append(viewers)
    reader.finish()
    return chosen


def refuse_viewers(placed: Mapping[str, ResourceObject]) -> None:
    """Refuse to say again who may see what is there already.

    Raises:
        MalformedDocument: if a resource says it.
    """
    chosen = [at for at, resource in placed.items() if "access" in resource.meta]
    if chosen:
        why = "Only what is created has it; change access at .../records/access."
        raise MalformedDocument({f"{at}/meta/access": why for at in chosen})


def read_viewers(
    reader: Reader, value: JSON, at: str, *, parent: str = "", is_shared: bool = False
) -> Viewers:
    """Return who may see what is created, as it was said ``at`` a place in a parent."""
    if value is None:
        return Viewers(None, at, is_shared)
    agents: dict[str, str] = {}
    for index, item in enumerate(read_names(reader, value, parent + at)):
        name = name_of_agent(item)
        if name is None:
            reader.problems[f"{parent}{at}/{index}"] = "Send an agent's id or handle."
        else:
            agents.setdefault(name, f"{at}/{index}")
    return Viewers(agents, at, is_shared)


def read_names(reader: Reader, value: JSON, at: str) -> list[JSON]:
    """Return the items of an array that is not too long; else none, and a problem."""
    most = settings.LIST_LIMIT
    if isinstance(value, list) and len(value) <= most:
        return value
    reader.problems[at] = f"Send an array of at most {most:,} agents, or null for all."
    return []

"""What JSON:API 1.1 demands of every answer, whatever was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator, ValidationError

SCHEMA = Path(__file__).with_name("document.schema.json")
DOCUMENT = Draft202012Validator(json.loads(SCHEMA.read_text()))

TypedId = tuple[str, str]


def check(answer: httpx.Response) -> None:
    """Check an answer, as a hook of a client's."""
    assert "Accept" in answer.headers["Vary"]
    if not answer.read():
        return
    document = answer.json()
    faults = [f"{error.json_path}: {error.message}" for error in faults_of(document)]
    assert faults == []
    for resource in resources_of(document):
        fields = [*resource.get("attributes", {}), *resource.get("relationships", {})]
        assert len(fields) == len(set(fields))
    included = [typed_id(resource) for resource in document.get("included", [])]
    assert len(included) == len(set(included))
    if "fields[" not in answer.request.url.query.decode():
        assert set(included) <= reached(document)


def faults_of(document: object) -> Iterator[ValidationError]:
    return DOCUMENT.iter_errors(document)


def typed_id(resource: dict[str, Any]) -> TypedId:
    return resource["type"], resource["id"]


def primary(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the primary data as a list."""
    data = document.get("data") or []
    return data if isinstance(data, list) else [data]


def resources_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every resource in a document, primary and included."""
    return [*primary(document), *document.get("included", [])]


def reached(document: dict[str, Any]) -> set[TypedId]:
    """Return what the linkage in a document leads to from its primary data."""
    linked = {typed_id(r): set(linkage(r)) for r in resources_of(document)}
    found: set[TypedId] = set()
    further = {typed_id(resource) for resource in primary(document)}
    while further:
        further = {one for here in further for one in linked.get(here, ())} - found
        found |= further
    return found


def linkage(resource: dict[str, Any]) -> Iterator[TypedId]:
    """Return the identities that a resource is linked to, as far as it shows them."""
    for relationship in resource.get("relationships", {}).values():
        data = relationship.get("data") or []
        yield from map(typed_id, data if isinstance(data, list) else [data])

"""The schemas of a workspace are compiled once for each version."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Workspace
from objects import catalog as catalogs
from objects.catalog import Catalog, NoSuchObject
from objects.workspaces import create_workspace
from tests.schemas import make_field, rename_field


def test_an_object_that_is_not_there_is_not_found(workspace: Workspace) -> None:
    with pytest.raises(NoSuchObject):
        Catalog.of(workspace).schema("unicorn")


def test_reads_the_schemas_of_a_version_once(workspace: Workspace) -> None:
    first = Catalog.of(workspace)

    with CaptureQueriesContext(connection) as queries:
        second = Catalog.of(Workspace.objects.get(pk=workspace.pk))

    assert second is first
    assert len(queries) == 1


def test_reads_them_again_when_they_have_changed(workspace: Workspace) -> None:
    before = Catalog.of(workspace)
    make_field(workspace, "person", "shoe_size", "integer")

    after = Catalog.of(workspace)

    assert "shoe_size" not in before.schema("person").fields
    assert "shoe_size" in after.schema("person").fields


def test_reads_all_schemas_in_two_statements(workspace: Workspace) -> None:
    with CaptureQueriesContext(connection) as queries:
        Catalog.of(workspace)

    assert len(queries) == 2


def test_keeps_the_schemas_of_so_many_workspaces(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "MOST_CATALOGS", 2)
    monkeypatch.setattr(Catalog, "_cache", {})
    first, *others = [create_workspace(slug=slug) for slug in ("one", "two", "three")]

    kept = {workspace.slug: Catalog.of(workspace) for workspace in (first, *others)}

    assert Catalog.of(others[1]) is kept["three"]
    assert Catalog.of(others[0]) is kept["two"]
    assert Catalog.of(first) is not kept["one"]


def test_a_workspace_whose_schemas_changed_counts_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "MOST_CATALOGS", 2)
    monkeypatch.setattr(Catalog, "_cache", {})
    quiet, busy = create_workspace(slug="quiet"), create_workspace(slug="busy")
    kept = Catalog.of(quiet)

    for slug in ("one", "two", "three"):
        make_field(busy, "person", slug, "text")
        Catalog.of(busy)

    assert Catalog.of(quiet) is kept


def rollups(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    """Return each field that follows others, by what, and what it follows."""
    return [
        (rollup.slug, rollup.side.slug, rollup.side.target, rollup.source)
        for rollup in Catalog.of(workspace).rollups
    ]


def test_compiles_the_fields_that_keep_the_latest_moment(workspace: Workspace) -> None:
    latest = {"latest": ["companies", "founded_at"]}
    make_field(workspace, "company", "founded_at", "datetime")
    make_field(workspace, "person", "joined_at", "datetime", options=latest)

    assert rollups(workspace) == [
        ("joined_at", "companies", "company", "founded_at"),
        ("last_contacted_at", "conversations", "conversation", "last_message_at"),
    ]


def test_what_they_follow_may_be_named_by_a_former_slug(workspace: Workspace) -> None:
    rename_field(workspace, "person", "conversations", "talks")
    rename_field(workspace, "conversation", "last_message_at", "said_at")

    assert rollups(workspace) == [
        ("last_contacted_at", "talks", "conversation", "said_at")
    ]

"""What the journal says of a batch's records.

An entry names fields and relationships by member: by slug it would show what another
field held that had the same slug once.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from crm.json_types import JSONObject
from crm.moments import wire_time
from objects.catalog import Catalog
from records.access.noting import access_entry
from records.ids import encode_id
from records.journal.entries import Entry
from records.journal.telling import DETAILS
from records.models import JournalEntry
from records.writing.drafts import Draft

Action = JournalEntry.Action
LEFT = {Action.UPDATED, Action.DELETED, Action.MERGED}
"""Actions before which there was a record that somebody had updated."""


def journal_entry(draft: Draft, catalog: Catalog) -> Entry:
    """Return the journal's entry for what a batch made of a record, not yet stamped.

    Values and links that went stand in what was before, and those that came in what is
    after; what stayed is in neither. What is kept beside the items of a field stands
    there as a whole if any of it has changed.
    """
    action = action_of(draft)
    before, after = values_of(draft)
    before |= links_of(draft, draft.unlinked, catalog)
    after |= links_of(draft, draft.linked, catalog)
    if action in LEFT and draft.updated_at:
        before["_updated_at"] = wire_time(draft.updated_at)
        before["_updated_by"] = draft.updated_by
    if action == Action.RESTORED and draft.created_at:
        after["_created_at"] = wire_time(draft.created_at)
        after["_created_by"] = draft.created_by
    version = 0 if action == Action.LINKED else draft.version + 1
    return Entry(
        draft.id,
        draft.schema.id,
        action,
        version,
        before,
        after,
        draft.visible_to,
        cause_of(draft),
    )


def cause_of(draft: Draft) -> JSONObject:
    """Return which records became one, or several again, if that is what happened."""
    prefix = draft.schema.prefix
    if draft.merged_into:
        return {"merged_into": encode_id(prefix, draft.merged_into)}
    if draft.unmerged_from:
        return {"unmerged_from": encode_id(prefix, draft.unmerged_from)}
    if draft.absorbed:
        return {"merged": [encode_id(prefix, one) for one in draft.absorbed]}
    return {}


def entries_of(draft: Draft, catalog: Catalog) -> list[Entry]:
    """Return all that the journal says of what a batch made of a record."""
    entries = []
    if draft.access_before:
        seen = draft.access_before.viewers, draft.visible_to
        entries.append(access_entry(draft.schema, draft.id, draft.version, *seen))
    if draft.is_changed or draft.is_only_linked:
        entries.append(journal_entry(draft, catalog))
    return entries


def action_of(draft: Draft) -> str:
    """Return what happened to a record."""
    if draft.is_deleted:
        return Action.MERGED if draft.merged_into else Action.DELETED
    if draft.is_only_linked:
        return Action.LINKED
    if draft.is_restored:
        return Action.RESTORED
    return Action.CREATED if draft.is_new else Action.UPDATED


def values_of(draft: Draft) -> tuple[JSONObject, JSONObject]:
    """Return what went of a record's values, and what came."""
    if draft.is_deleted:
        return noted(draft, draft.noted_before, draft.details_before), {}
    fields = draft.changed_fields
    known = draft.noted_before
    before = {slug: known[slug] for slug in fields if slug in known}
    after = {slug: draft.attributes.get(slug) for slug in fields}
    old, new = draft.details_before, draft.details
    beside = [s for s in old.keys() | new.keys() if old.get(s) != new.get(s)]
    return (
        noted(draft, before, {slug: old.get(slug, {}) for slug in beside}),
        noted(draft, after, {slug: new.get(slug, {}) for slug in beside}),
    )


def noted(draft: Draft, values: JSONObject, details: JSONObject) -> JSONObject:
    """Return values, and what is kept beside them, by member."""
    members = draft.schema.noted_as
    found = {members[slug]: value for slug, value in values.items()}
    if details:
        found[DETAILS] = {members[slug]: kept for slug, kept in details.items()}
    return found


def links_of(
    draft: Draft, links: Mapping[str, set[UUID]], catalog: Catalog
) -> JSONObject:
    """Return the ids of partners, by the member of the relationship."""
    found: JSONObject = {}
    for slug, others in links.items():
        side = draft.schema.relationships[slug]
        prefix = catalog.schema(side.target).prefix
        found[side.member] = [encode_id(prefix, other) for other in sorted(others)]
    return found

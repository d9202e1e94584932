"""Making the values of a field into those of another type."""

from __future__ import annotations

from collections.abc import Sequence

from objects.catalog import Catalog
from objects.conversion import converted
from objects.field_types.base import InvalidValue, WrongShape
from objects.field_types.text import FREE_TEXT
from objects.models import Field
from objects.schema import is_blank
from records.ids import encode_id
from records.schema_changes.changes import SchemaChange
from records.schema_changes.offenders import MOST_OFFENDERS
from records.schema_changes.walking import FIRST, next_drafts
from records.writing.drafts import Draft
from records.writing.noting import journal_entry
from records.writing.saving import save_records


def retype(change: SchemaChange, old: Field, new: Field) -> list[str]:
    """Make the values of a field into those of another type, all in this transaction.

    Return the ids of records whose values do not survive, a hundred at most; then not
    all of the others are through.
    """
    catalog = change.catalog
    offenders: list[str] = []
    after = FIRST
    while len(offenders) < MOST_OFFENDERS:
        drafts = next_drafts(catalog, new.object_type_id, after)
        if not drafts:
            break
        after = str(drafts[-1].id)
        bad, changed = converted_some(old, new, drafts)
        offenders += bad
        if not bad:
            save_retyped(change, catalog, changed)
    return offenders[:MOST_OFFENDERS]


def converted_some(
    old: Field, new: Field, drafts: Sequence[Draft]
) -> tuple[list[str], list[Draft]]:
    """Make the values of some records into those of another type.

    Return the ids of those whose values do not survive, and all that have a value.
    """
    offenders, changed = [], []
    for draft in drafts:
        value = draft.attributes.pop(new.slug, None)
        if value is None:
            continue
        try:
            if not is_blank(value) or new.type in FREE_TEXT:
                draft.attributes[new.slug] = converted(value, old, new)
        except (InvalidValue, WrongShape):
            offenders.append(encode_id(new.object_type.prefix, draft.id))
        draft.is_touched = True
        changed.append(draft)
    return offenders, changed


def save_retyped(
    change: SchemaChange, catalog: Catalog, drafts: Sequence[Draft]
) -> None:
    """Write records with values of a new type, and note those that read otherwise.

    The others are written too, since types differ in what is folded for comparing.
    """
    changed = [draft for draft in drafts if draft.is_changed]
    change.entries += [journal_entry(draft, catalog) for draft in changed]
    for draft in changed:
        draft.stamp(change.origin.actor, change.origin.at)
    save_records(change.workspace.id, drafts)

"""What is kept beside the items of a collection, such as the label of an address."""

from __future__ import annotations

from collections.abc import Mapping

from crm.json_types import JSON, JSONObject
from objects.field_types.collection import Collection


def details_after(
    field_type: Collection,
    details: Mapping[str, JSON],
    old: JSON,
    new: JSON,
    *,
    inherits: bool,
) -> JSONObject:
    """Return what is still kept beside the items, by their keys, after a write.

    ``inherits`` says that a new first item stands for the one that was there.
    """
    before, after = field_type.keyed_items(old), field_type.keyed_items(new)
    kept = {key: value for key, value in details.items() if key in after}
    if inherits and before and after:
        gone, come = next(iter(before)), next(iter(after))
        if gone in details and gone not in after and come not in before:
            kept[come] = details[gone]
    return kept


def merge_details(kept: JSON, changed: JSON) -> JSONObject:
    """Return what is kept beside an item after some of it changed; null takes away."""
    before = kept if isinstance(kept, dict) else {}
    after = changed if isinstance(changed, dict) else {}
    return {
        name: value for name, value in (before | after).items() if value is not None
    }

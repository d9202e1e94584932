"""What a receipt says: what the erasure reached, and what it cannot reach."""

from __future__ import annotations

from crm.models import Erasure

COVERS = (
    "The record with its values, labels, links and the rules of who sees it, and all "
    "records that became one with it by merges.",
    "All that the journal said of them, hence the feed, history, records as they were, "
    "undo and restore; their ids in what it says of records that were linked to them.",
    "Answers kept for retries that name them, pairs of duplicates that they are one "
    "of, and what receivers of webhooks answered to messages about them.",
)
NOT_COVERED = (
    "What people typed into other records.",
    "What readers of the feed, receivers of webhooks and other clients hold: they are "
    "told to drop the record.",
    "Logs of proxies, of the server and of the database.",
    "Backups, copies and archived write-ahead logs of the database, until they expire.",
    "What the database's files hold of deleted rows, until their room is used again.",
)
MERGER = "What a merge gave {}, which the record was taken out of again."


def not_covered(erasure: Erasure) -> list[str]:
    """Return what an erasure did not reach, a sentence each."""
    return [*(MERGER.format(one) for one in erasure.mergers), *NOT_COVERED]

"""Operations that put back what was there, as the journal says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crm.errors import Refusal
from records.journal.gone import GoneRecord
from records.writing.operations import Write


class OnConflict(StrEnum):
    """What happens to what cannot be put back."""

    REFUSE = "refuse"
    DROP = "drop"
    """It stays away, and the rest is put back."""


@dataclass(frozen=True)
class Restore(Write):
    """Let a record that was deleted come back, with what the client sets besides."""

    id: str = ""
    sent_id: str | None = None
    """The id in the body, where the address has one too."""
    gone: GoneRecord | None = None
    """What is left of it; none if there is none for the caller."""
    on_conflict: OnConflict = OnConflict.REFUSE
    """What happens to its unique values that another record holds by now."""


class WentOn(Refusal):
    """The record was not deleted but merged into another."""

    status = 409
    code = "merged"
    title = "Merged"
    source = None


class HistoryExpired(Refusal):
    """What is asked for is not kept any more."""

    status = 410
    code = "history_expired"
    title = "History expired"
    source = None

"""What a workspace may set for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction

from crm.errors import InvalidValue, Refusal, Refused, UnknownField
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from crm.locks import lock_row
from crm.models import DefaultAccess, Workspace
from crm.nearest import Advisor, listed, quoted
from crm.regions import is_country, is_time_zone

MOST_ROWS = 1000
MOST_ON_A_PAGE = 1000
MOST_DAYS = 36_500
LEAST_HISTORY = 7
"""Days for which all changes are kept at least, so that who follows them can."""


@dataclass(frozen=True)
class Setting:
    """One setting: what it is now, and what it may be."""

    value: Callable[[Workspace], JSON]
    accepts: Callable[[JSON], bool]
    advice: str


def is_flag(value: JSON) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool)


def is_from(least: int, most: int) -> Callable[[JSON], bool]:
    """Return whether a value is a whole number between two, or one of them."""
    return lambda value: type(value) is int and least <= value <= most


SETTINGS: dict[str, Setting] = {
    "bulk_limit": Setting(
        lambda workspace: workspace.bulk_limit,
        is_from(1, MOST_ROWS),
        f"Give a whole number from 1 to {MOST_ROWS}.",
    ),
    "default_country": Setting(
        lambda workspace: workspace.region.country,
        is_country,
        "Give the two letters of a country (ISO 3166), such as DE.",
    ),
    "default_page_size": Setting(
        lambda workspace: workspace.default_page_size,
        is_from(1, MOST_ON_A_PAGE),
        f"Give a whole number from 1 to {MOST_ON_A_PAGE}.",
    ),
    "strict_upsert": Setting(
        lambda workspace: workspace.is_upsert_strict, is_flag, "Give true or false."
    ),
    "time_zone": Setting(
        lambda workspace: workspace.region.time_zone,
        is_time_zone,
        "Give the name of a time zone (IANA), such as Europe/Berlin.",
    ),
    "default_access": Setting(
        lambda workspace: workspace.default_access.value,
        lambda value: value in DefaultAccess.values,
        f"Give {listed(DefaultAccess.values)}.",
    ),
    "history_days": Setting(
        lambda workspace: workspace.history_days,
        is_from(LEAST_HISTORY, MOST_DAYS),
        f"Give a whole number of days from {LEAST_HISTORY} to {MOST_DAYS:,}, or null.",
    ),
    "deleted_days": Setting(
        lambda workspace: workspace.deleted_days,
        is_from(0, MOST_DAYS),
        f"Give a whole number of days from 0 to {MOST_DAYS:,}, or null.",
    ),
}
"""How many rows one request may have; which country a phone number is of that does not
say; how many records a page has if the request does not say; whether a create that
matches is refused unless it says what to match on; when days begin and end; which
agents may see what is created; for how long what has changed is known, and what was
deleted can come back."""


def read_settings(workspace: Workspace) -> JSONObject:
    """Return all settings of a workspace, with the defaults of those not set."""
    return {name: one.value(workspace) for name, one in SETTINGS.items()}


@transaction.atomic
def change_settings(*, workspace: Workspace, changes: Mapping[str, JSON]) -> Workspace:
    """Change some settings of a workspace; null puts the default in place.

    Raises:
        Refused: if there is no such setting, or a value cannot be what it is.
    """
    advisor = Advisor(SETTINGS)
    refusals = [refusal_of(*change, advisor) for change in changes.items()]
    if any(refusals):
        raise Refused([("", refusal) for refusal in refusals if refusal])
    workspace = lock_row(workspace)
    kept = {**workspace.settings, **changes}
    workspace.settings = {name: v for name, v in kept.items() if v is not None}
    workspace.save(update_fields=["settings"])
    return workspace


def refusal_of(name: str, value: JSON, advisor: Advisor) -> Refusal | None:
    """Return why a setting cannot be changed to a value, or None."""
    place = f"/{escape(name)}"
    if name not in SETTINGS:
        why = f"There is no {quoted(name)}.{advisor.advice(name)}"
        return UnknownField({place: why})
    if value is None or SETTINGS[name].accepts(value):
        return None
    return InvalidValue({place: SETTINGS[name].advice})

"""What filters are given: text from an address, read as values of a kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from crm.moments import read_moment


class TextInput(forms.Field):
    """Text as it stands, empty text too."""

    def clean(self, value: Any) -> str:  # As Django declares it.
        if "\0" in value:
            raise ValidationError("Text cannot hold the character NUL.")
        return str(value).encode("utf-8", "replace").decode()


class FlagInput(forms.Field):
    """True or false."""

    def clean(self, value: Any) -> bool:  # As Django declares it.
        if value not in {"true", "false"}:
            raise ValidationError("Give true or false.")
        return bool(value == "true")


class Span(NamedTuple):
    """What a written time stands for: a millisecond, or a day."""

    first: datetime
    last: datetime


class MomentInput(forms.Field):
    """A time with its offset, or a day in UTC."""

    def clean(self, value: Any) -> Span:  # As Django declares it.
        moment = read_moment(value)
        if moment is not None:
            first = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            return Span(first, first + timedelta(microseconds=999))
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(
                "Give a day, or a time such as 2026-03-01T12:00:00Z."
            ) from error
        return Span(*(datetime.combine(day, end, UTC) for end in (time.min, time.max)))


class Several(forms.Field):
    """Several values with commas between, or none."""

    def __init__(self, item: Callable[[], forms.Field], **options: Any) -> None:
        super().__init__(**options)
        self.item = item()

    def clean(self, value: Any) -> list[Any]:  # As Django declares it.
        return [self.item.clean(one) for one in value.split(",")] if value else []

"""The form that lets people in, and lets nobody guess for long."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.forms import AuthenticationForm

from crm.login_attempts import address_of, forget_failures, key_of, seconds_to_wait


class LoginForm(AuthenticationForm):
    """A login and its password."""

    def clean(self) -> dict[str, Any]:
        """Refuse to look at passwords of a login that was wrong too often from here.

        Raises:
            ValidationError: if it is, or they do not fit.
        """
        assert self.request is not None
        key = key_of(self.cleaned_data.get("username", ""), address_of(self.request))
        wait = seconds_to_wait(key, timezone.now())
        if wait:
            raise ValidationError(f"Too many attempts. Try again in {wait} seconds.")
        cleaned: dict[str, Any] = super().clean()
        forget_failures(key)
        return cleaned

"""The form that lets people in, and lets nobody guess for long."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from crm.throttling import count_request

MOST_ATTEMPTS = 10
"""How often one login may be tried in a minute, with the right password or not."""


class LoginForm(AuthenticationForm):
    """A login and its password."""

    def clean(self) -> dict[str, Any]:
        """Refuse to look at passwords of a login that is tried too often.

        Raises:
            ValidationError: if it is, or they do not fit.
        """
        name = self.cleaned_data.get("username", "").lower()
        digest = sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
        allowance = count_request(f"login:{digest}", MOST_ATTEMPTS)
        if allowance.used > allowance.limit:
            wait = f"Too many attempts. Try again in {allowance.seconds_left} seconds."
            raise ValidationError(wait)
        cleaned: dict[str, Any] = super().clean()
        return cleaned

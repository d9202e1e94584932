"""Addresses that are taken as they are, as the library would have taken them."""

from __future__ import annotations

import email_validator
from hypothesis import given, settings
from hypothesis import strategies as st

from objects.field_types.contact import PLAIN_ADDRESS, normal_address

PLAIN = (
    r"[a-z0-9]{1,9}([._+-][a-z0-9]{1,9}){0,3}"
    r"@([a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}\.){1,3}[a-z]{2,20}"
)
"""Addresses that are short enough, so that none is drawn in vain."""
PARTS = st.text("ab9.+-_@", max_size=12)
LONG = st.integers(60, 66).map(lambda many: "a" * many)
WHOLE = st.integers(45, 53).map(lambda many: f"a@{('a' * many + '.') * 5}co")
"""Addresses about as long as the longest."""
ADDRESSES = st.one_of(
    st.from_regex(PLAIN, fullmatch=True),
    st.builds("{}@{}.{}".format, PARTS | LONG, PARTS | LONG, PARTS | st.just("co")),
    WHOLE,
)


@settings(max_examples=300)
@given(ADDRESSES)
def test_what_is_plainly_right_is_what_the_library_makes_of_it(address: str) -> None:
    if PLAIN_ADDRESS.fullmatch(address):
        checked = email_validator.validate_email(address, check_deliverability=False)

        assert checked.normalized == address
        assert normal_address(address) == address

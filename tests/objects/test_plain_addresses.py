"""Addresses that are taken as they are, as the library would have taken them."""

from __future__ import annotations

import email_validator
from hypothesis import given, settings
from hypothesis import strategies as st

from objects.field_types.contact import PLAIN_ADDRESS, normal_address

PARTS = st.text("ab9.+-_@", max_size=12)
LONG = st.integers(60, 66).map(lambda many: "a" * many)
ADDRESSES = st.one_of(
    st.from_regex(PLAIN_ADDRESS, fullmatch=True),
    st.builds("{}@{}.{}".format, PARTS | LONG, PARTS | LONG, PARTS | st.just("co")),
)


@settings(max_examples=300)
@given(ADDRESSES)
def test_what_is_plainly_right_is_what_the_library_makes_of_it(address: str) -> None:
    if PLAIN_ADDRESS.fullmatch(address):
        checked = email_validator.validate_email(address, check_deliverability=False)

        assert checked.normalized == address
        assert normal_address(address) == address

"""Ids are a prefix and 26 characters that stand for a UUID and sort like it."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from records.ids import decode_id, encode_id

PREFIXES = st.sampled_from(["per", "deal", "c_order"])
ADA = UUID("0190b2c4-7d1e-7c3a-9f00-0123456789ab")
ENCODED = "01J2SC8Z8YFGX9Y0014D2PF2DB"

REFUSED = [
    "",
    "per_",
    ENCODED,
    f"com_{ENCODED}",
    f"per{ENCODED}",
    f"per__{ENCODED}",
    f"_{ENCODED}",
    f"per_{ENCODED[:-1]}",
    f"per_{ENCODED}0",
    f"per_8{ENCODED[1:]}",
    f" per_{ENCODED}",
    f"per_{ENCODED}\n",
    f"per_{ENCODED[:-1]}-",
    f"per_{ENCODED[:-1]}\x00",
    *(f"per_{ENCODED[:-1]}{letter}" for letter in "ILOU"),
    f"per_{ENCODED[:-1]}\u017f",
    f"per_{ENCODED[:-2]}ß",
    f"per_{ENCODED[:-1]}\u0661",
    f"{ADA}\n",
    f"{{{ADA}}}",
    f"urn:uuid:{ADA}",
    f"per_{ADA}",
    str(ADA)[:-1],
    str(ADA).replace("9", "\u0669"),
]


@given(prefix=PREFIXES, record_id=st.uuids())
def test_reads_the_ids_that_it_writes(prefix: str, record_id: UUID) -> None:
    assert decode_id(prefix, encode_id(prefix, record_id)) == record_id


@given(one=st.uuids(), other=st.uuids())
def test_ids_sort_as_the_uuids_do(one: UUID, other: UUID) -> None:
    assert (encode_id("per", one) < encode_id("per", other)) == (one < other)


def test_ids_have_a_prefix_and_26_characters() -> None:
    assert encode_id("per", ADA) == f"per_{ENCODED}"
    assert encode_id("per", UUID(int=0)) == f"per_{'0' * 26}"
    assert encode_id("per", UUID(int=2**128 - 1)) == f"per_7{'Z' * 25}"


def test_later_ids_sort_behind_earlier_ones() -> None:
    ids = [encode_id("per", uuid7()) for _ in range(1000)]

    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    "text",
    [
        f"per_{ENCODED}",
        f"per_{ENCODED.lower()}",
        f"PER_{ENCODED}",
        str(ADA),
        str(ADA).upper(),
    ],
)
def test_reads_either_case_and_plain_uuids(text: str) -> None:
    assert decode_id("per", text) == ADA


@pytest.mark.parametrize("text", REFUSED)
def test_reads_nothing_else(text: str) -> None:
    assert decode_id("per", text) is None


def test_a_prefix_is_told_from_one_that_looks_like_it() -> None:
    assert decode_id("task", f"tas\u212a_{ENCODED}") is None

"""The id of a change tells nobody its number, and only its own workspace reads it."""

from __future__ import annotations

import pytest

from records.journal.change_ids import ChangeIds, ChangePlace

KEY = bytes(range(16))


def test_an_id_is_read_as_what_it_was_made_of() -> None:
    ids = ChangeIds(7, KEY)

    read = [ids.read(ids.of(seq)) for seq in (1, 2, 2**62)]

    assert read == [ChangePlace(7, seq) for seq in (1, 2, 2**62)]


def test_an_id_of_an_epoch_that_is_over_is_known_as_such() -> None:
    old = ChangeIds(7, KEY).of(12)

    assert ChangeIds(8, KEY).read(old) == ChangePlace(7, 12)


def test_ids_in_a_row_have_nothing_in_common() -> None:
    ids = [ChangeIds(7, KEY).of(seq) for seq in range(100)]

    assert len({one[:12] for one in ids}) == 100
    assert ids != sorted(ids)


@pytest.mark.parametrize(
    "text",
    [
        ChangeIds(7, bytes(16)).of(1),
        "",
        "chg_",
        "now",
        "chg_00000000000000000000000000",
        "per_01J2SC8Z8YFGX9Y0014D2PF2DB",
        "chg_01J2SC8Z8YFGX9Y0014D2PF2DU",
        "chg_\x00",
    ],
)
def test_what_is_no_id_of_the_workspace_is_none(text: str) -> None:
    assert ChangeIds(7, KEY).read(text) is None

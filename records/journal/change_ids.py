"""The ids of changes: opaque, so that nobody learns how much happens out of sight.

The id of a change is the cursor behind it, too. Decision 82 in docs/decisions.md says
why it is made so.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from records.ids import decode_id, encode_id

PREFIX = "chg"
EPOCHS = 2**32
"""Epochs are less than this, and have room for more. That tells an id of ours from
any other text of its length."""

BATCH = 2**63
"""Beside the number of a change, in the ids by which agents know batches."""


class ChangePlace(NamedTuple):
    """What an id stands for: a number in the journal, as it was in an epoch."""

    epoch: int
    seq: int


class ChangeIds:
    """Makes the ids of a workspace's changes, and reads them.

    An id is one block of AES over epoch and number, so equal ones cannot be told from
    others, and none can be made without the key.
    """

    def __init__(self, epoch: int, key: bytes) -> None:
        self.epoch = epoch
        self._key = key

    @cached_property
    def _cipher(self) -> Cipher[ECB]:
        return cipher_of(self._key)

    @cached_property
    def _encryptor(self) -> CipherContext:
        return self._cipher.encryptor()

    def of(self, seq: int) -> str:
        """Return the id of the change with a number, such as chg_3F9V..."""
        return self._seal(seq)

    def of_batch(self, seq: int, *, for_agent: bool) -> str:
        """Return the id of the batch that begins with a number.

        To agents it is another than that of its first change, of which they may not
        know. Decision 91 in docs/decisions.md says more.
        """
        return self._seal(seq | BATCH if for_agent else seq)

    def _seal(self, number: int) -> str:
        block = self.epoch.to_bytes(8, "big") + number.to_bytes(8, "big")
        sealed = self._encryptor.update(block)
        return encode_id(PREFIX, UUID(bytes=sealed))

    def read(self, text: str) -> ChangePlace | None:
        """Return what an id stands for, or None if it is none of this workspace.

        Its epoch may be one that is over.
        """
        sealed = decode_id(PREFIX, text)
        if sealed is None:
            return None
        block = self._cipher.decryptor().update(sealed.bytes)
        epoch, number = (int.from_bytes(part, "big") for part in (block[:8], block[8:]))
        return ChangePlace(epoch, number & ~BATCH) if epoch < EPOCHS else None


@lru_cache(maxsize=500)
def cipher_of(key: bytes) -> Cipher[ECB]:
    """Return the cipher of a key. Each block stands for itself: none is ever equal."""
    return Cipher(AES(key), ECB())

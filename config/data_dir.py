"""The files in ``DATA_DIR`` that are not the database's."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe

from config.locks import take_turns

SECRET_KEY = "secret_key"


def write_whole(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        Path(beside).rename(file)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
        raise


def kept_secret_key(directory: Path) -> str:
    """Return the secret key that an earlier start made, or nothing."""
    try:
        return (directory / SECRET_KEY).read_text().strip()
    except FileNotFoundError:
        return ""


def keep_secret_key(directory: Path) -> str:
    """Return the secret key that is kept in a directory, and make it if it is not.

    An empty one, as a full disk leaves it, has signed nothing and is made anew.
    """
    if not kept_secret_key(directory):
        with take_turns(directory):
            if not kept_secret_key(directory):
                write_whole(directory / SECRET_KEY, token_urlsafe(48))
    return kept_secret_key(directory)

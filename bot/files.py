"""Files that are still there when the power has gone, and what stands in the way of others.

A file that was written is on the disk once it is synced, and its name once its folder is.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
#: What file systems say that cannot sync a folder: they do not need it, or there is no way.
_CANNOT = {errno.EINVAL, errno.EBADF, errno.ENOTSUP}

FULL = "the disk is full. Make room there, and try again"
CLOSED = (
    "this user may not write there. See whose it is (`ls -ld`), and whether the disk is read-only"
)
BROKEN = "the disk reports an error. See the system's log; copy what is there elsewhere"


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT or not path.is_dir():
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path) -> list[Path]:
    """Make a private folder (mode 0700) and those above it, on disk before this returns.

    Returns what it made, lowest first. Raises FileExistsError and other OSErrors, and leaves none.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(mode=0o700, parents=True)
        for each in made:
            sync(each.parent)
    except FileExistsError:
        raise
    except OSError:
        remove_folders(made)
        raise
    return made


def remove_folders(folders: list[Path]) -> None:
    """Remove empty ones, lowest first; those that cannot be stay."""
    for each in folders:
        with suppress(OSError):
            each.rmdir()


def why(error: OSError) -> str:
    """What stood in the way, and what to do: the rest of a line for the operator."""
    if error.errno in _FULL:
        return FULL
    if error.errno in _CLOSED:
        return CLOSED
    if error.errno == errno.EIO:
        return BROKEN
    return f"{error.strerror}"

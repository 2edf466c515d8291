"""How a `Disk` (tests/store/disk.py) learns what is done to files, and refuses it.

SQLite's part comes through a VFS, SQLite's own layer for files, that stands before the usual one
for every connection that this process opens; Python's through functions of `os`.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, byref, c_char_p, c_int, c_int64, c_void_p
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.store.disk import Disk


@contextmanager
def noting(disk: Disk) -> Iterator[None]:
    """Let a disk know of everything, until the block ends."""
    usual = {name: getattr(os, name) for name in _functions(disk)}
    _layer.enter(disk)
    for name, noted in _functions(disk).items():
        setattr(os, name, noted)
    try:
        yield
    finally:
        for name, function in usual.items():
            setattr(os, name, function)
        _layer.enter(None)


def _of(handle: int) -> str:
    return os.readlink(f"/proc/self/fd/{handle}")


def _path(path: Any, folder: int | None = None) -> str:
    """`shutil.rmtree` names files by an open folder."""
    path = _of(path) if isinstance(path, int) else os.fspath(path)
    return os.path.join(_of(folder), path) if folder is not None else os.path.abspath(path)


def _functions(disk: Disk) -> dict[str, Callable[..., Any]]:
    """Functions of `os` that change files, each as it is and noted."""
    opens, syncs, links = os.open, os.fsync, os.link
    makes, renames = os.mkdir, {name: getattr(os, name) for name in ("rename", "replace")}
    removes = {name: getattr(os, name) for name in ("unlink", "remove", "rmdir")}

    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        full = _path(path, dir_fd)
        if flags & os.O_CREAT and not os.path.lexists(full):
            disk.check("make", full)
        handle = opens(path, flags, mode, dir_fd=dir_fd)
        if disk.concerns(full) and flags & os.O_CREAT:
            disk.made(full)
            disk.look(full)
        return handle

    def fsync(file: Any) -> None:
        handle = file if isinstance(file, int) else file.fileno()
        full = _of(handle)
        # What was written reaches a full disk, or not, with this.
        disk.check("write", full)
        disk.check("sync", full)
        syncs(handle)
        if os.path.isdir(full):
            disk.synced_names(full)
        elif disk.concerns(full):
            disk.look(full)
            disk.synced(disk.node(full))

    def mkdir(path: Any, mode: int = 0o777, **more: Any) -> None:
        full = _path(path)
        if not os.path.lexists(full):
            disk.check("make folder", full)
        makes(path, mode, **more)
        if disk.concerns(full):
            disk.made(full)

    def link(source: Any, target: Any, **more: Any) -> None:
        if not os.path.lexists(target):
            disk.check("link", _path(target))
        links(source, target, **more)
        if disk.concerns(_path(target)):
            disk.named("link", _path(source), _path(target))

    def renaming(name: str) -> Callable[..., None]:
        def rename(source: Any, target: Any, **more: Any) -> None:
            if os.path.lexists(source):
                disk.check("rename", _path(target))
            renames[name](source, target, **more)
            if disk.concerns(_path(target)):
                disk.named("rename", _path(source), _path(target))

        return rename

    def removing(name: str) -> Callable[..., None]:
        def remove(path: Any, *, dir_fd: int | None = None) -> None:
            full = _path(path, dir_fd)
            if os.path.lexists(full):
                disk.check("remove", full)
            removes[name](path, dir_fd=dir_fd)
            if disk.concerns(full):
                disk.removed(full)

        return remove

    return {
        "open": open_,
        "fsync": fsync,
        "mkdir": mkdir,
        "link": link,
        **{name: renaming(name) for name in renames},
        **{name: removing(name) for name in removes},
    }


# -- SQLite's part ------------------------------------------------------------------------------

_sqlite = ctypes.CDLL(_sqlite3.__file__)  # with the very library that the interpreter uses
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_Set = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_Get = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_OpenFolder = CFUNCTYPE(c_int, c_char_p, c_void_p)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _Open),
        ("delete", _Delete),
        ("unchanged", c_void_p * 11),
        ("set_system_call", _Set),
        ("get_system_call", _Get),
        ("next_system_call", c_void_p),
    )


class _Methods(ctypes.Structure):
    """sqlite3_io_methods."""

    _fields_ = (
        ("version", c_int),
        ("close", _Close),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("unchanged", c_void_p * 13),
    )


class _Layer:
    """The VFS before the usual one. It is the usual one, but for six of its functions.

    One for the whole process, because a connection keeps the one that it was opened with.
    """

    def __init__(self) -> None:
        _sqlite.sqlite3_vfs_find.restype = c_void_p
        self.disk: Disk | None = None
        self._usual = _Vfs.from_address(_sqlite.sqlite3_vfs_find(None))
        self._own = _Vfs.from_buffer_copy(self._usual)
        self._own.name, self._own.next = b"noting", None
        self._own.open, self._own.delete = _Open(self._open), _Delete(self._delete)
        #: By the address of SQLite's file: which it is.
        self._nodes: dict[int, int] = {}
        self._methods: dict[int, _Methods] = {}
        self._folder = _OpenFolder(self._open_folder)
        self._real_folder = _OpenFolder(self._usual.get_system_call(None, b"openDirectory"))

    def enter(self, disk: Disk | None) -> None:
        self.disk = disk
        on = disk is not None
        _sqlite.sqlite3_vfs_register(byref(self._own if on else self._usual), 1)
        # It is how SQLite comes to sync a folder.
        folder = ctypes.cast(self._folder, c_void_p) if on else None
        self._usual.set_system_call(None, b"openDirectory", folder)

    def _concerned(self, name: int | None) -> tuple[Disk, str] | None:
        path = os.fsdecode(ctypes.string_at(name)) if name else ""
        return (self.disk, path) if self.disk is not None and self.disk.concerns(path) else None

    def _open(self, vfs: Any, name: Any, file: int, flags: int, out: Any) -> int:
        found = self._concerned(name)
        if found is not None and not os.path.lexists(found[1]) and found[0].refuses("make"):
            c_void_p.from_address(file).value = None
            return found[0].refusal("make")
        result = self._usual.open(vfs, name, file, flags, out)
        if found is not None and result == 0:
            disk, path = found
            disk.made(path)
            self._nodes[file] = disk.node(path)
            methods = c_void_p.from_address(file)
            assert methods.value is not None
            methods.value = ctypes.addressof(self._noting(methods.value))
        return result

    def _delete(self, vfs: Any, name: Any, and_names: int) -> int:
        found = self._concerned(name)
        if found is not None and os.path.lexists(found[1]):
            disk, path = found
            if disk.refuses("remove"):
                return disk.refusal("remove")
            disk.removed(path)
        return self._usual.delete(vfs, name, and_names)

    def _open_folder(self, file: bytes, out: Any) -> int:
        if self.disk is not None:
            self.disk.synced_names(os.path.dirname(os.fsdecode(file)))
        return self._real_folder(file, out)

    def _noting(self, address: int) -> _Methods:
        if address in self._methods:
            return self._methods[address]
        usual = _Methods.from_address(address)
        own = self._methods[address] = _Methods.from_buffer_copy(usual)

        def refused(kind: str) -> int:
            return self.disk.refusal(kind) if self.disk and self.disk.refuses(kind) else 0

        def close(file: int) -> int:
            self._nodes.pop(file, None)
            return usual.close(file)

        def write(file: int, data: int, size: int, at: int) -> int:
            result = refused("write") or usual.write(file, data, size, at)
            if result == 0 and self.disk:
                self.disk.wrote(self._nodes[file], at, ctypes.string_at(data, size))
            return result

        def truncate(file: int, size: int) -> int:
            result = refused("resize") or usual.truncate(file, size)
            if result == 0 and self.disk:
                self.disk.resized(self._nodes[file], size)
            return result

        def sync(file: int, flags: int) -> int:
            if code := refused("sync"):
                return code
            if self.disk:
                self.disk.synced(self._nodes[file])
            return usual.sync(file, flags)

        own.close, own.write = _Close(close), _Write(write)
        own.truncate, own.sync = _Truncate(truncate), _Sync(sync)
        return own


_layer = _Layer()

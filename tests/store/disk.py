"""A disk whose power is cut, or that fails: what of the work under test is there afterwards.

    with Disk(folder) as disk:
        ...                                        # the program works in that folder
    disk.cut(tmp_path / "after", at=17, …)         # the disk when the power went before event 17

A real machine's own memory of files cannot be lost on purpose. So everything that is done to files
below the folder is noted (tests/store/noting.py tells how), and the disk is made anew from that.
What nobody synced may be there afterwards, or not, sector by sector.

Names are files' too: on a *strict* disk a file that was made, renamed or removed is so for certain
only once its folder was synced, and what happened in it meanwhile may arrive in any order. On the
other one, which is like ext4, any sync carries the names along, and they arrive in order.

Nothing is noted of `-shm` files: SQLite makes them anew after a power cut.
"""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.store.noting import noting

SECTOR = 512
#: Disks on which nothing is left of what was not synced, or all of it, or the newest alone.
NOTHING, ALL, NEWEST = "nothing", "all", "newest"
Luck = random.Random | str

_KINDS = ("make", "make folder", "write", "resize", "sync", "remove", "rename", "link")
#: What fails on a disk that is full, read-only, closed to this user, or broken.
_FAILING: dict[int, tuple[str, ...]] = {
    errno.ENOSPC: ("make", "make folder", "write", "link"),
    errno.EROFS: tuple(kind for kind in _KINDS if kind != "sync"),
    errno.EACCES: ("make", "make folder", "remove", "rename", "link"),
    errno.EIO: _KINDS,
}
#: As SQLite's own layer answers then: SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_IOERR_….
_FULL = 13
_REFUSALS = {"make": 14, "write": 778, "sync": 1034, "resize": 1546, "remove": 2570}


class Event(NamedTuple):
    """One thing that was done to a file or a name. `node` is the file, whatever its names are."""

    kind: str
    path: str
    node: int = 0
    at: int = 0
    data: bytes = b""
    to: str = ""


class Disk:
    """Notes what is done below a folder while it is entered; see the head of this file.

    `fails`: from step `fails_at` on (once, unless `lasting`) what such a disk refuses is refused,
    with this errno; `steps` tells which there are.
    """

    def __init__(
        self, folder: Path, *, fails: int = 0, fails_at: int = -1, lasting: bool = True
    ) -> None:
        self.folder = os.path.abspath(folder)
        self.events: list[Event] = []
        self.failed = False
        #: The step at which it begins to fail; to be moved while it is in use. -1: it does not.
        self.fails_at = fails_at
        self._fails, self._lasting = fails, lasting
        #: Everything that it could have refused.
        self.asked: list[str] = []
        self._names = {self.folder: 0}
        #: Files as the program sees them; None is a folder.
        self._files: list[bytearray | None] = [None]
        for root, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                path = os.path.join(root, name)
                self._add(path, None if os.path.isdir(path) else bytearray(Path(path).read_bytes()))
        self._before = (
            dict(self._names),
            [None if each is None else bytes(each) for each in self._files],
        )
        self._noting = noting(self)

    def __enter__(self) -> Disk:
        self._noting.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._noting.__exit__(None, None, None)
        for path in list(self._names):
            self.look(path)

    # -- while the program works --------------------------------------------------------------

    def concerns(self, path: str) -> bool:
        return path.startswith(self.folder + os.sep) and not path.endswith("-shm")

    def refuses(self, kind: str) -> bool:
        """Whether this disk fails now: asked before anything is done, and counted."""
        self.asked.append(kind)
        due = len(self.asked) > self.fails_at >= 0 and kind in _FAILING[self._fails]
        if not due or (self.failed and not self._lasting):
            return False
        self.failed = True
        return True

    def refusal(self, kind: str) -> int:
        """SQLite's number for it."""
        return _FULL if (self._fails, kind) == (errno.ENOSPC, "write") else _REFUSALS[kind]

    def check(self, kind: str, path: str) -> None:
        """The same for Python. Raises OSError."""
        if self.concerns(path) and self.refuses(kind):
            raise OSError(self._fails, os.strerror(self._fails), path)

    def node(self, path: str) -> int:
        return self._names[path]

    def made(self, path: str) -> None:
        """A file or folder is there; noted unless it was before."""
        if path not in self._names:
            folder = os.path.isdir(path)
            node = self._add(path, None if folder else bytearray())
            self.events.append(Event("make folder" if folder else "make", path, node))

    def wrote(self, node: int, at: int, data: bytes) -> None:
        file = self._files[node]
        assert file is not None
        _put(file, at, data)
        self.events.append(Event("write", "", node, at, data))

    def resized(self, node: int, size: int) -> None:
        file = self._files[node]
        assert file is not None
        _resize(file, size)
        self.events.append(Event("resize", "", node, size))

    def synced(self, node: int) -> None:
        self.events.append(Event("sync", "", node))

    def synced_names(self, folder: str) -> None:
        self.events.append(Event("sync names", folder))

    def removed(self, path: str) -> None:
        self.events.append(Event("remove", path, self._names.pop(path)))

    def named(self, kind: str, path: str, to: str) -> None:
        """Renamed, or linked."""
        self.look(path)
        node = self._names.pop(path) if kind == "rename" else self._names[path]
        self._names[to] = node
        self.events.append(Event(kind, path, node, to=to))

    def look(self, path: str) -> None:
        """Note what Python has written to a file: its writes are not seen one by one."""
        node = self._names[path]
        file = self._files[node]
        if file is None or not os.path.isfile(path):
            return
        found = Path(path).read_bytes()
        if found != file:
            if len(found) < len(file):
                self.resized(node, len(found))
            self.wrote(node, 0, found)

    def _add(self, path: str, file: bytearray | None) -> int:
        self._files.append(file)
        self._names[path] = len(self._files) - 1
        return self._names[path]

    def steps(self, fails: int) -> list[int]:
        """Where such a disk fails in different ways: of several writes in a row at the first."""
        kinds = ["", *self.asked]
        return [
            at
            for at, kind in enumerate(self.asked)
            if kind in _FAILING[fails] and not kind == kinds[at] == "write"
        ]

    # -- after it -----------------------------------------------------------------------------

    def moments(self) -> list[int]:
        """When the power may go: before each event, and after the last, but not amid writes.

        Which of several writes in a row arrive, chance decides in any case.
        """
        kinds = ["", *(event.kind for event in self.events), ""]
        return [at for at in range(len(kinds) - 1) if {kinds[at], kinds[at + 1]} != {"write"}]

    def cut(self, into: Path, *, at: int | None = None, luck: Luck, strict: bool) -> Path:
        """Make the disk as it is when the power goes before event `at` (None: after the last).

        `luck` decides what is there of what was not synced: one of the three, or chance.
        """
        state = _After(*self._before, luck=luck, strict=strict)
        for event in self.events[:at]:
            state.apply(event)
        for path, content in state.left():
            target = into / os.path.relpath(path, self.folder)
            if content is None:
                target.mkdir(0o700, parents=True, exist_ok=True)
            else:
                target.parent.mkdir(0o700, parents=True, exist_ok=True)
                target.write_bytes(content)
                target.chmod(0o600)
        into.mkdir(0o700, parents=True, exist_ok=True)
        return into


class _After:
    """What is certain, and what is on its way."""

    def __init__(
        self, names: dict[str, int], files: list[bytes | None], *, luck: Luck, strict: bool
    ) -> None:
        self._names = dict(names)
        self._files = {
            node: None if file is None else bytearray(file) for node, file in enumerate(files)
        }
        self._luck, self._strict = luck, strict
        self._data: dict[int, list[Event]] = {}
        self._changes: list[Event] = []

    def apply(self, event: Event) -> None:
        match event.kind:
            case "write" | "resize":
                self._data.setdefault(event.node, []).append(event)
            case "sync":
                for each in self._data.pop(event.node, []):
                    self._do(each)
                if not self._strict:
                    self._settle(None)
            case "sync names":
                self._settle(event.path if self._strict else None)
            case _:
                if event.kind in ("make", "make folder"):
                    self._files[event.node] = bytearray() if event.kind == "make" else None
                self._changes.append(event)

    def left(self) -> Iterator[tuple[str, bytes | None]]:
        """Every path that is there, folders before what is in them, with its content."""
        for change in self._changes:
            if self._arrives(change is self._changes[-1]):
                self._name(change)
            elif not self._strict:
                break
        for events in self._data.values():
            for event in events:
                for piece in _sectors(event):
                    if self._arrives(event is events[-1]):
                        self._do(piece)
        there: set[str] = set()
        for path in sorted(self._names):
            content = self._files[self._names[path]]
            if not there or os.path.dirname(path) in there:
                if content is None:
                    there.add(path)
                yield path, None if content is None else bytes(content)

    def _arrives(self, newest: bool) -> bool:
        if isinstance(self._luck, random.Random):
            return self._luck.random() < 0.5
        return self._luck == ALL or (self._luck == NEWEST and newest)

    def _settle(self, folder: str | None) -> None:
        """Names in this folder, or all, are certain now."""
        waiting, self._changes = self._changes, []
        for change in waiting:
            if folder in (None, os.path.dirname(change.to or change.path)):
                self._name(change)
            else:
                self._changes.append(change)

    def _name(self, change: Event) -> None:
        if change.kind in ("remove", "rename") and self._names.get(change.path) == change.node:
            del self._names[change.path]
        if change.kind != "remove":
            self._names[change.to or change.path] = change.node

    def _do(self, event: Event) -> None:
        file = self._files[event.node]
        assert file is not None
        if event.kind == "resize":
            _resize(file, event.at)
        else:
            _put(file, event.at, event.data)


def _sectors(event: Event) -> Iterator[Event]:
    if event.kind == "resize":
        yield event
    end = event.at + len(event.data)
    for at in range(event.at - event.at % SECTOR, end, SECTOR):
        first = max(at, event.at)
        piece = event.data[first - event.at : at + SECTOR - event.at]
        yield event._replace(at=first, data=piece)


def _put(file: bytearray, at: int, data: bytes) -> None:
    _resize(file, max(len(file), at + len(data)))
    file[at : at + len(data)] = data


def _resize(file: bytearray, size: int) -> None:
    del file[size:]
    file.extend(bytes(size - len(file)))

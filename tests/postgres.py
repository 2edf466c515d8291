"""A private Postgres for tests: one cluster a test process, one schema a database.

A real database for each would be a copy of 7 MB; a schema is empty as well, and nobody looks over
its edge.

It listens on a Unix socket in a temporary folder, nowhere else.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lacking import lacking

NO_POSTGRES = "PostgreSQL is not installed: the Postgres tests were not run."
NO_POOL = "pgbouncer is not installed: the tests behind a pool were not run."
#: Schemas made by one call of psql.
_AT_ONCE = 20
#: What is lost at a power cut does not matter here, and memory is shared with other tests.
_TUNED = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=4MB",
    "max_connections=40",
)


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parts[-2])
    on_path = shutil.which("initdb")
    folders = [*reversed(versions), *([Path(on_path).parent] if on_path else [])]
    needed = ("initdb", "postgres", "psql")
    return next((f for f in folders if all((f / name).exists() for name in needed)), None)


def _user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


class Cluster:
    """A running server. `new_database` gives an address under which nothing is stored yet."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = _user()
        self._superuser = self._user or pwd.getpwuid(os.getuid()).pw_name
        self._numbers = itertools.count(1)
        self._spare: list[str] = []
        self._in_use: list[str] = []
        # Not pytest's tmp_path: a socket's path is short, and the server's user must get there.
        self._folder = Path(tempfile.mkdtemp(prefix="firsthand-pg-"))
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", str(data))
        settings = [part for setting in _TUNED for part in ("-c", setting)]
        self._log = (self._folder / "log").open("wb")
        self._server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self._folder, *settings],
            user=self._user,
            cwd=self._folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        while not self._ready():
            if self._server.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.02)

    def new_database(self) -> str:
        if not self._spare:
            self._spare = [f"firsthand_{next(self._numbers)}" for _ in range(_AT_ONCE)]
            self._run("psql", *self._psql(), *(f"-cCREATE SCHEMA {name}" for name in self._spare))
        name = self._spare.pop()
        self._in_use.append(name)
        where = f"host={self._folder}&user={self._superuser}&search_path={name}"
        return f"postgresql:///postgres?{where}"

    def made_whole(self) -> str:
        """The name of a new database, where a schema will not do."""
        name = f"firsthand_{next(self._numbers)}"
        self._run("psql", *self._psql(), f"-cCREATE DATABASE {name}")
        return name

    def pooled(self, *names: str) -> tuple[subprocess.Popen[bytes], str]:
        """A pgbouncer that gives each transaction another of its two connections.

        Returns it, and the query of an address that leads through it.
        """
        program = shutil.which("pgbouncer") or lacking(NO_POOL)
        where = f"host={self._folder} user={self._superuser}"
        settings = (
            "[databases]",
            *(f"{name} = {where} dbname={name}" for name in names),
            "[pgbouncer]",
            "pool_mode = transaction",
            "default_pool_size = 2",
            "auth_type = any",
            "listen_addr =",
            "listen_port = 6432",
            f"unix_socket_dir = {self._folder}",
        )
        file = self._folder / "pool.ini"
        file.write_text("\n".join(settings))
        pool = subprocess.Popen(
            [program, "-q", file], user=self._user, cwd=self._folder, stderr=self._log
        )
        return pool, f"host={self._folder}&port=6432&user={self._superuser}"

    def clear(self) -> None:
        """Drop what a test has used: `VACUUM` goes through all tables, and so would get slower."""
        if self._in_use:
            # A test that failed may have left one locked; that one stays.
            commands = (
                "SET lock_timeout = '2s'",
                *map("DROP SCHEMA {} CASCADE".format, self._in_use),
            )
            self._run("psql", *self._psql(), *(f"-c{command}" for command in commands))
            self._in_use.clear()

    def stop(self) -> None:
        self._server.send_signal(signal.SIGQUIT)  # at once: nothing in here is kept
        self._server.wait()
        self._log.close()
        shutil.rmtree(self._folder)

    def _ready(self) -> bool:
        asked = subprocess.run(
            [self._programs / "psql", *self._psql(), "-c", "SELECT 1"],
            cwd=self._folder,
            capture_output=True,
        )
        return asked.returncode == 0

    def _psql(self) -> list[str]:
        return ["-X", "-q", "-h", str(self._folder), "-U", self._superuser, "-d", "postgres"]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=self._user,
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster, stopped at the end; under pytest-xdist each worker has its own."""
    programs = _programs()
    if programs is None:
        lacking(NO_POSTGRES)
    cluster = Cluster(programs)
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, without what other tests have left in it."""
    yield cluster
    cluster.clear()

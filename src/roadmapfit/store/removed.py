"""Sources that were removed, kept apart so that they can be put back.

Beside every table stands one of the same columns, made with the first removal. What lies
there is in no query and no snapshot; it goes when the source is put back or added anew,
or is forgotten on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    update,
)

from roadmapfit.store.queries import Step, StepMeter
from roadmapfit.store.tables import DECISIONS, PAGE_MARKS, PROBLEMS, SOURCES, TABLES

# The tables that may be missing of a database where nothing was written to them.
_OPTIONAL = (PAGE_MARKS, DECISIONS)
_BROUGHT = (*TABLES.values(), PROBLEMS, *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class RemovedSource:
    """A source that was removed and can be put back, with what it had brought."""

    name: str
    removed_at: str
    counts: Mapping[str, int]


def _stand_beside(table: Table, *more: Column[str]) -> Table:
    """Lay out the table that stands beside another, without its keys."""
    columns = (Column(column.name, column.type) for column in table.columns)
    return Table(f"removed_{table.name}", MetaData(), *columns, *more)


_BESIDE = {table: _stand_beside(table) for table in _BROUGHT}
_REMOVED = _stand_beside(SOURCES, Column("removed_at", String))


def read_removed(connection: Connection) -> list[RemovedSource]:
    """Read which sources can be put back, the one removed last first."""
    if not inspect(connection).has_table(_REMOVED.name):
        return []
    query = select(_REMOVED.c.name, _REMOVED.c.removed_at, _REMOVED.c.counts).order_by(
        _REMOVED.c.removed_at.desc(), _REMOVED.c.name
    )
    return [RemovedSource(*row) for row in connection.execute(query)]


def take_away(
    connection: Connection, source_name: str, *, on_step: Step | None = None
) -> tuple[int, int]:
    """Move a source and all that it brought aside; count its records and its decisions.

    ``on_step`` hears of the tables gone through and of all.
    """
    meter = StepMeter(len(_BESIDE), on_step)
    has_table = inspect(connection).has_table
    _overwrite_what_goes(connection)
    _REMOVED.create(connection, checkfirst=True)
    forget_removed(connection, source_name)
    n_removed = dict.fromkeys(_BROUGHT, 0)
    for table, beside in _BESIDE.items():
        if table not in _OPTIONAL or has_table(table.name):
            beside.create(connection, checkfirst=True)
            names = [column.name for column in table.columns]
            own = table.c.source_name == source_name
            connection.execute(insert(beside).from_select(names, select(table).where(own)))
            n_removed[table] = connection.execute(delete(table).where(own)).rowcount
        meter.advance(1)
    own_row = SOURCES.c.name == source_name
    row = connection.execute(select(SOURCES).where(own_row)).mappings().one()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(insert(_REMOVED), {**row, "removed_at": now})
    connection.execute(delete(SOURCES).where(own_row))
    meter.finish()
    return _count(n_removed)


def put_back(
    connection: Connection, source_name: str, *, on_step: Step | None = None
) -> tuple[int, int] | None:
    """Put a source back as it was; count its records and its decisions, ``None`` without one.

    It takes its place among the sources again, before those that were added after it. A
    pair that was decided since keeps its later decision. ``on_step`` hears of the tables
    gone through and of all.
    """
    meter = StepMeter(len(_BESIDE), on_step)
    row = _find(connection, source_name)
    if row is None:
        return None
    turn = row["turn"]
    if connection.scalar(select(SOURCES.c.name).where(SOURCES.c.turn == turn)) is not None:
        later = update(SOURCES).where(SOURCES.c.turn >= turn)
        connection.execute(later.values(turn=SOURCES.c.turn + 1))
    own = {name: value for name, value in row.items() if name != "removed_at"}
    connection.execute(insert(SOURCES), own)
    n_restored = dict.fromkeys(_BROUGHT, 0)
    for table, beside in _BESIDE.items():
        if inspect(connection).has_table(beside.name):
            names = [column.name for column in table.columns]
            mine = select(beside).where(beside.c.source_name == source_name)
            fill = insert(table).prefix_with("OR IGNORE").from_select(names, mine)
            n_restored[table] = connection.execute(fill).rowcount
        meter.advance(1)
    forget_removed(connection, source_name)
    meter.finish()
    return _count(n_restored)


def forget_removed(connection: Connection, source_name: str) -> bool:
    """Forget a source that was removed, for good; say whether there was one."""
    if _find(connection, source_name) is None:
        return False
    _overwrite_what_goes(connection)
    for beside in _BESIDE.values():
        if inspect(connection).has_table(beside.name):
            connection.execute(delete(beside).where(beside.c.source_name == source_name))
    connection.execute(delete(_REMOVED).where(_REMOVED.c.name == source_name))
    return True


def _overwrite_what_goes(connection: Connection) -> None:
    """Let nothing of deleted rows stay in the free pages of the file."""
    connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _count(n_rows: Mapping[Table, int]) -> tuple[int, int]:
    return sum(n_rows[table] for table in TABLES.values()), n_rows[DECISIONS]


def _find(connection: Connection, source_name: str) -> Mapping[str, object] | None:
    if not inspect(connection).has_table(_REMOVED.name):
        return None
    own = select(_REMOVED).where(_REMOVED.c.name == source_name)
    found = connection.execute(own).mappings().one_or_none()
    return dict(found) if found is not None else None

"""What is asked of the tables of records, and how a source's rows are replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
)

from roadmapfit.records import StrategyItem
from roadmapfit.store.database import read_revision
from roadmapfit.store.history import RecordChange, keep_versions, list_changed
from roadmapfit.store.rows import to_row
from roadmapfit.store.tables import PROBLEMS, SOURCES, TABLES, list_keys

Step = Callable[[int, int], None]
"""Called with how much is done and how much there is; it may raise to stop."""

ROWS_OF_A_STEP = 2000
"""Few enough that a stop is heard within a moment, enough that asking costs nothing."""


@dataclass(slots=True)
class StepMeter:
    """Counts the records of a source that were gone through, and tells of each step."""

    total: int
    on_step: Step | None
    done: int = 0

    def advance(self, n_records: int) -> None:
        """Count records; whoever listens hears of it, but for the end, and may stop the work."""
        self.done += n_records
        if self.on_step is not None and self.done < self.total:
            self.on_step(self.done, self.total)

    def finish(self) -> None:
        """Tell, once, that all are written: the last moment at which the work can be stopped."""
        if self.on_step is not None:
            self.on_step(self.total, self.total)


@dataclass(frozen=True, slots=True)
class Turn:
    """A source's place among the sources, and whether it overtook another."""

    number: int
    has_moved: bool


def read_latest(kind: type[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    """Select records, each once, of the source added last, in reading order.

    The conditions are on key columns, so that they never hide a later row.
    """
    table = TABLES[kind]
    keys = [table.c[name] for name in list_keys(table)]
    place = func.row_number().over(partition_by=keys, order_by=SOURCES.c.turn.desc()).label("place")
    ranked = (
        select(table, place)
        .join(SOURCES, SOURCES.c.name == table.c.source_name)
        .where(*conditions)
        .subquery()
    )
    order = ["document_id", "position", "id"] if kind is StrategyItem else list_keys(table)
    return (
        select(*(ranked.c[column.name] for column in table.columns))
        .where(ranked.c.place == 1)
        .order_by(*(ranked.c[name] for name in order))
    )


@dataclass(frozen=True, slots=True)
class Replacement:
    """What became of a source's records of one type."""

    n_added: int
    n_updated: int
    n_unchanged: int
    n_removed: int
    changes: tuple[RecordChange, ...] = ()


def replace_records(
    connection: Connection,
    kind: type[Any],
    records: Sequence[Any],
    *,
    source_name: str,
    meter: StepMeter,
) -> Replacement:
    """Write a source's records of one type; what it had before and changes is kept.

    The changes are listed where the source had records of this type before. Of
    participations, which have no id, no versions are kept.
    """
    table = TABLES[kind]
    keys = list_keys(table)
    rows = {
        tuple(row[key] for key in keys): row
        for row in ({**to_row(record), "source_name": source_name} for record in records)
    }
    before = {
        tuple(row[key] for key in keys): dict(row)
        for row in connection.execute(
            select(table).where(table.c.source_name == source_name)
        ).mappings()
    }
    gone = [key for key in before if key not in rows]
    altered = [row for key, row in rows.items() if key in before and row != before[key]]
    if keys == ["id"]:
        left = [before[key] for key in gone] + [before[row["id"],] for row in altered]
        keep_versions(connection, table.name, left, source_name=source_name)
    if gone:
        condition = delete(table).where(table.c.source_name == source_name)
        for name in keys:
            condition = condition.where(table.c[name] == bindparam(f"key_{name}"))
        connection.execute(
            condition,
            [{f"key_{name}": value for name, value in zip(keys, key, strict=True)} for key in gone],
        )
    fresh = [row for key, row in rows.items() if key not in before]
    written = fresh + altered
    meter.advance(len(records) - len(written))
    for start in range(0, len(written), ROWS_OF_A_STEP):
        step = written[start : start + ROWS_OF_A_STEP]
        connection.execute(insert(table).prefix_with("OR REPLACE"), step)
        meter.advance(len(step))
    changes = [
        *(("added", row, ()) for row in fresh),
        *(("changed", row, list_changed(before[_key(row, keys)], row)) for row in altered),
        *(("gone", before[key], ()) for key in gone),
    ]
    return Replacement(
        n_added=len(fresh),
        n_updated=len(altered),
        n_unchanged=len(rows) - len(fresh) - len(altered),
        n_removed=len(gone),
        changes=tuple(
            RecordChange(table.name, " / ".join(map(str, _key(row, keys))), outcome, fields)
            for outcome, row, fields in (changes if before else ())
        ),
    )


def _key(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in keys)


def take_turn(connection: Connection, source_name: str) -> Turn:
    """Make a source the last one added, as far as there are others."""
    turns: dict[str, int] = {
        row.name: row.turn for row in connection.execute(select(SOURCES.c.name, SOURCES.c.turn))
    }
    own = turns.pop(source_name, None)
    last = max(turns.values(), default=0)
    if own is not None and own > last:
        return Turn(own, has_moved=False)
    return Turn(last + 1, has_moved=own is not None)


def copy_records(source: Connection, target: Connection) -> None:
    """Copy every row by key, and the revision; what is written is what anybody would write."""
    for table in (*TABLES.values(), SOURCES, PROBLEMS):
        keys: list[Any] = list(table.primary_key.columns)
        query = select(table).order_by(*(keys or [table.c.source_name, literal_column("rowid")]))
        rows = [dict(row) for row in source.execute(query).mappings()]
        if table is SOURCES:
            rows = [{**row, "added_at": ""} for row in rows]
        if rows:
            target.execute(insert(table), rows)
    target.exec_driver_sql(f"PRAGMA user_version = {read_revision(source)}")

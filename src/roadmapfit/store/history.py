"""What records were before a source changed them or left them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, inspect, select

from roadmapfit.store.tables import HISTORY


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What an update of a source did to one record.

    ``outcome`` is ``added``, ``changed`` or ``gone``; ``fields`` are those that changed.
    """

    kind: str
    record_id: str
    outcome: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One record as it stood until it was replaced; values by field."""

    kind: str
    record_id: str
    source_name: str
    number: int
    replaced_at: str
    record: Mapping[str, Any]


def keep_versions(
    connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]], *, source_name: str
) -> None:
    """Keep rows that are about to be replaced, each with the next number of its record."""
    if not rows:
        return
    HISTORY.create(connection, checkfirst=True)
    last: dict[str, int] = {
        row.record_id: row.number
        for row in connection.execute(
            select(HISTORY.c.record_id, func.max(HISTORY.c.version).label("number"))
            .where(HISTORY.c.kind == kind, HISTORY.c.source_name == source_name)
            .group_by(HISTORY.c.record_id)
        )
    }
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        insert(HISTORY),
        [
            {
                "kind": kind,
                "record_id": row["id"],
                "source_name": source_name,
                "version": last.get(row["id"], 0) + 1,
                "replaced_at": now,
                "record": {
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in row.items()
                    if name not in ("id", "source_name")
                },
            }
            for row in rows
        ],
    )


def read_versions(connection: Connection, record_id: str) -> list[Version]:
    """Read what a record was, oldest first; nothing in a database that kept none."""
    if not inspect(connection).has_table(HISTORY.name):
        return []
    query = (
        select(HISTORY)
        .where(HISTORY.c.record_id == record_id)
        .order_by(HISTORY.c.replaced_at, HISTORY.c.source_name, HISTORY.c.version)
    )
    return [Version(*row) for row in connection.execute(query)]


def list_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the fields in which two rows differ.

    Examples
    --------
    >>> list_changed({"id": "a", "title": "Eau"}, {"id": "a", "title": "L'eau"})
    ('title',)
    """
    return tuple(name for name in after if after[name] != before.get(name))

"""Inputs that were added: what each brought, what that changed, what was refused of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, literal_column, select

from roadmapfit.records import (
    Batch,
    Organisation,
    Outcome,
    Participation,
    Problem,
    Project,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.store.database import count_change
from roadmapfit.store.decided import replace_decisions
from roadmapfit.store.history import RecordChange
from roadmapfit.store.page_marks import replace_page_marks
from roadmapfit.store.queries import Step, StepMeter, replace_records, take_turn
from roadmapfit.store.removed import forget_removed
from roadmapfit.store.revisions import forget_removal
from roadmapfit.store.rows import to_row
from roadmapfit.store.tables import DECISIONS, PROBLEMS, SOURCES, TABLES


@dataclass(frozen=True, slots=True)
class Source:
    """One input that was added, with what it brought."""

    name: str
    content_hash: str
    added_at: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What adding a source changed, in records and decisions.

    ``records`` lists the changes one by one where the source was there before.
    """

    n_added: int
    n_updated: int
    n_unchanged: int
    n_removed: int
    records: tuple[RecordChange, ...] = ()


def put_batch(
    connection: Connection,
    batch: Batch,
    *,
    source_name: str,
    content_hash: str,
    on_step: Step | None = None,
) -> Change:
    """Write what an input brings in the place of what the same source brought before.

    ``on_step`` hears of the records, with all of them once at the end.
    """
    brought = _records_of(batch)
    meter = StepMeter(sum(len(records) for _kind, records in brought), on_step)
    replaced = [
        replace_records(connection, kind, records, source_name=source_name, meter=meter)
        for kind, records in brought
    ]
    # Decisions are read live: they leave the index and its revision as they are.
    is_changed = any(each.n_added or each.n_updated or each.n_removed for each in replaced)
    has_moved = replace_page_marks(connection, batch.page_marks, source_name=source_name)
    n_added, n_updated, n_unchanged, n_removed = replace_decisions(
        connection, batch.decisions, source_name=source_name
    )
    _replace_problems(connection, batch.problems, source_name=source_name)
    turn = take_turn(connection, source_name)
    connection.execute(
        insert(SOURCES).prefix_with("OR REPLACE"),
        {
            "name": source_name,
            "content_hash": content_hash,
            "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": count_records(batch),
            "turn": turn.number,
        },
    )
    if is_changed or has_moved or turn.has_moved:
        count_change(connection)
    forget_removed(connection, source_name)  # it is there anew
    forget_removal(connection, source_name)
    meter.finish()
    return Change(
        n_added + sum(each.n_added for each in replaced),
        n_updated + sum(each.n_updated for each in replaced),
        n_unchanged + sum(each.n_unchanged for each in replaced),
        n_removed + sum(each.n_removed for each in replaced),
        records=tuple(change for each in replaced for change in each.changes),
    )


def read_sources(connection: Connection) -> list[Source]:
    """Read what was added, by name; a snapshot does not hold when."""
    columns = [SOURCES.c[spec.name] for spec in fields(Source)]
    return [Source(*row) for row in connection.execute(select(*columns).order_by(SOURCES.c.name))]


def read_problems(connection: Connection, *, source_name: str | None = None) -> list[Problem]:
    """Read what readers refused, repaired or noted, in file order."""
    query = select(PROBLEMS).order_by(PROBLEMS.c.file, PROBLEMS.c.row, literal_column("rowid"))
    if source_name is not None:
        query = query.where(PROBLEMS.c.source_name == source_name)
    return [
        Problem(
            file=row["file"],
            code=row["code"],
            outcome=Outcome(row["outcome"]),
            row=row["row"],
            field=row["field"],
            found=row["found"],
        )
        for row in connection.execute(query).mappings()
    ]


def count_records(batch: Batch) -> dict[str, int]:
    """Count what a batch brings, by table."""
    counts = {TABLES[kind].name: len(records) for kind, records in _records_of(batch)}
    return counts | ({DECISIONS.name: len(batch.decisions)} if batch.decisions else {})


def _replace_problems(
    connection: Connection, problems: Sequence[Problem], *, source_name: str
) -> None:
    connection.execute(delete(PROBLEMS).where(PROBLEMS.c.source_name == source_name))
    if problems:
        connection.execute(
            PROBLEMS.insert(),
            [{"source_name": source_name, **to_row(problem)} for problem in problems],
        )


def _records_of(batch: Batch) -> list[tuple[type[Any], Sequence[Any]]]:
    return [
        (StrategyDocument, batch.documents),
        (StrategyItem, batch.items),
        (Project, batch.projects),
        (Organisation, batch.organisations),
        (Participation, batch.participations),
    ]

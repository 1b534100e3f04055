"""Records to and from a SQLite database (SQLAlchemy Core).

One table a record type, one column a field; tuples are JSON. Every row
remembers the source it came from, so that adding a source again replaces what
it brought before and removing it takes away just that. Where two sources bring
the same record (two exports name one organisation), both rows are kept and the
source that was added last is the one that is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    QueuePool,
    Select,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.exc import DatabaseError

from roadmapfit.errors import LockedError, WorkspaceError
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Problem,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)

Record = StrategyDocument | StrategyItem | Project | Organisation | Participation
R = TypeVar("R", StrategyDocument, StrategyItem, Project, Organisation, Participation)

_METADATA = MetaData()
# A reader waits so long for a writer's commit before it gives up.
_BUSY_TIMEOUT_S = 30.0


def _table(name: str, *columns: Column[Any], indexes: Sequence[str] = ()) -> Table:
    return Table(
        name,
        _METADATA,
        *columns,
        Column("source_name", String, primary_key=True, index=True),
        *(Index(f"ix_{name}_{column}", column) for column in indexes),
    )


_DOCUMENTS = _table(
    "documents",
    Column("id", String, primary_key=True),
    Column("kind", String),
    Column("title", String),
    Column("owner", String),
    Column("language", String),
    Column("series", String),
    Column("edition", String),
    Column("start_year", Integer),
    Column("end_year", Integer),
    Column("territory", String),
    Column("summary", Text),
    Column("is_invented", Boolean),
    Column("source", String),
    Column("references", JSON),
)
_ITEMS = _table(
    "items",
    Column("id", String, primary_key=True),
    Column("document_id", String),
    Column("title", String),
    Column("text", Text),
    Column("language", String),
    Column("position", Integer),
    Column("parent_id", String),
    Column("is_heading", Boolean),
    Column("reference_ids", JSON),
    indexes=("document_id",),
)
_PROJECTS = _table(
    "projects",
    Column("id", String, primary_key=True),
    Column("title", String),
    Column("abstract", Text),
    Column("language", String),
    Column("source", String),
    Column("acronym", String),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("signature_date", Date),
    Column("total_cost_eur", Float),
    Column("funding_eur", Float),
    Column("status", String),
    Column("programme", String),
    Column("keywords", JSON),
    Column("declared_item_ids", JSON),
    Column("is_invented", Boolean),
)
_ORGANISATIONS = _table(
    "organisations",
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("kind", String),
    Column("source", String),
    Column("short_name", String),
    Column("country", String),
    Column("territory", String),
    Column("n_employees", Integer),
    Column("description", Text),
    Column("competences", JSON),
    Column("language", String),
    Column("identifiers", JSON),
    Column("is_invented", Boolean),
)
_PARTICIPATIONS = _table(
    "participations",
    Column("project_id", String, primary_key=True),
    Column("organisation_id", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("funding_eur", Float),
    Column("total_cost_eur", Float),
    Column("has_ended", Boolean),
    indexes=("organisation_id",),
)
_SOURCES = Table(
    "sources",
    _METADATA,
    Column("name", String, primary_key=True),
    Column("content_hash", String),
    Column("added_at", String),
    Column("counts", JSON),
    Column("turn", Integer),  # the higher, the later it was added
)
_PROBLEMS = Table(
    "problems",
    _METADATA,
    Column("source_name", String, index=True),
    Column("file", String),
    Column("row", Integer),
    Column("field", String),
    Column("code", String),
    Column("outcome", String),
    Column("found", String),
)

_TABLES: dict[type[Any], Table] = {
    StrategyDocument: _DOCUMENTS,
    StrategyItem: _ITEMS,
    Project: _PROJECTS,
    Organisation: _ORGANISATIONS,
    Participation: _PARTICIPATIONS,
}
# How a JSON or text column becomes the record's type again.
_REVIVE: dict[str, Any] = {
    "kind": None,  # depends on the record: see `_to_record`
    "role": Role,
    "references": lambda rows: tuple(Reference(*row) for row in rows),
    "identifiers": lambda rows: tuple((scheme, value) for scheme, value in rows),
    "reference_ids": tuple,
    "keywords": tuple,
    "declared_item_ids": tuple,
    "competences": tuple,
}
_KINDS: dict[type[Any], Any] = {StrategyDocument: DocumentKind, Organisation: OrganisationKind}


@dataclass(frozen=True, slots=True)
class Source:
    """One input that was added, with what it brought."""

    name: str
    content_hash: str
    added_at: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What adding a source changed, in records."""

    n_added: int
    n_updated: int
    n_unchanged: int
    n_removed: int


class Store:
    """A corpus database.

    Parameters
    ----------
    path
        The SQLite file.
    read_only
        Refuse every write; several readers may share the file.
    must_exist
        Refuse to make the file, so that a lost corpus is never taken for an empty one.

    Raises
    ------
    WorkspaceError
        If the file is missing and may not be made, or is not a corpus database.
    """

    def __init__(self, path: Path, *, read_only: bool = False, must_exist: bool = False) -> None:
        self.path = path
        is_made = not (read_only or must_exist)
        if not is_made and not path.exists():
            raise WorkspaceError("database_missing", name=path.name)
        # Left to itself SQLAlchemy takes a path-less URL for a database in memory,
        # and its pool for these closes connections that other threads still use.
        mode = "ro" if read_only else "rw" if must_exist else "rwc"
        self._engine: Engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, mode=mode), poolclass=QueuePool
        )
        event.listen(self._engine, "connect", _set_pragmas)
        try:
            with self._damage_named():
                if is_made:
                    _METADATA.create_all(self._engine)
                with self._engine.connect() as connection:
                    for table in _METADATA.sorted_tables:
                        connection.execute(select(table).limit(1))
        except WorkspaceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    # -- writing ---------------------------------------------------------

    def put(self, batch: Batch, *, source_name: str, content_hash: str) -> Change:
        """Add a source's records, replacing what the same source brought before.

        All or nothing: a kill or a full disk leaves the database as it was.

        Parameters
        ----------
        batch
            What a reader returned; its problems are kept beside the records.
        source_name
            The name under which the source can be updated and removed.
        content_hash
            Of the input's bytes, so that the same input can be told at once.
        """
        with self._damage_named(), self._engine.begin() as connection:
            changes = [
                self._replace(connection, kind, records, source_name)
                for kind, records in _records_of(batch)
            ]
            connection.execute(delete(_PROBLEMS).where(_PROBLEMS.c.source_name == source_name))
            if batch.problems:
                connection.execute(
                    _PROBLEMS.insert(),
                    [
                        {"source_name": source_name, **_columns(problem)}
                        for problem in batch.problems
                    ],
                )
            change = Change(*(sum(numbers) for numbers in zip(*changes, strict=True)))
            is_changed = bool(change.n_added or change.n_updated or change.n_removed)
            turn = self._take_turn(connection, source_name)
            connection.execute(
                insert(_SOURCES).prefix_with("OR REPLACE"),
                {
                    "name": source_name,
                    "content_hash": content_hash,
                    "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "counts": {
                        _TABLES[kind].name: len(records) for kind, records in _records_of(batch)
                    },
                    "turn": turn.number,
                },
            )
            if is_changed or turn.has_moved:
                _count_change(connection)
        return change

    def remove_source(self, source_name: str) -> int:
        """Remove all that a source brought; return the number of records removed.

        Raises
        ------
        WorkspaceError
            If no source has that name; the known ones are listed.
        """
        with self._damage_named(), self._engine.begin() as connection:
            known = list(connection.scalars(select(_SOURCES.c.name).order_by(_SOURCES.c.name)))
            if source_name not in known:
                raise WorkspaceError(
                    "source_unknown", found=source_name, expected=", ".join(known) or "–"
                )
            n_removed = 0
            for table in _TABLES.values():
                result = connection.execute(delete(table).where(table.c.source_name == source_name))
                n_removed += result.rowcount
            connection.execute(delete(_PROBLEMS).where(_PROBLEMS.c.source_name == source_name))
            connection.execute(delete(_SOURCES).where(_SOURCES.c.name == source_name))
            _count_change(connection)
        return n_removed

    def remove_record(self, kind: type[Record], record_id: str) -> int:
        """Remove one record, whatever sources brought it, and what hangs on it.

        A document goes with its items, a project or an organisation with its
        participations.

        Parameters
        ----------
        kind
            A record class; participations have no id and go with their project.
        record_id
            As the source gave it.

        Returns
        -------
        int
            Rows removed.

        Raises
        ------
        WorkspaceError
            If there is no such record.
        """
        table = _TABLES[kind]
        dependants = {
            StrategyDocument: (_ITEMS, _ITEMS.c.document_id),
            Project: (_PARTICIPATIONS, _PARTICIPATIONS.c.project_id),
            Organisation: (_PARTICIPATIONS, _PARTICIPATIONS.c.organisation_id),
        }
        with self._damage_named(), self._engine.begin() as connection:
            n_removed = connection.execute(delete(table).where(table.c.id == record_id)).rowcount
            if not n_removed:
                raise WorkspaceError("record_unknown", found=record_id)
            if kind in dependants:
                other, column = dependants[kind]
                n_removed += connection.execute(delete(other).where(column == record_id)).rowcount
            _count_change(connection)
        return n_removed

    def write_snapshot(self, path: Path) -> None:
        """Copy the records into a new file that depends on nothing but them.

        Rows are written in the order of their keys, and the time of adding is left
        out: equal records give equal bytes, whatever was added and removed before.
        """
        snapshot = Store(path)
        try:
            with snapshot._damage_named(), snapshot._engine.begin() as target:
                self._copy_to(target)
        finally:
            snapshot.close()

    # -- reading ---------------------------------------------------------

    def load(self, kind: type[R], *, ids: Iterable[str] | None = None) -> list[R]:
        """Read records of one type, ordered by id (items by document and position).

        Parameters
        ----------
        kind
            A record class.
        ids
            Only these; ``None`` reads all. Unknown ids are left out.
        """
        if ids is None:
            return self._load(kind, _read_latest(kind))
        # As one JSON list, for SQLite takes no more than some thousand values.
        wanted = func.json_each(json.dumps(list(ids))).table_valued("value")
        is_wanted = _TABLES[kind].c.id.in_(select(wanted.c.value))
        return self._load(kind, _read_latest(kind, is_wanted))

    def load_participations(
        self, *, project_id: str | None = None, organisation_id: str | None = None
    ) -> list[Participation]:
        """Read the participations of one project or of one organisation, or all."""
        conditions = []
        if project_id is not None:
            conditions.append(_PARTICIPATIONS.c.project_id == project_id)
        if organisation_id is not None:
            conditions.append(_PARTICIPATIONS.c.organisation_id == organisation_id)
        return self._load(Participation, _read_latest(Participation, *conditions))

    def load_sources(self) -> list[Source]:
        """Read what was added, by name; a snapshot does not hold when."""
        columns = [_SOURCES.c[spec.name] for spec in fields(Source)]
        with self._damage_named(), self._engine.connect() as connection:
            return [
                Source(*row)
                for row in connection.execute(select(*columns).order_by(_SOURCES.c.name))
            ]

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """Read what readers refused, repaired or noted, in file order."""
        query = select(_PROBLEMS).order_by(
            _PROBLEMS.c.file, _PROBLEMS.c.row, literal_column("rowid")
        )
        if source_name is not None:
            query = query.where(_PROBLEMS.c.source_name == source_name)
        with self._damage_named(), self._engine.connect() as connection:
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

    def revision(self) -> int:
        """Count the changes that the records have seen; equal revisions, equal records."""
        with self._damage_named(), self._engine.connect() as connection:
            return _read_revision(connection)

    def count(self) -> dict[str, int]:
        """Count the records of each type, the sources and the problems."""
        counted: dict[str, Select[Any]] = {
            table.name: _read_latest(kind) for kind, table in _TABLES.items()
        }
        counted |= {table.name: select(table) for table in (_SOURCES, _PROBLEMS)}
        with self._damage_named(), self._engine.connect() as connection:
            return {
                name: int(
                    connection.scalar(
                        select(func.count()).select_from(query.order_by(None).subquery())
                    )
                    or 0
                )
                for name, query in counted.items()
            }

    # -- inside ----------------------------------------------------------

    def _load(self, kind: type[R], query: Select[Any]) -> list[R]:
        with self._damage_named(), self._engine.connect() as connection:
            try:
                return [_to_record(kind, row) for row in connection.execute(query).mappings()]
            except (ValueError, TypeError) as error:
                # A value that is no record's: JSON cut short, a kind that does not exist.
                self._refuse(error)

    def _copy_to(self, target: Connection) -> None:
        """Copy every row by key; what is written is what anybody would write."""
        with self._damage_named(), self._engine.connect() as source:
            for table in (*_TABLES.values(), _SOURCES, _PROBLEMS):
                keys: list[Any] = list(table.primary_key.columns)
                query = select(table).order_by(
                    *(keys or [table.c.source_name, literal_column("rowid")])
                )
                rows = [dict(row) for row in source.execute(query).mappings()]
                if table is _SOURCES:
                    rows = [{**row, "added_at": ""} for row in rows]
                if rows:
                    target.execute(insert(table), rows)
            target.exec_driver_sql(f"PRAGMA user_version = {_read_revision(source)}")

    def _replace(
        self, connection: Connection, kind: type[Any], records: Sequence[Any], source_name: str
    ) -> tuple[int, int, int, int]:
        """Write a source's records of one type; count added, updated, unchanged, removed."""
        table = _TABLES[kind]
        keys = _keys(table)
        rows = {
            tuple(row[key] for key in keys): row
            for row in ({**_columns(record), "source_name": source_name} for record in records)
        }
        before = {
            tuple(row[key] for key in keys): dict(row)
            for row in connection.execute(
                select(table).where(table.c.source_name == source_name)
            ).mappings()
        }
        gone = [key for key in before if key not in rows]
        if gone:
            condition = delete(table).where(table.c.source_name == source_name)
            for name in keys:
                condition = condition.where(table.c[name] == bindparam(f"key_{name}"))
            connection.execute(
                condition,
                [
                    {f"key_{name}": value for name, value in zip(keys, key, strict=True)}
                    for key in gone
                ],
            )
        fresh = [row for key, row in rows.items() if key not in before]
        altered = [row for key, row in rows.items() if key in before and row != before[key]]
        if fresh or altered:
            connection.execute(insert(table).prefix_with("OR REPLACE"), fresh + altered)
        return len(fresh), len(altered), len(rows) - len(fresh) - len(altered), len(gone)

    def _take_turn(self, connection: Connection, source_name: str) -> _Turn:
        """Make a source the last one added, as far as there are others."""
        turns: dict[str, int] = {
            row.name: row.turn
            for row in connection.execute(select(_SOURCES.c.name, _SOURCES.c.turn))
        }
        own = turns.pop(source_name, None)
        last = max(turns.values(), default=0)
        if own is not None and own > last:
            return _Turn(own, has_moved=False)
        return _Turn(last + 1, has_moved=own is not None)

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Say a database error in one clear line."""
        try:
            yield
        except DatabaseError as error:
            self._refuse(error.orig or error)

    def _refuse(self, error: BaseException) -> NoReturn:
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


@dataclass(frozen=True, slots=True)
class _Turn:
    """A source's place among the sources, and whether it overtook another."""

    number: int
    has_moved: bool


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
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


def _read_revision(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA main.user_version").scalar() or 0)


def _count_change(connection: Connection) -> None:
    # SQLite's own number for applications: it is written with the transaction.
    connection.exec_driver_sql(f"PRAGMA user_version = {_read_revision(connection) + 1}")


def _keys(table: Table) -> list[str]:
    """Name the columns that tell records of one source apart."""
    return [column.name for column in table.primary_key.columns if column.name != "source_name"]


def _read_latest(kind: type[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    """Select records, each once, of the source added last, in reading order.

    The conditions are on key columns, so that they never hide a later row.
    """
    table = _TABLES[kind]
    keys = [table.c[name] for name in _keys(table)]
    place = (
        func.row_number().over(partition_by=keys, order_by=_SOURCES.c.turn.desc()).label("place")
    )
    ranked = (
        select(table, place)
        .join(_SOURCES, _SOURCES.c.name == table.c.source_name)
        .where(*conditions)
        .subquery()
    )
    order = ["document_id", "position", "id"] if kind is StrategyItem else _keys(table)
    return (
        select(*(ranked.c[column.name] for column in table.columns))
        .where(ranked.c.place == 1)
        .order_by(*(ranked.c[name] for name in order))
    )


def _records_of(batch: Batch) -> list[tuple[type[Any], Sequence[Any]]]:
    return [
        (StrategyDocument, batch.documents),
        (StrategyItem, batch.items),
        (Project, batch.projects),
        (Organisation, batch.organisations),
        (Participation, batch.participations),
    ]


def _columns(record: Any) -> dict[str, Any]:  # noqa: ANN401 (any record class)
    row: dict[str, Any] = {}
    for spec in fields(record):
        value = getattr(record, spec.name)
        if isinstance(value, tuple):
            value = [
                [part.id, part.title, part.location]
                if isinstance(part, Reference)
                else list(part)
                if isinstance(part, tuple)
                else part
                for part in value
            ]
        elif isinstance(value, str):
            value = str(value)
        row[spec.name] = value
    return row


def _to_record(kind: type[R], row: Mapping[Any, Any]) -> R:
    values: dict[str, Any] = {}
    for spec in fields(kind):
        value = row[spec.name]
        revive = _KINDS.get(kind) if spec.name == "kind" else _REVIVE.get(spec.name)
        values[spec.name] = value if revive is None else revive(value)
    return kind(**values)

"""Records to and from a SQLite database (SQLAlchemy Core).

One table a record type, one column a field; tuples are JSON. Every row
remembers the source it came from, so that adding a source again replaces what
it brought before and removing it takes away just that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError

from roadmapfit.errors import WorkspaceError
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


def _table(name: str, *columns: Column[Any], indexes: Sequence[str] = ()) -> Table:
    return Table(
        name,
        _METADATA,
        *columns,
        Column("source_name", String, nullable=False, index=True),
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
        The SQLite file; made on first use unless ``read_only``.
    read_only
        Refuse every write; several readers may share the file.

    Raises
    ------
    WorkspaceError
        If the file is missing (read only) or is not a corpus database.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        if read_only and not path.exists():
            raise WorkspaceError("database_missing", name=path.name)
        mode = "?mode=ro" if read_only else ""
        self._engine: Engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, mode), pool_pre_ping=False
        )
        event.listen(self._engine, "connect", _set_pragmas)
        with self._damage_named():
            if not read_only:
                _METADATA.create_all(self._engine)
            with self._engine.connect() as connection:
                connection.execute(select(func.count()).select_from(_SOURCES))

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
            connection.execute(
                insert(_SOURCES).prefix_with("OR REPLACE"),
                {
                    "name": source_name,
                    "content_hash": content_hash,
                    "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "counts": {
                        _TABLES[kind].name: len(records) for kind, records in _records_of(batch)
                    },
                },
            )
            change = Change(*(sum(numbers) for numbers in zip(*changes, strict=True)))
            if change.n_added or change.n_updated or change.n_removed:
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
        """Remove one document (with its items) or one project (with its participations).

        Returns
        -------
        int
            Records removed.

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
        """Copy the database as it stands into a new file, with SQLite's own backup."""
        with self._damage_named(), self._engine.connect() as connection:
            source = connection.connection.driver_connection
            target = sqlite3.connect(path)
            try:
                source.backup(target)  # type: ignore[union-attr]
                # A snapshot is read by many and written by none: no journal beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            finally:
                target.close()

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
        table = _TABLES[kind]
        query = select(table).order_by(*_order(kind))
        with self._damage_named(), self._engine.connect() as connection:
            if ids is None:
                return [_to_record(kind, row) for row in connection.execute(query).mappings()]
            records: list[R] = []
            for chunk in _chunks(list(ids), 500):
                rows = connection.execute(query.where(table.c.id.in_(chunk))).mappings()
                records += [_to_record(kind, row) for row in rows]
            return records

    def load_participations(
        self, *, project_id: str | None = None, organisation_id: str | None = None
    ) -> list[Participation]:
        """Read the participations of one project or of one organisation, or all."""
        query = select(_PARTICIPATIONS).order_by(*_order(Participation))
        if project_id is not None:
            query = query.where(_PARTICIPATIONS.c.project_id == project_id)
        if organisation_id is not None:
            query = query.where(_PARTICIPATIONS.c.organisation_id == organisation_id)
        with self._damage_named(), self._engine.connect() as connection:
            return [_to_record(Participation, row) for row in connection.execute(query).mappings()]

    def load_sources(self) -> list[Source]:
        """Read what was added, by name."""
        with self._damage_named(), self._engine.connect() as connection:
            rows = connection.execute(select(_SOURCES).order_by(_SOURCES.c.name))
            return [Source(*row) for row in rows]

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """Read what readers refused, repaired or noted, in file order."""
        query = select(_PROBLEMS).order_by(_PROBLEMS.c.file, _PROBLEMS.c.row)
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
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)

    def count(self) -> dict[str, int]:
        """Count the records of each table."""
        with self._damage_named(), self._engine.connect() as connection:
            return {
                table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in (*_TABLES.values(), _SOURCES, _PROBLEMS)
            }

    # -- inside ----------------------------------------------------------

    def _replace(
        self, connection: Connection, kind: type[Any], records: Sequence[Any], source_name: str
    ) -> tuple[int, int, int, int]:
        """Write a source's records of one type; count added, updated, unchanged, removed."""
        table = _TABLES[kind]
        keys = [column.name for column in table.primary_key.columns]
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
            condition = delete(table)
            for name in keys:
                condition = condition.where(table.c[name] == _bind(name))
            connection.execute(
                condition,
                [
                    {f"key_{name}": value for name, value in zip(keys, key, strict=True)}
                    for key in gone
                ],
            )
        fresh = [row for key, row in rows.items() if key not in before]
        altered = [
            row
            for key, row in rows.items()
            if key in before
            and json.dumps(row, default=str) != json.dumps(before[key], default=str)
        ]
        if fresh or altered:
            connection.execute(insert(table).prefix_with("OR REPLACE"), fresh + altered)
        return len(fresh), len(altered), len(rows) - len(fresh) - len(altered), len(gone)

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Say a database error in one clear line."""
        try:
            yield
        except OperationalError as error:
            reason = str(error.orig)
            if "full" in reason:
                raise WorkspaceError("disk_full", name=self.path.name) from error
            if "readonly" in reason or "unable to open" in reason:
                raise WorkspaceError("not_writable", name=self.path.name) from error
            raise WorkspaceError("database_damaged", name=self.path.name, reason=reason) from error
        except DatabaseError as error:
            raise WorkspaceError(
                "database_damaged", name=self.path.name, reason=str(error.orig)
            ) from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # Streamlit sessions read from several threads; SQLAlchemy's pool keeps each
    # connection to one thread at a time.
    return sqlite3.connect(f"file:{path.as_posix()}{mode}", uri=True, check_same_thread=False)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")


def _count_change(connection: Connection) -> None:
    # SQLite's own number for applications: it is written with the transaction.
    revision = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    connection.exec_driver_sql(f"PRAGMA user_version = {revision + 1}")


def _bind(name: str) -> Any:
    from sqlalchemy import bindparam

    return bindparam(f"key_{name}")


def _order(kind: type[Any]) -> list[Any]:
    if kind is StrategyItem:
        return [_ITEMS.c.document_id, _ITEMS.c.position]
    return list(_TABLES[kind].primary_key.columns)


def _records_of(batch: Batch) -> list[tuple[type[Any], Sequence[Any]]]:
    return [
        (StrategyDocument, batch.documents),
        (StrategyItem, batch.items),
        (Project, batch.projects),
        (Organisation, batch.organisations),
        (Participation, batch.participations),
    ]


def _columns(record: Any) -> dict[str, Any]:
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


def _chunks(values: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]

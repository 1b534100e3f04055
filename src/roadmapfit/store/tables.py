"""The tables of a corpus database: one a record type, one column a field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy.dialects import sqlite

from roadmapfit.records import (
    Organisation,
    Participation,
    Project,
    StrategyDocument,
    StrategyItem,
)

METADATA = MetaData()
"""What every corpus database has."""


def _table(name: str, *columns: Column[Any], indexes: Sequence[str] = ()) -> Table:
    return Table(
        name,
        METADATA,
        *columns,
        Column("source_name", String, primary_key=True, index=True),
        *(Index(f"ix_{name}_{column}", column) for column in indexes),
    )


DOCUMENTS = _table(
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
ITEMS = _table(
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
PROJECTS = _table(
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
ORGANISATIONS = _table(
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
PARTICIPATIONS = _table(
    "participations",
    Column("project_id", String, primary_key=True),
    Column("organisation_id", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("funding_eur", Float),
    Column("total_cost_eur", Float),
    Column("has_ended", Boolean),
    indexes=("organisation_id",),
)
SOURCES = Table(
    "sources",
    METADATA,
    Column("name", String, primary_key=True),
    Column("content_hash", String),
    Column("added_at", String),
    Column("counts", JSON),
    Column("turn", Integer),  # the higher, the later it was added
)
PROBLEMS = Table(
    "problems",
    METADATA,
    Column("source_name", String, index=True),
    Column("file", String),
    Column("row", Integer),
    Column("field", String),
    Column("code", String),
    Column("outcome", String),
    Column("found", String),
)

# Apart from the others: a workspace made before there were decisions has no such
# table, and a snapshot has none either.
DECISIONS = Table(
    "decisions",
    MetaData(),
    Column("project_id", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("is_aligned", Boolean, nullable=False),
    Column("decided_on", Date),
    Column("note", Text),
    Column("source_name", String, index=True),
)

# Likewise apart: what records were before a source changed them, and what people said
# of the columns of their tables.
HISTORY = Table(
    "history",
    MetaData(),
    Column("kind", String, primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("source_name", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("replaced_at", String),
    Column("record", JSON),
)
MAPPINGS = Table(
    "mappings",
    MetaData(),
    Column("signature", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("columns", JSON, nullable=False),
)

# Which records are held to be one, and which of these links a person has undone.
LINKS = Table(
    "links",
    MetaData(),
    Column("kind", String, primary_key=True),
    Column("left_id", String, primary_key=True),
    Column("right_id", String, primary_key=True),
    Column("method", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("is_undone", Boolean, nullable=False),
)

# Apart as well: the pages of what came from documents, made when first written to.
PAGE_MARKS = Table(
    "page_marks",
    MetaData(),
    Column("owner_kind", String, primary_key=True),
    Column("owner_id", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("page", Integer, nullable=False),
    Column("is_ocr", Boolean, nullable=False),
    Column("source_name", String, primary_key=True, index=True),
)

TABLES: dict[type[Any], Table] = {
    StrategyDocument: DOCUMENTS,
    StrategyItem: ITEMS,
    Project: PROJECTS,
    Organisation: ORGANISATIONS,
    Participation: PARTICIPATIONS,
}
"""The table of each record that a source brings."""


def list_keys(table: Table) -> list[str]:
    """Name the columns that tell records of one source apart."""
    return [column.name for column in table.primary_key.columns if column.name != "source_name"]


@cache
def list_probes() -> tuple[str, ...]:
    """Give one question a table, in SQL, that only a table with all its columns answers.

    Written out once: a database is opened for one answer, and to put the questions into
    words each time took most of that.
    """
    dialect = sqlite.dialect()
    return tuple(
        f"{select(table).compile(dialect=dialect)} LIMIT 1" for table in METADATA.sorted_tables
    )

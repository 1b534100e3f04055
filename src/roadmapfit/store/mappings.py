"""What people said of the columns of their tables, by the signature of the header."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, inspect, select

from roadmapfit.readers.tables.mapping import ColumnMapping
from roadmapfit.store.tables import MAPPINGS


def write_mapping(connection: Connection, signature: str, mapping: ColumnMapping) -> None:
    """Remember a mapping in the place of any other of that header."""
    MAPPINGS.create(connection, checkfirst=True)
    connection.execute(
        insert(MAPPINGS).prefix_with("OR REPLACE"),
        {
            "signature": signature,
            "kind": mapping.kind,
            "columns": [list(pair) for pair in mapping.columns],
        },
    )


def read_mapping(connection: Connection, signature: str) -> ColumnMapping | None:
    """Recall the mapping of a header; a damaged one is a ValueError or TypeError."""
    if not inspect(connection).has_table(MAPPINGS.name):
        return None
    query = select(MAPPINGS).where(MAPPINGS.c.signature == signature)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    return ColumnMapping(row["kind"], tuple((field, name) for field, name in row["columns"]))


def remove_mapping(connection: Connection, signature: str) -> bool:
    """Forget the mapping of a header; say whether there was one."""
    if not inspect(connection).has_table(MAPPINGS.name):
        return False
    condition = MAPPINGS.c.signature == signature
    return bool(connection.execute(delete(MAPPINGS).where(condition)).rowcount)

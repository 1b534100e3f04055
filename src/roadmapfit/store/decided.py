"""The table of decisions: one row a pair of project and item, made when first written to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, inspect, select

from roadmapfit.records import Decision
from roadmapfit.store.rows import to_row
from roadmapfit.store.tables import DECISIONS, ITEMS


def has_decisions(connection: Connection) -> bool:
    """Tell whether a decision was ever written here."""
    return inspect(connection).has_table(DECISIONS.name)


def read_decisions(*, project_id: str | None = None) -> Select[Any]:
    """Select decisions, of one project or all, by project and item."""
    query = select(DECISIONS).order_by(DECISIONS.c.project_id, DECISIONS.c.item_id)
    return query if project_id is None else query.where(DECISIONS.c.project_id == project_id)


def write_decision(connection: Connection, decision: Decision) -> None:
    """Write one decision in the place of any other about its pair."""
    DECISIONS.create(connection, checkfirst=True)
    connection.execute(insert(DECISIONS).prefix_with("OR REPLACE"), to_row(decision))


def replace_decisions(
    connection: Connection, decisions: Sequence[Decision], *, source_name: str
) -> tuple[int, int, int, int]:
    """Write a source's decisions; count added, updated, unchanged, removed.

    One that the source brought before and brings no more is removed; one about a pair
    that another source or a person had decided takes that one's place.
    """
    if not decisions and not has_decisions(connection):
        return 0, 0, 0, 0
    DECISIONS.create(connection, checkfirst=True)
    rows = {
        (each.project_id, each.item_id): {**to_row(each), "source_name": source_name}
        for each in decisions
    }
    before = {
        (row["project_id"], row["item_id"]): dict(row)
        for row in connection.execute(select(DECISIONS)).mappings()
    }
    own = DECISIONS.c.source_name == source_name
    n_own = sum(row["source_name"] == source_name for row in before.values())
    n_again = sum(before[pair]["source_name"] == source_name for pair in rows if pair in before)
    fresh = sum(pair not in before for pair in rows)
    unchanged = sum(row == before.get(pair) for pair, row in rows.items())
    connection.execute(delete(DECISIONS).where(own))
    if rows:
        connection.execute(insert(DECISIONS).prefix_with("OR REPLACE"), list(rows.values()))
    return fresh, len(rows) - fresh - unchanged, unchanged, n_own - n_again


def remove_decisions(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    """Remove the decisions that meet all conditions; count them."""
    if not has_decisions(connection):
        return 0
    return connection.execute(delete(DECISIONS).where(*conditions)).rowcount


def of_pair(project_id: str, item_id: str) -> ColumnElement[bool]:
    """Pick the decision about one project and one item."""
    return (DECISIONS.c.project_id == project_id) & (DECISIONS.c.item_id == item_id)


def of_document(document_id: str) -> ColumnElement[bool]:
    """Pick the decisions about the items of one document."""
    return DECISIONS.c.item_id.in_(select(ITEMS.c.id).where(ITEMS.c.document_id == document_id))

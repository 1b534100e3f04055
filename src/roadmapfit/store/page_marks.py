"""The table of page marks: where the pages of a document begin in the texts it brought."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, inspect, select

from roadmapfit.records import OwnerKind, PageMark, Project, StrategyItem
from roadmapfit.store.queries import read_latest
from roadmapfit.store.rows import to_row
from roadmapfit.store.tables import PAGE_MARKS, TABLES

_RECORDS = {OwnerKind.ITEM: StrategyItem, OwnerKind.PROJECT: Project}


def has_page_marks(connection: Connection) -> bool:
    """Tell whether a page mark was ever written here."""
    return inspect(connection).has_table(PAGE_MARKS.name)


def replace_page_marks(
    connection: Connection, marks: Sequence[PageMark], *, source_name: str
) -> bool:
    """Write a source's marks in the place of those it brought before; tell of any change."""
    if not marks and not has_page_marks(connection):
        return False
    PAGE_MARKS.create(connection, checkfirst=True)
    own = PAGE_MARKS.c.source_name == source_name
    keys = list(PAGE_MARKS.primary_key.columns)
    before = [dict(row) for row in connection.execute(select(PAGE_MARKS).where(own)).mappings()]
    rows = {
        (mark.owner_kind, mark.owner_id, mark.field, mark.start): {
            **to_row(mark),
            "source_name": source_name,
        }
        for mark in marks
    }
    after = list(rows.values())
    if sorted(map(_key, before)) == sorted(map(_key, after)):
        return False
    connection.execute(delete(PAGE_MARKS).where(own))
    if after:
        connection.execute(
            insert(PAGE_MARKS), sorted(after, key=lambda row: [row[k.name] for k in keys])
        )
    return True


def copy_page_marks(source: Connection, target: Connection) -> None:
    """Copy every mark by key into a snapshot; none leaves no table."""
    if not has_page_marks(source):
        return
    query = select(PAGE_MARKS).order_by(*PAGE_MARKS.primary_key.columns)
    rows = [dict(row) for row in source.execute(query).mappings()]
    if rows:
        PAGE_MARKS.create(target, checkfirst=True)
        target.execute(insert(PAGE_MARKS), rows)


def read_page_marks(
    connection: Connection, kind: OwnerKind, owner_ids: Iterable[str]
) -> list[PageMark]:
    """Read the marks of some items or projects, by owner and place.

    Of a record that several sources brought, the marks are those of the source whose
    record counts: places in another one's text would be wrong.
    """
    if kind not in _RECORDS or not has_page_marks(connection):
        return []
    wanted = func.json_each(json.dumps(list(owner_ids))).table_valued("value")
    record = _RECORDS[kind]
    is_wanted = TABLES[record].c.id.in_(select(wanted.c.value))
    latest = read_latest(record, is_wanted).order_by(None).subquery()
    query = (
        select(PAGE_MARKS)
        .join(
            latest,
            (latest.c.id == PAGE_MARKS.c.owner_id)
            & (latest.c.source_name == PAGE_MARKS.c.source_name),
        )
        .where(PAGE_MARKS.c.owner_kind == str(kind))
        .order_by(PAGE_MARKS.c.owner_id, PAGE_MARKS.c.field, PAGE_MARKS.c.start)
    )
    return [
        PageMark(kind, row["owner_id"], row["field"], row["start"], row["page"], row["is_ocr"])
        for row in connection.execute(query).mappings()
    ]


def _key(row: dict[str, object]) -> str:
    return json.dumps(row, sort_keys=True)

"""Tables as Excel workbooks: texts stay texts, whatever they begin with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

Cell: TypeAlias = str | int | float | bool | None

# Excel refuses a longer text in a cell.
_MAX_CHARS = 32_767
_FORMATS = {"text": "", "number": "#,##0", "share": "0%", "year": "0"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what its cells are, and its width in characters."""

    heading: str
    kind: Literal["text", "number", "share", "year"] = "text"
    width: int = 18


def write_xlsx(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, name: str) -> bytes:
    """Write a table as a workbook of one sheet, with a heading row that filters and stays.

    Parameters
    ----------
    columns
        From left to right.
    rows
        As many as the sheet holds, 1,048,575; ``None`` and ``nan`` leave a cell empty.
    name
        Of the sheet.

    Returns
    -------
    bytes
        The same table gives the same bytes.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "constant_memory": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, {**options, "strings_to_formulas": False})
    # A workbook has a moment of its making; ours depends on the table alone.
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC), "author": "RoadmapFit"})
    sheet = book.add_worksheet(_clean_name(name))
    bold = book.add_format({"bold": True, "bottom": 1})
    for number, column in enumerate(columns):
        shape = book.add_format({"num_format": _FORMATS[column.kind]})
        sheet.set_column(number, number, column.width, shape)
        sheet.write_string(0, number, column.heading, bold)
    n_rows = 0
    for n_rows, row in enumerate(rows, start=1):
        for number, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(n_rows, number, cell[:_MAX_CHARS])
            elif cell is not None and cell == cell:  # nan is unequal to itself
                sheet.write_number(n_rows, number, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, n_rows), len(columns) - 1)
    book.close()
    return stream.getvalue()


def _clean_name(name: str) -> str:
    """Keep what Excel takes as the name of a sheet."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in name)[:31].strip() or "1"

"""Tables that leave the app as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins so for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]], *, language: str) -> bytes:
    r"""Write a table that opens well in a spreadsheet and runs nothing there.

    Semicolons and decimal commas in French, commas and points in English; a byte
    order mark so that accents are read right.

    Examples
    --------
    >>> write_csv(["name", "n"], [["=1+1", 2.5]], language="fr").decode("utf-8-sig")
    "name;n\r\n'=1+1;2,5\r\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "fr" else ",")
    writer.writerow([guard_cell(name) for name in header])
    for row in rows:
        writer.writerow([_write_cell(cell, language) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def guard_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    Examples
    --------
    >>> guard_cell("@SUM(A1)"), guard_cell("hydrogen")
    ("'@SUM(A1)", 'hydrogen')
    """
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text


def _write_cell(cell: object, language: str) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        text = f"{cell:.4f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if language == "fr" else text
    return guard_cell(str(cell)) if isinstance(cell, str) else str(cell)

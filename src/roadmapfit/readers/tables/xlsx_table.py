"""A sheet of a workbook as a table (openpyxl): values only, macros never run."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

from roadmapfit.errors import InputError, RoadmapFitError
from roadmapfit.readers.csv_zip import open_archive
from roadmapfit.readers.files import ByteMeter
from roadmapfit.readers.tables.mapping import is_heading
from roadmapfit.readers.tables.table import (
    COLUMN_LIMIT,
    HEADER_SHARE,
    Table,
    fit_row,
    render_cell,
)
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

UNPACKED_LIMIT_BYTES = 400_000_000
"""Of each part of the workbook; a sheet of 100,000 rows of text has about 100 MB."""

# A title, a date and an empty line often stand above the header.
_HEADER_ROWS = 20
_EMPTY_ROW_LIMIT = 10_000

_HEAD_BYTES = 65_536
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(rb"<[A-Za-z]")


@contextmanager
def open_xlsx(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Iterator[Table]:
    """Open the first sheet that holds a table; other sheets with tables are noted.

    The header is the first of the top rows that is filled nearly as wide as the widest of
    them. Of a formula the value that was saved with it is read. Nothing is computed, no
    macro is run and no link to another file is followed.

    Raises
    ------
    InputError
        ``zip_bomb``, ``not_a_zip``, ``table_damaged``, ``no_table`` or
        ``too_many_columns``.
    """
    with open_archive(path, limit_bytes=UNPACKED_LIMIT_BYTES) as archive, _explain(fields):
        _refuse_entities(archive, fields)
    workbook = None
    try:
        with _explain(fields):
            workbook = _load_workbook(path)
            table = _find_table(workbook, fields)
        if table is None:
            raise InputError("no_table", file=fields.file)
        yield table
    finally:
        if workbook is not None:
            workbook.close()
    meter.advance(path.stat().st_size)


def _refuse_entities(archive: zipfile.ZipFile, fields: FieldReader) -> None:
    """Refuse parts that declare a document type: no workbook has one, but bombs do.

    Raises
    ------
    InputError
        ``table_damaged``, naming the part.
    """
    for info in archive.infolist():
        if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(info) as part:
            # UTF-16 has a zero byte beside each of these letters.
            head = _COMMENT.sub(b"", part.read(_HEAD_BYTES).replace(b"\0", b""))
        if b"<!DOCTYPE" in head.upper() or (head.strip() and not _ELEMENT.search(head)):
            found = f"{info.filename}: <!DOCTYPE"
            raise InputError("table_damaged", file=fields.file, found=found)


def _load_workbook(path: Path) -> Any:  # noqa: ANN401 (openpyxl)
    import openpyxl

    with warnings.catch_warnings():
        # Of styles and extensions that openpyxl leaves out, which are no part of a value.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)


@contextmanager
def _explain(fields: FieldReader) -> Iterator[None]:
    """Say in one line what is wrong with a workbook."""
    try:
        yield
    except RoadmapFitError:
        raise
    # A damaged part raises whatever its first wrong value meets: KeyError, TypeError,
    # AttributeError, ParseError and more.
    except Exception as error:
        found = f"{type(error).__name__}: {error}"[:200]
        raise InputError("table_damaged", file=fields.file, found=found) from error


def _find_table(workbook: Any, fields: FieldReader) -> Table | None:  # noqa: ANN401
    """Take the first sheet with a table of several columns, else the first one of names."""
    found: Table | None = None
    narrow: tuple[str, Table] | None = None
    others: list[str] = []
    for sheet in workbook.worksheets:
        # The size that a sheet states is often wrong.
        sheet.reset_dimensions()
        rows = _read_rows(sheet, fields)
        top = list(islice(rows, _HEADER_ROWS))
        place = _find_header(top)
        place_of_name = _find_name(top) if place is None else None
        if place is not None and found is None:
            found = _make_table(top, place, rows, fields)
        elif place is not None:
            others.append(sheet.title)
        elif place_of_name is not None and narrow is None:
            narrow = sheet.title, _make_table(top, place_of_name, rows, fields)
        elif place_of_name is not None:
            others.append(sheet.title)
    if narrow is not None and found is not None:
        others.append(narrow[0])
    for title in others:
        fields.report("sheet_not_read", Outcome.NOTED, found=title)
    return found or (narrow[1] if narrow is not None else None)


def _make_table(
    top: list[tuple[int, list[str]]],
    place: int,
    rows: Iterator[tuple[int, list[str]]],
    fields: FieldReader,
) -> Table:
    header = tuple(cell.strip() for cell in top[place][1])
    return Table(header, _fit(chain(top[place + 1 :], rows), len(header), fields), fields)


def _find_name(top: Sequence[tuple[int, list[str]]]) -> int | None:
    """Find the known heading of a table that has but one column, with rows under it."""
    places = (place for place, (_, cells) in enumerate(top[:-1]) if is_heading(cells[-1]))
    return next(places, None)


def _read_rows(sheet: Any, fields: FieldReader) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401
    """Yield the rows that are not empty, cut after their last cell."""
    n_empty = 0
    for number, values in enumerate(_guarded(sheet.iter_rows(values_only=True), fields), start=1):
        cells = [render_cell(value) for value in values[: COLUMN_LIMIT + 1]]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            n_empty = 0
            yield number, cells
            continue
        n_empty += 1
        # One stray cell in the last row of a sheet stands under a million empty ones.
        if n_empty > _EMPTY_ROW_LIMIT:
            return


def _guarded(rows: Iterable[Any], fields: FieldReader) -> Iterator[Any]:
    with _explain(fields), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from rows


def _find_header(top: Sequence[tuple[int, list[str]]]) -> int | None:
    widths = [sum(bool(cell.strip()) for cell in cells) for _, cells in top]
    widest = max(widths, default=0)
    if widest < 2:
        return None
    return next(place for place, width in enumerate(widths) if width >= HEADER_SHARE * widest)


def _fit(
    rows: Iterator[tuple[int, list[str]]], n_columns: int, fields: FieldReader
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in rows:
        fitted = fit_row(cells, n_columns=n_columns, row=number, fields=fields)
        if fitted is not None:
            yield number, fitted

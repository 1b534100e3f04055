"""Separated values: the separator found, the encoding taken as it comes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from roadmapfit.readers.csv_rows import list_rows
from roadmapfit.readers.csv_zip import FIELD_LIMIT_CHARS
from roadmapfit.readers.files import ByteMeter, decode_lines, read_lines, refuse_binary
from roadmapfit.readers.tables.mapping import is_heading
from roadmapfit.readers.tables.table import HEADER_SHARE, Table
from roadmapfit.readers.values import FieldReader

_SEPARATORS = (";", ",", "\t", "|")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_STATED = re.compile(r"\"?sep=(.)\"?;*", re.IGNORECASE)
_HEAD_BYTES = 65_536
_HEADER_ROWS = 20


@contextmanager
def open_csv(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Iterator[Table]:
    """Open a CSV file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    The separator is the one of semicolon, comma, tabulator and bar that cuts the header
    into most columns; a line ``sep=;`` above it says it, and a title above it is passed over.
    Empty rows are passed over; a row with another number of fields
    than the header is refused.

    Raises
    ------
    InputError
        ``file_not_text``, ``file_unreadable`` or ``too_many_columns``.
    """
    # The limit is one for the whole process: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), FIELD_LIMIT_CHARS))
    with path.open("rb") as stream:
        head = stream.peek(_HEAD_BYTES)[:_HEAD_BYTES]
        if head.startswith(_UTF16_MARKS):
            lines: Iterator[str] = io.TextIOWrapper(stream, "utf-16", errors="replace", newline="")
        else:
            refuse_binary(head, file=fields.file)
            lines = decode_lines(read_lines(stream, meter), fields=fields)
        top = list(islice(lines, _HEADER_ROWS))
        n_above, separator = _find_header(top)
        table = csv.reader(chain(top[n_above:], lines), delimiter=separator)
        try:
            header = tuple(name.strip() for name in next(table, []))
        except csv.Error:
            header = ()
        rows = list_rows(
            table, n_columns=len(header), fields=fields, has_blanks=True, n_above=n_above
        )
        yield Table(header, rows, fields)


def find_separator(header: str) -> str:
    r"""Find what separates the columns of a header.

    Examples
    --------
    >>> find_separator('Titre;"Coût, en euros";Année'), find_separator("titre\tdate")
    (';', '\t')
    """
    return max(_SEPARATORS, key=lambda each: _count_columns(header, each))


def _find_header(top: Sequence[str]) -> tuple[int, str]:
    """Find the lines above the header, and the separator.

    Excel writes ``sep=;`` on a line of its own. A title stands in one cell, and the header
    under it has as many cells as the row below, nearly all of them filled.
    """
    if not top:
        return 0, _SEPARATORS[0]
    stated = _STATED.fullmatch(top[0].strip("\r\n"))
    if stated:
        return 1, stated[1]
    if _count_filled(top[0]) > 1 or is_heading(top[0].strip(' \r\n;,\t|"')):
        return 0, find_separator(top[0])
    for place, line in enumerate(top[:-1]):
        separator = find_separator(line)
        n_columns = _count_columns(line, separator)
        is_wide = n_columns > 1 and _count_filled(line) >= HEADER_SHARE * n_columns
        if is_wide and _count_columns(top[place + 1], separator) == n_columns:
            return place, separator
    return 0, find_separator(top[0])


def _count_filled(line: str) -> int:
    try:
        cells = next(csv.reader([line], delimiter=find_separator(line)), [])
    except csv.Error:
        return 0
    return sum(bool(cell.strip()) for cell in cells)


def _count_columns(header: str, separator: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=separator), []))
    except csv.Error:
        return 0

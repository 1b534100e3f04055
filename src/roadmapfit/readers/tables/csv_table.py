"""Separated values: the separator found, the encoding taken as it comes."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from roadmapfit.readers.csv_rows import list_rows
from roadmapfit.readers.csv_zip import FIELD_LIMIT_CHARS
from roadmapfit.readers.files import ByteMeter, decode_lines, read_lines, refuse_binary
from roadmapfit.readers.tables.table import Table
from roadmapfit.readers.values import FieldReader

_SEPARATORS = (";", ",", "\t", "|")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD_BYTES = 65_536


@contextmanager
def open_csv(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Iterator[Table]:
    """Open a CSV file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    The separator is the one of semicolon, comma, tabulator and bar that cuts the header
    into most columns. Empty rows are passed over; a row with another number of fields
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
        first = next(lines, "")
        separator = find_separator(first)
        table = csv.reader(_again(first, lines), delimiter=separator)
        try:
            header = tuple(name.strip() for name in next(table, []))
        except csv.Error:
            header = ()
        rows = list_rows(table, n_columns=len(header), fields=fields, has_blanks=True)
        yield Table(header, rows, fields)


def find_separator(header: str) -> str:
    r"""Find what separates the columns of a header.

    Examples
    --------
    >>> find_separator('Titre;"Coût, en euros";Année'), find_separator("titre\tdate")
    (';', '\t')
    """
    return max(_SEPARATORS, key=lambda each: _count_columns(header, each))


def _count_columns(header: str, separator: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=separator), []))
    except csv.Error:
        return 0


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines

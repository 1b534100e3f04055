"""The rows of a CSV table, those that cannot be read reported and passed over."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

if TYPE_CHECKING:
    from _csv import Reader


Headings = Mapping[str, Sequence[str]]
"""The columns that a reader knows, and the headings that each goes by, in lower case."""

_SEPARATORS = (";", ",", "\t")


def find_header(text: str, headings: Headings) -> tuple[str, list[str]]:
    """Find the separator under which the first line names the most known columns.

    Returns
    -------
    tuple[str, list[str]]
        The separator and the first line's cells.
    """
    first = text.partition("\n")[0]
    headers = {each: next(csv.reader([first], delimiter=each), []) for each in _SEPARATORS}
    separator = max(headers, key=lambda each: len(place_columns(headers[each], headings)))
    return separator, headers[separator]


def place_columns(header: Sequence[str], headings: Headings) -> dict[str, int]:
    """Place the columns by their headings; of two with one meaning the first counts."""
    names = [name.strip().casefold() for name in header]
    places = {
        column: [number for number, name in enumerate(names) if name in known]
        for column, known in headings.items()
    }
    return {column: found[0] for column, found in places.items() if found}


def list_rows(
    table: Reader, *, n_columns: int, fields: FieldReader, has_blanks: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row after the header with its first line's number.

    Parameters
    ----------
    table
        A reader whose header was taken.
    n_columns
        Of the header: a row with more or fewer cells is refused, for its cells may have
        moved.
    fields
        Told what is refused.
    has_blanks
        Whether rows of empty cells mean nothing, as at the end of a spreadsheet. An
        empty line never holds a row.
    """
    while True:
        row = table.line_num + 1
        try:
            values = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            fields.report("unreadable_row", Outcome.REFUSED, row=row, found=str(error))
            continue
        if not values or (has_blanks and not any(value.strip() for value in values)):
            continue
        if len(values) != n_columns:
            found = f"{len(values)} / {n_columns}"
            fields.report("field_count", Outcome.REFUSED, row=row, found=found)
            continue
        yield row, values

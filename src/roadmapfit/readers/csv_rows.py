"""The rows of a CSV table, those that cannot be read reported and passed over."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

if TYPE_CHECKING:
    from _csv import Reader


def list_rows(
    table: Reader,
    *,
    n_columns: int,
    fields: FieldReader,
    has_blanks: bool = False,
    n_above: int = 0,
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
    n_above
        Lines of the file above the header, which count in line numbers.
    """
    while True:
        row = n_above + table.line_num + 1
        try:
            values = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            fields.n_rows += 1
            fields.report("unreadable_row", Outcome.REFUSED, row=row, found=str(error))
            continue
        if not values or (has_blanks and not any(value.strip() for value in values)):
            continue
        fields.n_rows += 1
        if len(values) != n_columns:
            found = f"{len(values)} / {n_columns}"
            fields.report("field_count", Outcome.REFUSED, row=row, found=found)
            continue
        yield row, values

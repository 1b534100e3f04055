"""A table of whatever container: a header, and rows of text with the place of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from roadmapfit.errors import InputError
from roadmapfit.readers.columns import place_columns
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.values import FieldReader, remove_forbidden
from roadmapfit.records import Outcome

COLUMN_LIMIT = 2_000
"""A table with more columns than this is no table of records."""

HEADING_LIMIT_CHARS = 300
"""The name of a column is cut here: what is longer is a text in the wrong place."""


HEADER_SHARE = 0.8
"""A row this much as wide as the widest near it, or more, can be the header."""


@dataclass(slots=True)
class Table:
    """One open table; its rows can be read once.

    Attributes
    ----------
    header
        The names of the columns as they are spelt; some may be empty.
    rows
        The 1-based line (or place in a list) of each row and its cells, as many as the
        header has.
    fields
        Where problems with the rows go.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[str]]]
    fields: FieldReader

    def __post_init__(self) -> None:
        """Refuse a table that is none, and tidy the names of its columns.

        Raises
        ------
        InputError
            ``too_many_columns``.
        """
        self.header = tuple(
            remove_forbidden(name[:HEADING_LIMIT_CHARS]).strip() for name in self.header
        )
        if len(self.header) > COLUMN_LIMIT:
            raise InputError(
                "too_many_columns",
                file=self.fields.file,
                found=len(self.header),
                limit=COLUMN_LIMIT,
            )

    def records(
        self,
        required: Sequence[str],
        optional: Sequence[str] = (),
        *,
        aliases: Mapping[str, Sequence[str]] | None = None,
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream the wanted columns of each row by name, cells without white space around.

        A missing optional column reads as empty: the formats read here have many that only
        some exports carry. Columns that are not asked for are never looked at.

        Raises
        ------
        InputError
            ``columns_missing``.
        """
        known = {fold_heading(name) for name in self.header}
        there = [
            name
            for name in optional
            if any(fold_heading(each) in known for each in (name, *(aliases or {}).get(name, ())))
        ]
        places = place_columns(
            self.header, required=required, optional=there, aliases=aliases, fields=self.fields
        )
        blank = dict.fromkeys(optional, "")
        taken = {name: place for name, place in places.items() if place is not None}
        for row, cells in self.rows:
            yield row, blank | {name: cells[place].strip() for name, place in taken.items()}


def render_cell(value: Any) -> str:  # noqa: ANN401 (whatever a workbook or JSON holds)
    """Write a cell's value as a CSV file would hold it; nested values as JSON.

    Examples
    --------
    >>> [render_cell(value) for value in (None, True, 3.0, 2.5, {"fr": "Eau"})]
    ['', 'true', '3', '2.5', '{"fr": "Eau"}']
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            if value != value:  # nan is the only value unequal to itself
                return ""
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case int():
            # Python refuses to write out integers of some thousand digits.
            return str(value) if abs(value) < 10**30 else "1e30"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def fit_row(cells: list[str], *, n_columns: int, row: int, fields: FieldReader) -> list[str] | None:
    """Bring a row to the header's width: empty cells are added or dropped, others refused."""
    fields.n_rows += 1
    if len(cells) > n_columns and any(cell.strip() for cell in cells[n_columns:]):
        found = f"{len(cells)} / {n_columns}"
        fields.report("field_count", Outcome.REFUSED, row=row, found=found)
        return None
    return cells[:n_columns] + [""] * (n_columns - len(cells))

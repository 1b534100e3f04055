"""A file that holds a table: opened, recognised, read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn

from roadmapfit.errors import InputError
from roadmapfit.readers.files import ByteMeter, Progress
from roadmapfit.readers.tables.csv_table import open_csv
from roadmapfit.readers.tables.formats import recognise
from roadmapfit.readers.tables.json_table import open_json
from roadmapfit.readers.tables.mapped import read_mapped
from roadmapfit.readers.tables.mapping import (
    FIELDS,
    FindMapping,
    guess_mapping,
    sign_header,
)
from roadmapfit.readers.tables.parquet_table import open_parquet
from roadmapfit.readers.tables.table import Table
from roadmapfit.readers.tables.xlsx_table import open_xlsx
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".xlsm", ".parquet")
"""The containers that a table is read from."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a table before its rows are read."""

    columns: tuple[str, ...]
    signature: str
    format_name: str | None
    sample: tuple[tuple[str, ...], ...]


def read_table(
    path: Path, *, find_mapping: FindMapping | None = None, on_progress: Progress | None = None
) -> Batch:
    """Read a table of a known format, or by the mapping that is remembered for its header.

    Parameters
    ----------
    path
        A file with one of ``SUFFIXES``.
    find_mapping
        Looks up what people said of a header; without one, known formats alone are read.
    on_progress
        Called with bytes done and bytes in all.

    Raises
    ------
    InputError
        ``no_table``, or ``mapping_needed`` with the mapping that is guessed, where neither
        format nor mapping is known; or what opening the file raises.
    """
    batch = Batch()
    meter = ByteMeter(path.stat().st_size, on_progress)
    fields = FieldReader(path.name, batch.problems)
    with open_table(path, fields=fields, meter=meter) as table:
        if not any(table.header):
            raise InputError("no_table", file=fields.file)
        known = recognise(table.header)
        mapping = find_mapping(sign_header(table.header)) if find_mapping else None
        if mapping is not None:
            read_mapped(table, batch, mapping=mapping)
        elif known is not None:
            known.read(table, batch)
        else:
            _ask_for_mapping(path, table.header)
    fields.finish()
    batch.tallies.append(fields.tally())
    meter.finish()
    return batch


def look_at(path: Path, *, n_rows: int = 3) -> Header:
    """Read a table's header and its first rows, and tell the format if it is known."""
    fields = FieldReader(path.name, [])
    with open_table(path, fields=fields, meter=ByteMeter(0, None)) as table:
        known = recognise(table.header)
        sample = tuple(tuple(cells) for _, cells in islice(table.rows, n_rows))
        return Header(
            table.header, sign_header(table.header), known.name if known else None, sample
        )


@contextmanager
def open_table(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Iterator[Table]:
    """Open a table in the container that the suffix names.

    Raises
    ------
    InputError
        If the file is not there, cannot be read, or is not what its suffix says.
    """
    if not path.exists():
        raise InputError("path_missing", path=str(path))
    suffix = path.suffix.lower()
    try:
        if suffix in (".json", ".jsonl"):
            yield open_json(path, fields=fields, meter=meter)
            return
        opening = {".parquet": open_parquet, ".xlsx": open_xlsx, ".xlsm": open_xlsx}
        with opening.get(suffix, open_csv)(path, fields=fields, meter=meter) as table:
            yield table
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError("file_unreadable", file=fields.file, found=found) from error


def _ask_for_mapping(path: Path, header: tuple[str, ...]) -> NoReturn:
    """Say what is guessed of the columns, and how to answer.

    Raises
    ------
    InputError
        ``mapping_needed``.
    """
    guess = guess_mapping(header)
    pairs = "; ".join(f"{field} ← {heading}" for field, heading in guess.columns)
    needed = FIELDS[guess.kind][0]
    raise InputError(
        "mapping_needed",
        file=path.name,
        columns=", ".join(name for name in header if name)[:300] or "–",
        kind=guess.kind,
        guess=pairs[:400] or "–",
        needed=needed,
    )

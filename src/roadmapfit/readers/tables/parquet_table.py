"""Parquet as a table, read in batches (pyarrow)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from roadmapfit.errors import InputError
from roadmapfit.readers.files import ByteMeter
from roadmapfit.readers.tables.table import Table, render_cell
from roadmapfit.readers.values import FieldReader

ROW_LIMIT = 5_000_000
UNPACKED_LIMIT_BYTES = 2_000_000_000
_ROWS_AT_ONCE = 1_000


@contextmanager
def open_parquet(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Iterator[Table]:
    """Open a Parquet file; rows are numbered from 1.

    Raises
    ------
    InputError
        ``table_damaged``, or ``table_too_large`` where it claims more rows or bytes than
        any export has.
    """
    import pyarrow.parquet as pq

    with ExitStack() as stack:
        with _explain(fields):
            file = stack.enter_context(pq.ParquetFile(path))
            groups = [file.metadata.row_group(place) for place in range(file.num_row_groups)]
            n_bytes = sum(group.total_byte_size for group in groups)
            header = tuple(str(name) for name in file.schema_arrow.names)
        if file.metadata.num_rows > ROW_LIMIT or n_bytes > UNPACKED_LIMIT_BYTES:
            raise InputError(
                "table_too_large",
                file=fields.file,
                n_rows=file.metadata.num_rows,
                size_mb=f"{n_bytes / 1e6:.0f}",
            )
        yield Table(header, _rows(file, fields), fields)
    meter.advance(path.stat().st_size)


@contextmanager
def _explain(fields: FieldReader) -> Iterator[None]:
    """Say in one line what is wrong with a file."""
    try:
        yield
    # pyarrow's own errors are ValueErrors, OSErrors, KeyErrors and RuntimeErrors.
    except (ValueError, KeyError, OSError, RuntimeError, OverflowError, MemoryError) as error:
        found = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError("table_damaged", file=fields.file, found=found) from error


def _rows(file: Any, fields: FieldReader) -> Iterator[tuple[int, Sequence[str]]]:  # noqa: ANN401
    number = 0
    batches = file.iter_batches(batch_size=_ROWS_AT_ONCE)
    while True:
        with _explain(fields):
            batch = next(batches, None)
            if batch is None:
                return
            columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            number += 1
            fields.n_rows += 1
            yield number, [render_cell(value) for value in cells]

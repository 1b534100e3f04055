"""Rows of the data folder's files; what is missing is named by its place in the folder."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from roadmapfit.errors import InputError


def find_file(data: Path, name: str) -> Path:
    """Give the path of a file of the data folder.

    Raises
    ------
    InputError
        ``task_file_missing``, with the folder and the name.
    """
    path = data / name
    if not path.is_file():
        raise InputError("task_file_missing", file=name, folder=str(data))
    return path


def load_csv(
    data: Path, name: str, *, columns: Sequence[str], delimiter: str = ","
) -> list[dict[str, str]]:
    """Load a table with a header, in UTF-8 with or without a mark.

    Raises
    ------
    InputError
        ``task_file_missing``, ``task_file_damaged`` or ``task_columns_missing``.
    """
    with (
        explain_damage(name),
        find_file(data, name).open(encoding="utf-8-sig", newline="") as stream,
    ):
        return _check_columns(csv.DictReader(stream, delimiter=delimiter), columns, name)


def load_zip_csv(
    data: Path, name: str, *, member: str, columns: Sequence[str]
) -> list[dict[str, str]]:
    """Load a semicolon-separated table from inside a zip, as CORDIS writes them.

    Raises
    ------
    InputError
        ``task_file_missing``, ``task_file_damaged`` or ``task_columns_missing``.
    """
    with explain_damage(name), zipfile.ZipFile(find_file(data, name)) as archive:
        found = [each for each in archive.namelist() if Path(each).name.lower() == member.lower()]
        if not found:
            raise InputError("task_file_missing", file=f"{name}: {member}", folder=str(data))
        with archive.open(found[0]) as stream:
            lines = io.TextIOWrapper(stream, "utf-8-sig", newline="")
            return _check_columns(csv.DictReader(lines, delimiter=";"), columns, name)


def load_json_table(data: Path, name: str, *, columns: Sequence[str]) -> list[dict[str, str]]:
    """Load ANR's JSON layout: ``columns``, and ``data`` with one list a row.

    Raises
    ------
    InputError
        ``task_file_missing``, ``task_file_damaged`` or ``task_columns_missing``.
    """
    with explain_damage(name):
        content = json.loads(find_file(data, name).read_text(encoding="utf-8"))
        header = content["columns"]
        _refuse_missing(columns, header, name)
        return [
            {column: str(value or "") for column, value in zip(header, values, strict=True)}
            for values in content["data"]
        ]


def load_json_lines(data: Path, name: str, *, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Load one JSON object a line; blank lines are passed over.

    Raises
    ------
    InputError
        ``task_file_missing``, ``task_file_damaged`` or ``task_columns_missing``.
    """
    with explain_damage(name), find_file(data, name).open(encoding="utf-8") as stream:
        rows: list[dict[str, Any]] = [json.loads(line) for line in stream if line.strip()]
        for row in rows:
            _refuse_missing(columns, row, name)
        return rows


def load_parquet(
    data: Path, name: str, *, columns: Sequence[str], optional: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Load the wanted columns of a Parquet file, and the optional ones that it has.

    Raises
    ------
    InputError
        ``task_file_missing``, ``task_file_damaged`` or ``task_columns_missing``.
    """
    import pyarrow.parquet as pq

    with explain_damage(name):
        table = pq.ParquetFile(find_file(data, name))
        known = table.schema_arrow.names
        _refuse_missing(columns, known, name)
        taken = [*columns, *(column for column in optional if column in known)]
        rows: list[dict[str, Any]] = table.read(columns=taken).to_pylist()
        return rows


def read_number(text: str, *, name: str) -> float:
    """Read a number of the file ``name``; anything else is ``task_file_damaged``."""
    with explain_damage(name):
        return float(text)


@contextmanager
def explain_damage(name: str) -> Iterator[None]:
    """Turn what a broken file raises into ``task_file_damaged``, which names the file."""
    try:
        yield
    # pyarrow's ArrowInvalid, bad UTF-8 and bad JSON are all ValueErrors.
    except (OSError, ValueError, KeyError, TypeError, csv.Error, zipfile.BadZipFile) as error:
        reason = str(error) or type(error).__name__
        raise InputError("task_file_damaged", file=name, found=reason) from error


def _check_columns(
    reader: csv.DictReader[str], columns: Sequence[str], name: str
) -> list[dict[str, str]]:
    _refuse_missing(columns, reader.fieldnames or (), name)
    # A row cut short reads as empty to its end.
    return [{column: row[column] or "" for column in columns} for row in reader]


def _refuse_missing(columns: Sequence[str], found: Iterable[str], name: str) -> None:
    known = list(found)
    missing = [column for column in columns if column not in known]
    if missing:
        raise InputError(
            "task_columns_missing",
            file=name,
            missing=", ".join(missing),
            columns=", ".join(known) or "–",
        )

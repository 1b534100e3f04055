"""JSON as a table: ANR's split form, a list of objects, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from roadmapfit.errors import InputError
from roadmapfit.readers.files import ByteMeter, load_bytes
from roadmapfit.readers.tables.table import Table, fit_row, render_cell
from roadmapfit.readers.values import FieldReader, remove_forbidden
from roadmapfit.records import Outcome

FILE_LIMIT_BYTES = 250_000_000
"""The topics of the EU portal have 130 MB; Python needs some times as much to hold them."""

# Where the rows are, in files that wrap them: the way down, one key a step.
_PATHS = (("fundingData", "GrantTenderObj"), ("data",), ("results",), ("records",), ("projects",))


def open_json(path: Path, *, fields: FieldReader, meter: ByteMeter) -> Table:
    """Open a JSON file as a table; a nested value stays JSON text in its cell.

    Raises
    ------
    InputError
        ``json_damaged``, ``json_not_a_table``, ``file_too_large``, ``file_unreadable`` or
        ``too_many_columns``.
    """
    raw = load_bytes(path, file=fields.file, limit_bytes=FILE_LIMIT_BYTES)
    meter.advance(len(raw))
    return parse_table(raw, fields=fields)


def parse_table(raw: bytes, *, fields: FieldReader) -> Table:
    """Make a table of the bytes of a JSON file; rows are numbered from 1.

    Raises
    ------
    InputError
        ``json_damaged``, ``json_not_a_table`` or ``too_many_columns``.
    """
    content = parse_json(raw, file=fields.file)
    if isinstance(content, dict) and _is_split(content):
        header = tuple(render_cell(name) for name in content["columns"])
        return Table(header, _split_rows(content["data"], len(header), fields), fields)
    rows = find_objects(content)
    if rows is None:
        raise InputError("json_not_a_table", file=fields.file, found=_describe(content))
    keys = tuple(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))
    return Table(keys, _object_rows(rows, keys, fields), fields)


def parse_json(raw: bytes, *, file: str) -> Any:  # noqa: ANN401 (JSON)
    """Read JSON, or one JSON value a line; a byte order mark is allowed.

    Raises
    ------
    InputError
        ``json_damaged``.
    """
    text = raw.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InputError("json_damaged", file=file, found="RecursionError") from error
    except ValueError as error:
        failure = error
        lines = text.splitlines()
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise InputError("json_damaged", file=file, found=str(error)[:200]) from error
    values = [_parse_line(line) for line in lines if line.strip()]
    if not any(isinstance(value, dict) for value in values[1:]):  # one broken object
        raise InputError("json_damaged", file=file, found=str(failure)[:200])
    return values


def _parse_line(line: str) -> Any:  # noqa: ANN401 (JSON)
    """Read one line as JSON; one that is none is given back as it is, and refused as a row."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line


def find_objects(content: Any) -> list[Any] | None:  # noqa: ANN401 (JSON)
    """Find the list of objects in a JSON value, ``None`` where there is none."""
    if isinstance(content, list):
        return content if any(isinstance(row, dict) for row in content) else None
    for path in _PATHS:
        inner = content
        for key in path:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, list) and any(isinstance(row, dict) for row in inner):
            return inner
    return None


def _is_split(content: dict[str, Any]) -> bool:
    columns, data = content.get("columns"), content.get("data")
    return isinstance(columns, list) and isinstance(data, list)


def _split_rows(
    data: list[Any], n_columns: int, fields: FieldReader
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, values in enumerate(data, start=1):
        if not isinstance(values, list):
            yield from _refuse_value(number, values, fields)
            continue
        cells = [render_cell(value) for value in values]
        fitted = fit_row(cells, n_columns=n_columns, row=number, fields=fields)
        if fitted is not None:
            yield number, fitted


def _object_rows(
    rows: list[Any], header: tuple[str, ...], fields: FieldReader
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            yield from _refuse_value(number, row, fields)
            continue
        fields.n_rows += 1
        yield number, [render_cell(row.get(name)) for name in header]


def _refuse_value(
    number: int,
    value: Any,  # noqa: ANN401 (JSON)
    fields: FieldReader,
) -> Iterator[tuple[int, Sequence[str]]]:
    fields.n_rows += 1
    fields.report("unreadable_row", Outcome.REFUSED, row=number, found=_describe(value))
    return iter(())


def _describe(value: Any) -> str:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return remove_forbidden("{" + ", ".join(list(value)[:8]) + "}")[:200]
    return remove_forbidden(f"{type(value).__name__}: {render_cell(value)[:60]}")

"""A table of texts to be scored: a title and an abstract a row, as CSV or XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.csv_rows import find_header, list_rows, place_columns
from roadmapfit.readers.files import FILE_LIMIT_BYTES, load_text
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome, Problem

HEADINGS = {
    "title": ("title", "titre", "intitulé", "nom", "name", "projet", "project"),
    "abstract": ("abstract", "résumé", "resume", "description", "objective", "summary")
    + ("objectif", "objectifs", "texte", "text"),
    "id": ("id", "identifiant", "identifier", "code", "project_id", "référence", "reference"),
}
"""The columns, and the headings that each goes by; one of title and abstract is enough."""

# A workbook is a zip archive: one that swells to more than this is no table of texts.
_UNPACKED_LIMIT_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a table; ``row`` is its line in the file, ``id`` the source's own name."""

    row: int
    id: str
    title: str
    abstract: str


def read_text_table(path: Path) -> tuple[list[TextRow], list[Problem]]:
    """Read a table of texts, its rows and what was refused of it.

    A row without a title and an abstract is refused; other columns are not read.

    Raises
    ------
    InputError
        If the file cannot be read, is no table, or has neither a title nor an abstract
        column (``no_text_columns``).
    """
    problems: list[Problem] = []
    fields = FieldReader(path.name, problems)
    if path.suffix.lower() == ".xlsx":
        columns, rows = _open_workbook(path, fields)
    else:
        columns, rows = _open_csv(path, fields)
    texts = [text for row, cells in rows if (text := _read_row(cells, row, columns, fields))]
    fields.finish()
    return texts, problems


def _open_csv(
    path: Path, fields: FieldReader
) -> tuple[dict[str, int], Iterable[tuple[int, list[str]]]]:
    text = load_text(path, fields=fields)
    separator, header = find_header(text, HEADINGS)
    columns = _find_columns(header, file=path.name)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(table, None)
    return columns, list_rows(table, n_columns=len(header), fields=fields, has_blanks=True)


def _open_workbook(
    path: Path, fields: FieldReader
) -> tuple[dict[str, int], Iterable[tuple[int, list[str]]]]:
    """Open a workbook's first sheet; a formula stands for the value last computed."""
    rows = _list_sheet(path, file=fields.file)
    _number, header = next(rows, (1, []))
    return _find_columns(header, file=fields.file), rows


def _list_sheet(path: Path, *, file: str) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size(path, file=file)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
                texts = ["" if cell is None else str(cell) for cell in cells]
                if any(text.strip() for text in texts):
                    yield number, texts
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError) as error:
        raise InputError("table_damaged", file=file, found=str(error)[:120] or "–") from error


def _check_size(path: Path, *, file: str) -> None:
    """Refuse what is no archive, and an archive that is too large or would become so."""
    n_bytes = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError("table_damaged", file=file, found=str(error)) from error
    if n_bytes > FILE_LIMIT_BYTES or unpacked > _UNPACKED_LIMIT_BYTES:
        found = f"{max(n_bytes, unpacked) / 1e6:.0f}"
        raise InputError("table_too_large", file=file, found=found)


def _find_columns(header: Sequence[str], *, file: str) -> dict[str, int]:
    columns = place_columns(header, HEADINGS)
    if "title" not in columns and "abstract" not in columns:
        raise InputError(
            "no_text_columns",
            file=file,
            columns=", ".join(name.strip() for name in header if name.strip())[:500] or "–",
        )
    return columns


def _read_row(
    cells: Sequence[str], row: int, columns: dict[str, int], fields: FieldReader
) -> TextRow | None:
    held = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    title = fields.line(held.get("title", ""), row=row, field="title")
    abstract = fields.paragraphs(held.get("abstract", ""), row=row, field="abstract")
    if not title and not abstract:
        fields.report("empty_text", Outcome.REFUSED, row=row, field="abstract", found="–")
        return None
    own_id = fields.line(held.get("id", ""), row=row, field="id")
    return TextRow(row, own_id, title, abstract)

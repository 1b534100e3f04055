"""Tables of texts, as CSV and as the workbooks that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmapfit.errors import InputError
from roadmapfit.readers.text_table import TextRow, read_text_table
from roadmapfit.report.xlsx_file import Column, write_xlsx

HEADER = ("Code", "Titre", "Résumé", "Autre")
ROWS = (
    ("A1", "Hydrogène au port", "De l'hydrogène; pour les navires.", "x"),
    ("A2", "", " ", "y"),
    ("A3", "Titre seul", "", "z"),
)
FOUND = [
    TextRow(2, "A1", "Hydrogène au port", "De l'hydrogène; pour les navires."),
    TextRow(4, "A3", "Titre seul", ""),
]


def write_table(path: Path) -> Path:
    """Write the table as its file's ending says."""
    columns = [Column(name) for name in HEADER]
    lines = [";".join(f'"{cell}"' for cell in row) for row in (HEADER, *ROWS)]
    content = {
        ".xlsx": write_xlsx(columns, ROWS, name="Projets"),
        ".csv": "\n".join(lines).encode(),
        ".txt": "\n".join(lines).encode("cp1252"),
    }
    path.write_bytes(content[path.suffix])
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.txt"])
def test_rows_are_read_and_empty_ones_refused(tmp_path: Path, name: str) -> None:
    rows, problems = read_text_table(write_table(tmp_path / name))
    assert rows == FOUND
    refused = [(each.code, each.row) for each in problems if each.outcome == "refused"]
    assert refused == [("empty_text", 3)]


def test_a_table_without_our_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,price\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="columns found: date, price"):
        read_text_table(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"title\nx\n"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_text_table(tmp_path / "a.xlsx")
    assert caught.value.code == "not_a_zip"

"""Cells of an Excel workbook (.xlsx) as texts, formulas as the values last computed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from roadmapfit.errors import InputError
from roadmapfit.evaluate.tasks.tables import explain_damage, find_file

Sheet = dict[int, dict[str, str]]
"""Row number to column letters to text; empty cells are left out."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRINGS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def load_workbook(data: Path, name: str) -> dict[str, Sheet]:
    """Load all sheets of a workbook by name, hidden ones too, in their order.

    Raises
    ------
    InputError
        ``task_file_missing`` or ``task_file_damaged``.
    """
    path = find_file(data, name)
    try:
        with explain_damage(name), zipfile.ZipFile(path) as archive:
            return {sheet: _read_sheet(archive, member) for sheet, member in _list_sheets(archive)}
    except ElementTree.ParseError as error:
        raise InputError("task_file_damaged", file=name, found=str(error)) from error


def _list_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        # Relative to the folder xl, unless it starts at the root.
        member = PurePosixPath("/xl") / targets[sheet.attrib[_LINK]]
        yield sheet.attrib["name"], str(member).removeprefix("/")


def _read_sheet(archive: zipfile.ZipFile, member: str) -> Sheet:
    strings = _read_strings(archive)
    rows: Sheet = {}
    for cell in ElementTree.fromstring(archive.read(member)).iter(f"{_MAIN}c"):
        place = _REFERENCE.fullmatch(cell.attrib["r"])
        text = _read_cell(cell, strings)
        if place and text.strip():
            rows.setdefault(int(place[2]), {})[place[1]] = text
    return rows


def _read_strings(archive: zipfile.ZipFile) -> list[str]:
    if _STRINGS not in archive.namelist():
        return []
    table = ElementTree.fromstring(archive.read(_STRINGS))
    return [_join_runs(entry) for entry in table.iter(f"{_MAIN}si")]


def _read_cell(cell: ElementTree.Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _join_runs(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    return strings[int(value)] if cell.get("t") == "s" and value else value


def _join_runs(element: ElementTree.Element) -> str:
    """Join the runs of a text that changes its font midway."""
    return "".join(run.text or "" for run in element.iter(f"{_MAIN}t"))

"""A table of what people decided: one project and one item a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.csv_rows import list_rows
from roadmapfit.readers.files import load_text
from roadmapfit.readers.values import FieldReader, parse_flag
from roadmapfit.records import Batch, Decision, Outcome

HEADINGS = {
    "project_id": ("project_id", "project", "projet"),
    "item_id": ("item_id", "item", "axe"),
    "decision": ("decision", "décision"),
    "date": ("date",),
    "note": ("note",),
}
"""The columns, and the headings that each goes by; date and note may be absent."""

_REQUIRED = ("project_id", "item_id", "decision")
_SEPARATORS = (";", ",", "\t")
_WORDS = {
    "aligned": True,
    "aligné": True,
    "alignée": True,
    "not aligned": False,
    "non aligné": False,
    "non alignée": False,
}
# What a spreadsheet takes for a formula, our own export guards with an apostrophe.
_GUARDED = tuple(f"'{sign}" for sign in "=+-@")


def read_decisions(path: Path) -> Batch:
    """Read decisions from CSV, with semicolons or commas, French or English headings.

    A row without a project, an item or a readable decision is refused. Of several rows
    about one pair the last one counts, which is noted. Whether project and item exist is
    not known here.

    Raises
    ------
    InputError
        If the file cannot be read, is no text, or has not the columns (``not_decisions``).
    """
    batch = Batch()
    fields = FieldReader(path.name, batch.problems)
    text = load_text(path, fields=fields)
    separator, columns = _find_columns(text, fields)
    held: dict[tuple[str, str], Decision] = {}
    for row, cells in _rows(text, separator, columns, fields):
        decision = _read_row(cells, row, fields)
        if decision is None:
            continue
        pair = decision.project_id, decision.item_id
        if held.pop(pair, None) is not None:
            found = " / ".join(pair)
            fields.report(
                "replaced_decision", Outcome.NOTED, row=row, field="decision", found=found
            )
        held[pair] = decision
    batch.decisions += held.values()
    fields.finish()
    batch.tallies.append(fields.tally())
    return batch


def is_header_of_decisions(header: Sequence[str]) -> bool:
    """Tell whether a table is meant for decisions: it has two of the three columns.

    Examples
    --------
    >>> is_header_of_decisions(["Projet", "Axe", "Note"]), is_header_of_decisions(["Projet"])
    (True, False)
    """
    columns = _place(header)
    return sum(name in columns for name in _REQUIRED) >= 2


def parse_decision(text: str) -> bool | None:
    """Read whether people called a pair aligned; empty is ``None``.

    Raises
    ------
    ValueError
        If the text is none of the known words.

    Examples
    --------
    >>> [parse_decision(text) for text in ("Aligné", "not_aligned", "oui", "0", "")]
    [True, False, True, False, None]
    """
    plain = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
    return _WORDS[plain] if plain in _WORDS else parse_flag(plain)


def _find_columns(text: str, fields: FieldReader) -> tuple[str, dict[str, int]]:
    """Find the separator and the place of each column; a heading of ours is asked for."""
    first = text.partition("\n")[0]
    headers = {each: next(csv.reader([first], delimiter=each), []) for each in _SEPARATORS}
    separator = max(headers, key=lambda each: len(_place(headers[each])))
    header = headers[separator]
    columns = _place(header)
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        raise InputError(
            "not_decisions",
            file=fields.file,
            missing=", ".join(missing),
            columns=", ".join(name.strip() for name in header)[:500] or "–",
        )
    for number, name in enumerate(header):
        if number not in columns.values() and name.strip():
            fields.report("unknown_field", Outcome.NOTED, row=1, field=name.strip(), found=name)
    return separator, columns


def _place(header: Sequence[str]) -> dict[str, int]:
    """Place the columns by their headings; of two with one meaning the first counts."""
    names = [name.strip().casefold() for name in header]
    places = {
        column: [number for number, name in enumerate(names) if name in known]
        for column, known in HEADINGS.items()
    }
    return {column: found[0] for column, found in places.items() if found}


def _rows(
    text: str, separator: str, columns: dict[str, int], fields: FieldReader
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's line and its cells by column; a spreadsheet's empty rows are left out."""
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = next(table, [])
    rows = list_rows(table, n_columns=len(header), fields=fields, has_blanks=True)
    for row, values in rows:
        yield row, {name: _bare(values[place]) for name, place in columns.items()}


def _read_row(cells: dict[str, str], row: int, fields: FieldReader) -> Decision | None:
    project_id = fields.line(cells["project_id"], row=row, field="project_id")
    item_id = fields.line(cells["item_id"], row=row, field="item_id")
    for name, value in (("project_id", project_id), ("item_id", item_id)):
        if not value:
            fields.report("missing_field", Outcome.REFUSED, row=row, field=name, found=name)
            return None
    try:
        is_aligned = parse_decision(cells["decision"])
    except ValueError:
        is_aligned = None
    if is_aligned is None:
        found = cells["decision"] or "–"
        fields.report(
            "unreadable_decision", Outcome.REFUSED, row=row, field="decision", found=found
        )
        return None
    return Decision(
        project_id=project_id,
        item_id=item_id,
        is_aligned=is_aligned,
        decided_on=fields.day(cells.get("date", ""), row=row, field="date"),
        note=fields.line(cells.get("note", ""), row=row, field="note"),
    )


def _bare(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell."""
    plain = cell.strip()
    return plain[1:] if plain.startswith(_GUARDED) else plain

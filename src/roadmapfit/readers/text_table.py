"""A table of texts to be scored: a title and an abstract a row, in any container of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roadmapfit.arguments import PathLike, as_path
from roadmapfit.errors import InputError
from roadmapfit.readers.files import ByteMeter
from roadmapfit.readers.tables.mapping import guess_mapping
from roadmapfit.readers.tables.reading import open_table
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome, Problem

# What the other columns say of a project takes no part in its fit.
_TEXTS = ("title", "abstract")
_FIELDS = (*_TEXTS, "id")


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a table; ``row`` is its line in the file, ``id`` the source's own name."""

    row: int
    id: str
    title: str
    abstract: str


def read_text_table(path: PathLike) -> tuple[list[TextRow], list[Problem]]:
    """Read a table of texts, its rows and what was refused of it.

    The columns are guessed by their headings as those of a table of projects are. A row
    without a title and an abstract is refused; other columns are not read.

    Raises
    ------
    InputError
        If the file cannot be read, is no table, or has neither a title nor an abstract
        column (``no_text_columns``).
    ArgumentError
        If ``path`` is no path.
    """
    path = as_path(path, name="path")
    problems: list[Problem] = []
    fields = FieldReader(path.name, problems)
    with open_table(path, fields=fields, meter=ByteMeter(0, None)) as table:
        guessed = guess_mapping(table.header, kind="projects").by_field
        headings = {name: guessed[name] for name in _FIELDS if name in guessed}
        if not any(name in headings for name in _TEXTS):
            columns = ", ".join(name for name in table.header if name)[:500] or "–"
            raise InputError("no_text_columns", file=path.name, columns=columns)
        texts = [
            text
            for row, cells in table.records([], list(headings.values()))
            if (text := _read_row(row, {name: cells[at] for name, at in headings.items()}, fields))
        ]
    fields.finish()
    return texts, problems


def _read_row(row: int, held: Mapping[str, str], fields: FieldReader) -> TextRow | None:
    title = fields.line(held.get("title", ""), row=row, field="title")
    abstract = fields.paragraphs(held.get("abstract", ""), row=row, field="abstract")
    if not title and not abstract:
        fields.report("empty_text", Outcome.REFUSED, row=row, field="abstract", found="–")
        return None
    own_id = fields.line(held.get("id", ""), row=row, field="id")
    return TextRow(row, own_id, title, abstract)

"""A table of an old CORDIS export that lies alone, not in a zip."""

from __future__ import annotations

from collections.abc import Iterator

from roadmapfit.readers.cordis import CordisReading
from roadmapfit.readers.cordis_tables import NEW_ONLY, OLD, ORGANISATIONS, PROJECTS
from roadmapfit.readers.files import ByteMeter
from roadmapfit.readers.tables.table import Table
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch, Problem


class _LooseTable:
    """One open table in the place of an export's."""

    is_old = True

    def __init__(self, name: str, table: Table) -> None:
        self._name = name
        self._table = table

    def open_fields(self, table: str, problems: list[Problem]) -> FieldReader | None:
        return self._table.fields if table == self._name else None

    def size(self, table: str) -> int:
        return int(table == self._name)

    def rows(
        self, table: str, *, fields: FieldReader, meter: ByteMeter
    ) -> Iterator[tuple[int, dict[str, str]]]:
        columns = OLD[table]
        blank = dict.fromkeys(NEW_ONLY[table], "")
        rows = self._table.records(columns.required, columns.optional, aliases=columns.aliases)
        return ((row, blank | values) for row, values in rows)


def read_old_projects(table: Table, batch: Batch) -> None:
    """Read projects with the partners that they list by name."""
    CordisReading(_LooseTable(PROJECTS, table), batch).read()


def read_old_organisations(table: Table, batch: Batch) -> None:
    """Read organisations and participations of projects that other files bring."""
    CordisReading(_LooseTable(ORGANISATIONS, table), batch).read()

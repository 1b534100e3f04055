"""Where the tables of a CORDIS export are, and what their columns are called.

The current layout (since 2021) is a zip of four tables and more, as CSV or as JSON. The
old one is a CSV of projects that lists partners by name, and a CSV of organisations
beside it, alone or in a zip.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from roadmapfit.readers.csv_zip import CsvZip
from roadmapfit.readers.files import ByteMeter
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Problem

PROJECTS, ORGANISATIONS, TOPICS, LEGAL_BASES = ("project", "organization", "topics", "legalbasis")
TABLES = (PROJECTS, ORGANISATIONS, TOPICS, LEGAL_BASES)
UNUSED = frozenset({"euroscivoc", "weblink", "webitem", "information"})

_PATTERNS = {
    PROJECTS: "cordis*projects.csv",
    ORGANISATIONS: "cordis*organi[sz]ations.csv",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table, and their older names."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] | None = None


_IN_BOTH = (
    "id",
    "acronym",
    "status",
    "title",
    "startDate",
    "endDate",
    "totalCost",
    "ecMaxContribution",
    "topics",
)
CURRENT = {
    PROJECTS: Columns(
        (
            *_IN_BOTH,
            "ecSignatureDate",
            "frameworkProgramme",
            "masterCall",
            "fundingScheme",
            "objective",
        ),
        ("keywords", "legalBasis"),
    ),
    ORGANISATIONS: Columns(
        (
            "projectID",
            "organisationID",
            "name",
            "SME",
            "activityType",
            "city",
            "country",
            "role",
            "ecContribution",
        ),
        (
            "shortName",
            "nutsCode",
            "order",
            "netEcContribution",
            "totalCost",
            "endOfParticipation",
        ),
    ),
    TOPICS: Columns(("projectID", "topic", "title")),
    LEGAL_BASES: Columns(("legalBasis", "title")),
}

OLD = {
    PROJECTS: Columns(
        (*_IN_BOTH, "masterCall", "fundingScheme", "objective"),
        (
            "frameworkProgramme",
            "legalBasis",
            "coordinator",
            "coordinatorCountry",
            "participants",
            "participantCountries",
        ),
        {"masterCall": ("call",), "legalBasis": ("programme",), "id": ("reference",)},
    ),
    ORGANISATIONS: Columns(
        ("projectID", "organisationID", "name", "role", "country"),
        ("shortName", "activityType", "city", "ecContribution", "endOfParticipation"),
        {"projectID": ("projectReference",), "organisationID": ("id",)},
    ),
}
# Columns that only the current layout has: they read as empty in the old one.
NEW_ONLY = {
    PROJECTS: ("ecSignatureDate", "keywords"),
    ORGANISATIONS: ("SME", "nutsCode", "order", "netEcContribution", "totalCost"),
}


class CordisTables(Protocol):
    """Some or all of the tables of one export."""

    is_old: bool

    def open_fields(self, table: str, problems: list[Problem]) -> FieldReader | None:
        """Give what reads the fields of a table, ``None`` where there is no such table."""

    def size(self, table: str) -> int:
        """Give a table's bytes, 0 where it is not there."""

    def rows(
        self, table: str, *, fields: FieldReader, meter: ByteMeter
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream a table's rows by the names of the current layout."""


class ZipTables:
    """The tables of an archive."""

    def __init__(self, archive: CsvZip) -> None:
        self._archive = archive
        self._members: dict[str, str] = {}
        self.is_old = False
        for table in TABLES:
            for suffix in (".csv", ".json"):
                if table + suffix in archive.info_by_name:
                    self._members.setdefault(table, table + suffix)
        for table, pattern in _PATTERNS.items():
            old = fnmatch.filter(archive.info_by_name, pattern)
            if old and table not in self._members:
                self._members[table] = old[0]
                self.is_old = True

    @property
    def is_whole(self) -> bool:
        """Whether the tables without which nothing can be read are there."""
        needed = (PROJECTS,) if self.is_old else (PROJECTS, ORGANISATIONS, TOPICS)
        return all(table in self._members for table in needed)

    def list_others(self) -> list[str]:
        """List the members that are neither read nor known to be of no use here."""
        used = set(self._members.values())
        others = [
            info.filename
            for name, info in self._archive.info_by_name.items()
            if name not in used and name.rpartition(".")[0] not in UNUSED
        ]
        return sorted([*others, *self._archive.shadowed])

    def open_fields(self, table: str, problems: list[Problem]) -> FieldReader | None:
        """Name the member as the archive spells it."""
        member = self._members.get(table)
        if member is None:
            return None
        return FieldReader(self._archive.info_by_name[member].filename, problems)

    def size(self, table: str) -> int:
        """Give the unpacked bytes of a member."""
        return self._archive.size(self._members.get(table, ""))

    def rows(
        self, table: str, *, fields: FieldReader, meter: ByteMeter
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream the rows of a member."""
        columns = (OLD if self.is_old else CURRENT)[table]
        rows = self._archive.rows(
            self._members[table],
            required=columns.required,
            optional=columns.optional,
            aliases=columns.aliases,
            fields=fields,
            meter=meter,
        )
        blank = dict.fromkeys(NEW_ONLY.get(table, ()), "") if self.is_old else {}
        return ((row, blank | values) for row, values in rows)

"""Any table, read by a mapping of its columns: projects, organisations or strategy items."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from roadmapfit.readers.given_names import is_like_person
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.organisation_ids import (
    Identifiers,
    make_organisation_id,
    read_identifier,
)
from roadmapfit.readers.people import remove_people
from roadmapfit.readers.tables.mapping import ITEMS, ORGANISATIONS, ColumnMapping
from roadmapfit.readers.tables.table import Table
from roadmapfit.readers.values import AMOUNT_UNIT, FieldReader, split_keywords
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Project,
    Role,
    StrategyDocument,
    StrategyItem,
)

SOURCE = "table"

# The first word that occurs in a cell decides.
_KINDS = (
    ("pme", OrganisationKind.SME),
    ("tpe", OrganisationKind.SME),
    ("sme", OrganisationKind.SME),
    ("start", OrganisationKind.SME),
    ("eti", OrganisationKind.MIDCAP),
    ("midcap", OrganisationKind.MIDCAP),
    ("grand groupe", OrganisationKind.LARGE),
    ("grande entreprise", OrganisationKind.LARGE),
    ("large", OrganisationKind.LARGE),
    ("ge", OrganisationKind.LARGE),
    ("labo", OrganisationKind.LABORATORY),
    ("recherche", OrganisationKind.LABORATORY),
    ("research", OrganisationKind.LABORATORY),
    ("universite", OrganisationKind.SCHOOL),
    ("ecole", OrganisationKind.SCHOOL),
    ("formation", OrganisationKind.SCHOOL),
    ("school", OrganisationKind.SCHOOL),
    ("collectivite", OrganisationKind.PUBLIC),
    ("public", OrganisationKind.PUBLIC),
    ("entreprise", OrganisationKind.COMPANY),
    ("societe", OrganisationKind.COMPANY),
    ("company", OrganisationKind.COMPANY),
)
_THOUSANDS = re.compile(r"k\s*(?:€|eur)|milliers", re.IGNORECASE)
_MILLIONS = re.compile(r"m\s*(?:€|eur)|millions", re.IGNORECASE)


def read_mapped(table: Table, batch: Batch, *, mapping: ColumnMapping) -> None:
    """Read every row as one record of the mapping's kind; only mapped columns are looked at."""
    columns = mapping.by_field
    rows = table.records(tuple(columns.values()))
    named = (
        (row, {field: values[heading] for field, heading in columns.items()})
        for row, values in rows
    )
    reader = _MappedReader(table.fields, batch, columns)
    reading = {ORGANISATIONS: reader.read_organisation, ITEMS: reader.read_item}
    read = reading.get(mapping.kind, reader.read_project)
    for row, values in named:
        read(row, values)
    reader.finish(mapping.kind)


class _MappedReader:
    """The state of reading one table: ids that are taken, the scale of its amounts."""

    def __init__(self, fields: FieldReader, batch: Batch, columns: Mapping[str, str]) -> None:
        self.fields = fields
        self.batch = batch
        self.columns = columns
        self.slug = re.sub(r"[^a-z0-9]+", "-", fold_heading(PurePath(fields.file).stem)).strip("-")
        self.taken: set[str] = set()
        self.texts: set[str] = set()
        self.organisations: dict[str, Organisation] = {}

    def read_project(self, row: int, values: Mapping[str, str]) -> None:
        title = self._line(row, values, "title")
        if not title:
            self._refuse("empty_title", row, "title")
            return
        abstract = self.fields.paragraphs(
            values.get("abstract", ""), row=row, field=self._heading("abstract")
        )
        project_id = self._take_id(row, values, title=title, text=abstract)
        if project_id is None:
            return
        if not abstract:
            self.fields.report(
                "empty_abstract",
                Outcome.NOTED,
                row=row,
                field=self._heading("abstract"),
                found=title,
            )
        start, end = self._day(row, values, "start_date"), self._day(row, values, "end_date")
        self.fields.period(start, end, row=row, field=self._heading("end_date"))
        signed = self._day(row, values, "signature_date")
        if start is None and signed is None and values.get("year"):
            start = self.fields.first_day(values["year"], row=row, field=self._heading("year"))
        self.batch.projects.append(
            Project(
                id=project_id,
                title=title,
                abstract=abstract,
                language="",
                source=SOURCE,
                acronym=self._line(row, values, "acronym"),
                start_date=start,
                end_date=end,
                signature_date=signed,
                total_cost_eur=self._amount(row, values, "total_cost"),
                funding_eur=self._amount(row, values, "funding"),
                status=self._line(row, values, "status"),
                programme=self._line(row, values, "programme"),
                keywords=split_keywords(self._line(row, values, "keywords")),
            )
        )
        self._read_consortium(row, values, project_id)

    def _read_consortium(self, row: int, values: Mapping[str, str], project_id: str) -> None:
        identifiers = self._identifiers(row, values, {"coordinator_siren": "siren"})
        lead = self._line(row, values, "coordinator")
        held = {self._hold_organisation(row, "coordinator", lead, identifiers): Role.COORDINATOR}
        for name in split_partners(values.get("partners", "")):
            partner = self.fields.line(name, row=row, field=self._heading("partners"))
            held.setdefault(self._hold_organisation(row, "partners", partner, ()), Role.PARTNER)
        held.pop("", None)
        self.batch.participations += [
            Participation(project_id, organisation_id, role)
            for organisation_id, role in held.items()
        ]

    def _hold_organisation(
        self, row: int, field: str, written: str, identifiers: Identifiers
    ) -> str:
        """Keep an organisation that a project names; give its id, empty where it has no name."""
        name = remove_people(written)
        if written and not name:
            self.fields.report(
                "person_left_out", Outcome.REPAIRED, row=row, field=self._heading(field)
            )
        if not name:
            return ""
        self._warn_of_person(row, field, name, identifiers)
        organisation_id = make_organisation_id(identifiers, source=SOURCE, known=[name])
        self.organisations.setdefault(
            organisation_id,
            Organisation(
                id=organisation_id,
                name=name,
                kind=OrganisationKind.OTHER,
                source=SOURCE,
                identifiers=identifiers,
            ),
        )
        return organisation_id

    def _warn_of_person(self, row: int, field: str, name: str, identifiers: Identifiers) -> None:
        """Note what may be a person's name or a firm's, without quoting it."""
        if not identifiers and is_like_person(name):
            self.fields.report("maybe_person", Outcome.NOTED, row=row, field=self._heading(field))

    def read_organisation(self, row: int, values: Mapping[str, str]) -> None:
        written = self._line(row, values, "name")
        name = remove_people(written)
        if not name:
            self._refuse("person_name" if written else "nameless", row, "name")
            return
        identifiers = self._identifiers(
            row, values, {scheme: scheme for scheme in ("siren", "rnsr", "ror", "pic")}
        )
        self._warn_of_person(row, "name", name, identifiers)
        city = self._line(row, values, "city")
        organisation_id = make_organisation_id(identifiers, source=SOURCE, known=[name, city])
        if organisation_id in self.organisations:
            self._refuse("repeated_id", row, "name", found=name)
            return
        employees = values.get("n_employees", "")
        self.organisations[organisation_id] = Organisation(
            id=organisation_id,
            name=name,
            kind=find_kind(values.get("kind", "")),
            source=SOURCE,
            short_name=self._line(row, values, "short_name"),
            country=self.fields.country(
                values.get("country", ""), row=row, field=self._heading("country")
            ),
            territory=self._line(row, values, "territory") or city,
            n_employees=self.fields.count(employees, row=row, field=self._heading("n_employees")),
            description=self.fields.paragraphs(
                values.get("description", ""), row=row, field=self._heading("description")
            ),
            competences=split_keywords(self._line(row, values, "competences")),
            identifiers=identifiers,
        )

    def read_item(self, row: int, values: Mapping[str, str]) -> None:
        title = self._line(row, values, "title")
        if not title:
            self._refuse("empty_title", row, "title")
            return
        text = self.fields.paragraphs(values.get("text", ""), row=row, field=self._heading("text"))
        code = self._take_id(row, values, title=title, text=text)
        if code is None:
            return
        parent = self._line(row, values, "parent")
        self.batch.items.append(
            StrategyItem(
                id=code,
                document_id=f"{SOURCE}-{self.slug}",
                title=title,
                text=text,
                language="",
                position=len(self.batch.items),
                parent_id=self._hold_heading(parent) if parent and parent != title else None,
            )
        )

    def _hold_heading(self, title: str) -> str:
        """Give the id of the heading item of that title, made when first met."""
        heading_id = f"{SOURCE}-{self.slug}/axis/{_hash(fold_heading(title))}"
        if heading_id not in self.taken:
            self.taken.add(heading_id)
            self.batch.items.append(
                StrategyItem(
                    id=heading_id,
                    document_id=f"{SOURCE}-{self.slug}",
                    title=title,
                    text="",
                    language="",
                    position=len(self.batch.items),
                    is_heading=True,
                )
            )
        return heading_id

    def finish(self, kind: str) -> None:
        """Hand over what was gathered over all rows."""
        self.batch.organisations += self.organisations.values()
        if kind == ITEMS and self.batch.items:
            self.batch.documents.append(
                StrategyDocument(
                    id=f"{SOURCE}-{self.slug}",
                    kind=DocumentKind.ROADMAP,
                    title=PurePath(self.fields.file).stem,
                    owner="",
                    language="",
                    series=f"{SOURCE}-{self.slug}",
                    source=SOURCE,
                )
            )

    def _take_id(self, row: int, values: Mapping[str, str], *, title: str, text: str) -> str | None:
        """Make a record's id of the file's own code, else of its title; refuse a repeat.

        Of two records of one title the second goes by its text as well. A text that is
        corrected in the next export is then still that of the same record.
        """
        code = self._line(row, values, "id")
        whole = _hash(f"{title}\n{text}")
        named = code or _hash(title)
        if not code and whole not in self.texts and self._make_id(named) in self.taken:
            named = whole
        record_id = self._make_id(named)
        if record_id in self.taken:
            found = code or f"{title}\n{text}"
            self._refuse("repeated_id", row, "id" if code else "title", found=found)
            return None
        self.taken.add(record_id)
        self.texts.add(whole)
        return record_id

    def _make_id(self, name: str) -> str:
        return f"{SOURCE}:{self.slug}:{name}"

    def _identifiers(
        self, row: int, values: Mapping[str, str], schemes: Mapping[str, str]
    ) -> Identifiers:
        found: dict[str, str] = {}
        for field, scheme in schemes.items():
            heading = self._heading(field)
            pairs = read_identifier(
                values.get(field, ""), scheme=scheme, row=row, field=heading, fields=self.fields
            )
            found |= dict(pairs)
        return tuple(found.items())

    def _amount(self, row: int, values: Mapping[str, str], field: str) -> float | None:
        """Read euros; a heading in k€ or M€ says so, unless the cell itself does."""
        heading = self._heading(field)
        cell = values.get(field, "")
        amount = self.fields.amount(cell, row=row, field=heading, zero_is_missing=True)
        if amount is None or AMOUNT_UNIT.search("".join(cell.split())):
            return amount
        if _THOUSANDS.search(heading):
            return amount * 1e3
        return amount * 1e6 if _MILLIONS.search(heading) else amount

    def _day(self, row: int, values: Mapping[str, str], field: str) -> date | None:
        return self.fields.day(values.get(field, ""), row=row, field=self._heading(field))

    def _line(self, row: int, values: Mapping[str, str], field: str) -> str:
        return self.fields.line(values.get(field, ""), row=row, field=self._heading(field))

    def _refuse(self, code: str, row: int, field: str, *, found: str = "") -> None:
        self.fields.report(code, Outcome.REFUSED, row=row, field=self._heading(field), found=found)

    def _heading(self, field: str) -> str:
        return self.columns.get(field, field)


def find_kind(text: str) -> OrganisationKind:
    """Find the kind that a French or English word names, ``OTHER`` where none does.

    Examples
    --------
    >>> [find_kind(text).value for text in ("PME", "Laboratoire public", "")]
    ['sme', 'laboratory', 'other']
    """
    words = f" {fold_heading(text)}"
    found = (kind for word, kind in _KINDS if f" {word}" in words)
    return next(found, OrganisationKind.OTHER)


def split_partners(text: str) -> list[str]:
    r"""Cut a list of partners at line ends, semicolons and bars, else at commas.

    Examples
    --------
    >>> split_partners("CEA; Université X, Paris"), split_partners("CEA, Inria")
    (['CEA', 'Université X, Paris'], ['CEA', 'Inria'])
    """
    parts = re.split(r"[;|\n\r]+", text)
    if len(parts) == 1:
        parts = text.split(",")
    return [part.strip() for part in parts if part.strip()]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]

"""CORDIS bulk exports: projects, topics and consortia of Horizon Europe, Horizon 2020, FP7.

What becomes what:

* ``topics`` gives the strategy items: one per topic code, under a heading item per
  call, in one document per programme part (``cordis_programmes``). CORDIS gives a
  topic's title only, so an item has no text.
* ``project`` gives projects. The call topic is a declared item, never a score.
* ``organization`` gives organisations, one per PIC, and participations. Street,
  postcode, VAT number, web address and contacts are not kept. Organisations of
  which every row was refused are not kept either.

The tables are CSV or JSON in a zip. In the old layout (``cordis_tables``) there are no
topic titles; where its organisations are missing too, the partners that a project lists
by name stand for them, each with an id made of its name and country.

Country codes ``UK`` and ``EL`` become the ISO codes ``GB`` and ``GR``. A territory is the
NUTS code where it says more than the country, else the city. A cost of 0 means that
CORDIS does not know the cost.

One organisation may stand on several lines of one project in one role, for a grant
agreement ends a line and opens another when a firm changes hands, and third parties are
listed under each partner they are linked to. In the export of Horizon Europe each of these
lines has its own ``order`` and their amounts add up to the project's, so their amounts
are summed and they become one participation, which has ended when all of them have. A line
that repeats another one down to ``order`` is refused.

Rows in problems are the physical line that a row starts on, or the place of an object in
its JSON list.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.cordis_organisations import NUMBER, Consortia
from roadmapfit.readers.cordis_programmes import FRAMEWORKS
from roadmapfit.readers.cordis_tables import (
    LEGAL_BASES,
    ORGANISATIONS,
    PROJECTS,
    TABLES,
    TOPICS,
    CordisTables,
    ZipTables,
)
from roadmapfit.readers.cordis_topics import SOURCE, TopicFiling
from roadmapfit.readers.csv_zip import open_csv_zip
from roadmapfit.readers.files import ByteMeter, Progress
from roadmapfit.readers.values import FieldReader, split_keywords
from roadmapfit.records import Batch, Outcome, Project, Role


def read_cordis(path: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read a CORDIS zip: documents, items, projects, organisations, participations.

    Raises
    ------
    InputError
        If the file is no sound zip (see :func:`open_csv_zip`), lacks a member
        (``zip_unknown``) or a member lacks a column (``columns_missing``).
    """
    with open_csv_zip(path) as archive:
        tables = ZipTables(archive)
        if not tables.is_whole:
            found = ", ".join(sorted(archive.info_by_name)[:12]) or "–"
            needed = ", ".join(f"{table}.csv" for table in (PROJECTS, ORGANISATIONS, TOPICS))
            raise InputError("zip_unknown", path=str(path), found=found, needed=needed)
        batch = Batch()
        for name in tables.list_others():
            FieldReader(name, batch.problems).report("member_not_used", Outcome.NOTED, found=name)
        reading = CordisReading(tables, batch, on_progress=on_progress)
        reading.read()
        for fields in reading.fields.values():
            fields.finish()
            batch.tallies.append(fields.tally())
        return batch


class CordisReading:
    """The state of one reading: tables refer to each other by project id.

    ``fields`` are the readers of the tables that there are; whoever has it read finishes
    them and takes their tallies.
    """

    def __init__(
        self, tables: CordisTables, batch: Batch, *, on_progress: Progress | None = None
    ) -> None:
        self.tables = tables
        self.meter = ByteMeter(sum(tables.size(table) for table in TABLES), on_progress)
        self.batch = batch
        opened = {table: tables.open_fields(table, batch.problems) for table in TABLES}
        self.fields = {table: fields for table, fields in opened.items() if fields}
        self.filing = TopicFiling()
        self.consortia = Consortia(self._fields_of(ORGANISATIONS))
        self.topics_by_project: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.row_by_project: dict[str, int] = {}

    def read(self) -> None:
        """Read the tables that there are into the batch; call once."""
        self._read_legal_bases()
        self._read_topics()
        self._read_projects()
        self._refuse_topics_left()
        self._read_organisations()
        self.filing.build(self.batch, fields=self._fields_of(TOPICS))
        self.batch.organisations += self.consortia.votes.elect(fields=self.consortia.fields)
        self._build_participations()
        self.meter.finish()

    def _fields_of(self, table: str) -> FieldReader:
        """Give a table's reader; a table that is not there speaks through the projects'."""
        return self.fields.get(table) or next(iter(self.fields.values()))

    def _read_legal_bases(self) -> None:
        """Keep the title of each legal basis; which project has which, projects say."""
        if LEGAL_BASES not in self.fields:
            return
        fields, titles = self.fields[LEGAL_BASES], self.filing.legal_titles
        for row, values in self.tables.rows(LEGAL_BASES, fields=fields, meter=self.meter):
            code = values["legalBasis"]
            if code and code not in titles:
                titles[code] = fields.line(values["title"], row=row, field="title")

    def _read_topics(self) -> None:
        if TOPICS not in self.fields:
            return
        fields = self.fields[TOPICS]
        for row, values in self.tables.rows(TOPICS, fields=fields, meter=self.meter):
            project = values["projectID"]
            code = fields.line(values["topic"], row=row, field="topic")
            if not NUMBER.fullmatch(project):
                fields.report(
                    "shifted_row", Outcome.REFUSED, row=row, field="projectID", found=project
                )
            elif not code:
                fields.report("empty_topic", Outcome.REFUSED, row=row, field="topic", found=project)
            else:
                title = fields.line(values["title"], row=row, field="title")
                self.topics_by_project[project].append((row, code, title))

    def _read_projects(self) -> None:
        if PROJECTS not in self.fields:
            return
        fields = self.fields[PROJECTS]
        for row, values in self.tables.rows(PROJECTS, fields=fields, meter=self.meter):
            if self.tables.is_old and not values["frameworkProgramme"]:
                values["frameworkProgramme"] = _find_framework(values, fields.file)
            refusal = self._refuse_project(values)
            if refusal:
                code, column = refusal
                found = values[column]
                fields.report(code, Outcome.REFUSED, row=row, field=column, found=found)
                continue
            title = fields.line(values["title"], row=row, field="title")
            if not title:
                found = values["id"]
                fields.report("empty_title", Outcome.REFUSED, row=row, field="title", found=found)
                continue
            self.row_by_project[values["id"]] = row
            self.batch.projects.append(self._make_project(row, values, title))
            if self.tables.is_old and ORGANISATIONS not in self.fields:
                self.consortia.take_names(row, values["id"], _list_partners(values))

    def _refuse_project(self, values: dict[str, str]) -> tuple[str, str] | None:
        """Name the problem that a row is refused for, and the column that shows it."""
        if not NUMBER.fullmatch(values["id"]):
            return "shifted_row", "id"
        if values["frameworkProgramme"].upper() not in FRAMEWORKS:
            return "shifted_row", "frameworkProgramme"
        if values["id"] in self.row_by_project:
            return "repeated_id", "id"
        return None

    def _make_project(self, row: int, values: dict[str, str], title: str) -> Project:
        fields = self.fields[PROJECTS]
        abstract = fields.paragraphs(values["objective"], row=row, field="objective")
        if not abstract:
            found = values["id"]
            fields.report("empty_abstract", Outcome.NOTED, row=row, field="objective", found=found)
        start = fields.day(values["startDate"], row=row, field="startDate")
        end = fields.day(values["endDate"], row=row, field="endDate")
        fields.period(start, end, row=row, field="endDate")
        keywords = fields.line(values["keywords"], row=row, field="keywords")
        return Project(
            id=f"cordis:{values['id']}",
            title=title,
            abstract=abstract,
            language="en",
            source=SOURCE,
            acronym=fields.line(values["acronym"], row=row, field="acronym"),
            start_date=start,
            end_date=end,
            signature_date=fields.day(values["ecSignatureDate"], row=row, field="ecSignatureDate"),
            total_cost_eur=fields.amount(
                values["totalCost"], row=row, field="totalCost", zero_is_missing=True
            ),
            funding_eur=fields.amount(
                values["ecMaxContribution"], row=row, field="ecMaxContribution"
            ),
            status=fields.line(values["status"], row=row, field="status"),
            programme=fields.line(values["fundingScheme"], row=row, field="fundingScheme"),
            keywords=split_keywords(keywords),
            declared_item_ids=self._declare_topics(row, values),
        )

    def _declare_topics(self, row: int, values: dict[str, str]) -> tuple[str, ...]:
        """File a project's topics under their programme parts and give their item ids."""
        listed = self.topics_by_project.pop(values["id"], [])
        item_ids: list[str] = []
        for topic_row, code, title in listed:
            item_id = self.filing.file_topic(code, title=title, project=values)
            if item_id in item_ids:
                self.fields[TOPICS].report(
                    "repeated_topic", Outcome.REFUSED, row=topic_row, field="topic", found=code
                )
            else:
                item_ids.append(item_id)
        known = {code.lower() for _, code, _ in listed}
        for code in values["topics"].replace(",", ";").split(";"):
            if code.strip() and code.strip().lower() not in known:
                if TOPICS in self.fields:
                    self.fields[PROJECTS].report(
                        "untitled_topic", Outcome.NOTED, row=row, field="topics", found=code
                    )
                item_ids.append(self.filing.file_topic(code.strip(), title="", project=values))
        return tuple(dict.fromkeys(item_ids))

    def _refuse_topics_left(self) -> None:
        """Refuse topics of projects that are not in the file, or were refused."""
        for project, topics in self.topics_by_project.items():
            for row, _, _ in topics:
                self.fields[TOPICS].report(
                    "unknown_project", Outcome.REFUSED, row=row, field="projectID", found=project
                )

    def _read_organisations(self) -> None:
        if ORGANISATIONS not in self.fields:
            return
        known = self.row_by_project if PROJECTS in self.fields else None
        fields = self.fields[ORGANISATIONS]
        for row, values in self.tables.rows(ORGANISATIONS, fields=fields, meter=self.meter):
            self.consortia.take(row, values, known_projects=known)

    def _build_participations(self) -> None:
        self.batch.participations += self.consortia.shares.list_participations()
        amounts: dict[str, list[float | None]] = defaultdict(list)
        for participation in self.batch.participations:
            amounts[participation.project_id].append(participation.funding_eur)
        for project in self.batch.projects:
            self.fields[PROJECTS].funding_sum(
                amounts[project.id],
                project.funding_eur,
                row=self.row_by_project[project.id.removeprefix("cordis:")],
                field="ecMaxContribution",
            )


def _find_framework(values: dict[str, str], file: str) -> str:
    """Find the framework programme of a row of the old layout, which may not name it.

    Examples
    --------
    >>> _find_framework({"legalBasis": "H2020-EU.1.1.", "masterCall": "ERC-2014"}, "x.csv")
    'H2020'
    """
    said = " ".join((values["legalBasis"], values["masterCall"], file)).upper()
    return next((name for name in FRAMEWORKS if name in said), "")


def _list_partners(values: dict[str, str]) -> dict[Role, list[tuple[str, str]]]:
    """List coordinator and partners with their countries, from semicolon lists."""
    names = [name.strip() for name in values["participants"].split(";")]
    countries = [code.strip() for code in values["participantCountries"].split(";")]
    # Fewer countries than names, as happens: which belongs to which is not known.
    places = countries if len(countries) == len(names) else []
    lead = values["coordinator"].strip()
    return {
        Role.COORDINATOR: [(lead, values["coordinatorCountry"])] if lead else [],
        Role.PARTNER: [
            (name, code) for name, code in zip_longest(names, places, fillvalue="") if name
        ],
    }

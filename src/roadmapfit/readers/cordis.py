"""CORDIS bulk exports: the zip of CSV files of Horizon Europe, Horizon 2020 or FP7.

What becomes what:

* ``topics.csv`` gives the strategy items: one per topic code, under a heading item per
  call, in one document per programme part (``cordis_programmes``). CORDIS gives a
  topic's title only, so an item has no text.
* ``project.csv`` gives projects. The call topic is a declared item, never a score.
* ``organization.csv`` gives organisations, one per PIC, and participations. Street,
  postcode, VAT number, web address and contact form are not kept. Organisations of
  which every row was refused are not kept either.

Country codes ``UK`` and ``EL`` become the ISO codes ``GB`` and ``GR``. A territory is the
NUTS code where it says more than the country, else the city. A cost of 0 means that
CORDIS does not know the cost.

One organisation may stand on several lines of one project in one role, for a grant
agreement ends a line and opens another when a firm changes hands, and third parties are
listed under each partner they are linked to. In the export of Horizon Europe each of these
lines has its own ``order`` and their amounts add up to the project's, so their amounts
are summed and they become one participation, which has ended when all of them have. A line
that repeats another one down to ``order`` is refused.

Rows in problems are the physical line that a row starts on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.cordis_programmes import FRAMEWORKS, ProgrammePart, find_part
from roadmapfit.readers.csv_zip import CsvZip, open_csv_zip
from roadmapfit.readers.files import ByteMeter, Progress
from roadmapfit.readers.values import FieldReader, parse_amount, split_keywords
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)

SOURCE = "cordis"
PROJECTS, ORGANISATIONS, TOPICS, LEGAL_BASES = (
    "project.csv",
    "organization.csv",
    "topics.csv",
    "legalbasis.csv",
)
NEEDED_MEMBERS = (PROJECTS, ORGANISATIONS, TOPICS)
UNUSED_MEMBERS = frozenset({"euroscivoc.csv", "weblink.csv", "webitem.csv", "information.csv"})

_PROJECT_COLUMNS = (
    "id",
    "acronym",
    "status",
    "title",
    "startDate",
    "endDate",
    "totalCost",
    "ecMaxContribution",
    "topics",
    "ecSignatureDate",
    "frameworkProgramme",
    "masterCall",
    "fundingScheme",
    "objective",
)
_ORGANISATION_COLUMNS = (
    "projectID",
    "organisationID",
    "name",
    "SME",
    "activityType",
    "city",
    "country",
    "role",
    "ecContribution",
)
_ORGANISATION_OPTIONS = (
    "shortName",
    "nutsCode",
    "order",
    "netEcContribution",
    "totalCost",
    "endOfParticipation",
)
# Two lines of one share that agree in all of these are one line, written twice.
_LINE_COLUMNS = (
    "order",
    "ecContribution",
    "netEcContribution",
    "totalCost",
    "endOfParticipation",
)

_ROLES = {
    "coordinator": Role.COORDINATOR,
    "participant": Role.PARTNER,
    "thirdparty": Role.THIRD_PARTY,
    "associatedpartner": Role.ASSOCIATE,
    "partner": Role.ASSOCIATE,
    "internationalpartner": Role.ASSOCIATE,
}
_KINDS = {
    "HES": OrganisationKind.SCHOOL,
    "REC": OrganisationKind.LABORATORY,
    "PRC": OrganisationKind.COMPANY,
    "PUB": OrganisationKind.PUBLIC,
    "OTH": OrganisationKind.OTHER,
}
_ISO_COUNTRIES = {"UK": "GB", "EL": "GR"}
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_REFERENCE = Reference(
    id=SOURCE,
    title="CORDIS, EU research results: bulk export of projects",
    location="https://cordis.europa.eu",
)


@dataclass(slots=True)
class _Topic:
    """One topic code of one programme part, as all projects under it spell it."""

    code: str
    titles: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Programme:
    """One programme part: its topics by code in lower case, its projects' legal bases."""

    part: ProgrammePart
    topics: dict[str, _Topic] = field(default_factory=dict)
    legal_bases: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Share:
    """The lines of one organisation in one role of one project."""

    row: int
    lines: list[tuple[str, ...]]
    participation: Participation


@dataclass(slots=True)
class _Votes:
    """How often each description of an organisation occurs, and in which newest project."""

    row: int
    n_rows: Counter[Organisation] = field(default_factory=Counter)
    newest_project: dict[Organisation, int] = field(default_factory=dict)


def is_cordis(archive: CsvZip) -> bool:
    """Say whether an archive holds the CORDIS tables that this reader needs."""
    return all(member in archive.info_by_name for member in NEEDED_MEMBERS)


def read_cordis(path: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read a CORDIS zip: documents, items, projects, organisations, participations.

    Raises
    ------
    InputError
        If the file is no sound zip (see :func:`open_csv_zip`), lacks a member
        (``zip_unknown``) or a member lacks a column (``columns_missing``).
    """
    with open_csv_zip(path) as archive:
        if not is_cordis(archive):
            found = ", ".join(sorted(archive.info_by_name)[:12]) or "–"
            needed = ", ".join(NEEDED_MEMBERS)
            raise InputError("zip_unknown", path=str(path), found=found, needed=needed)
        return _CordisReading(archive, on_progress).read()


class _CordisReading:
    """The state of one reading: tables refer to each other by project id."""

    def __init__(self, archive: CsvZip, on_progress: Progress | None) -> None:
        self.archive = archive
        members = (*NEEDED_MEMBERS, LEGAL_BASES)
        self.meter = ByteMeter(sum(archive.size(member) for member in members), on_progress)
        self.batch = Batch()
        self.fields = {
            member: FieldReader(archive.info_by_name[member].filename, self.batch.problems)
            for member in members
            if member in archive.info_by_name
        }
        self.legal_titles: dict[str, str] = {}
        self.topics_by_project: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self.programmes: dict[str, _Programme] = {}
        self.row_by_project: dict[str, int] = {}
        self.shares: dict[tuple[str, str, Role], _Share] = {}
        self.votes: dict[str, _Votes] = {}

    def read(self) -> Batch:
        self._note_other_members()
        self._read_legal_bases()
        self._read_topics()
        self._read_projects()
        self._refuse_topics_left()
        self._read_organisations()
        self._build_documents()
        self._build_organisations()
        self._build_participations()
        for fields in self.fields.values():
            fields.finish()
        self.meter.finish()
        return self.batch

    def _note_other_members(self) -> None:
        used = {*self.fields, *UNUSED_MEMBERS}
        others = [
            info.filename for name, info in self.archive.info_by_name.items() if name not in used
        ]
        for name in sorted([*others, *self.archive.shadowed]):
            FieldReader(name, self.batch.problems).report(
                "member_not_used", Outcome.NOTED, found=name
            )

    def _read_legal_bases(self) -> None:
        """Keep the title of each legal basis; which project has which, projects say."""
        if LEGAL_BASES not in self.fields:
            return
        fields = self.fields[LEGAL_BASES]
        columns = ("legalBasis", "title")
        for row, values in self._rows(LEGAL_BASES, columns):
            code = values["legalBasis"]
            if code and code not in self.legal_titles:
                self.legal_titles[code] = fields.line(values["title"], row=row, field="title")

    def _read_topics(self) -> None:
        fields = self.fields[TOPICS]
        for row, values in self._rows(TOPICS, ("projectID", "topic", "title")):
            project = values["projectID"]
            code = fields.line(values["topic"], row=row, field="topic")
            if not _NUMBER.fullmatch(project):
                fields.report(
                    "shifted_row", Outcome.REFUSED, row=row, field="projectID", found=project
                )
            elif not code:
                fields.report("empty_topic", Outcome.REFUSED, row=row, field="topic", found=project)
            else:
                title = fields.line(values["title"], row=row, field="title")
                self.topics_by_project[project].append((row, code, title))

    def _read_projects(self) -> None:
        fields = self.fields[PROJECTS]
        for row, values in self._rows(PROJECTS, _PROJECT_COLUMNS, ("keywords", "legalBasis")):
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

    def _refuse_project(self, values: dict[str, str]) -> tuple[str, str] | None:
        """Name the problem that a row is refused for, and the column that shows it."""
        if not _NUMBER.fullmatch(values["id"]):
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
            item_id = self._file_topic(code, title, values)
            if item_id in item_ids:
                self.fields[TOPICS].report(
                    "repeated_topic", Outcome.REFUSED, row=topic_row, field="topic", found=code
                )
            else:
                item_ids.append(item_id)
        known = {code.lower() for _, code, _ in listed}
        for code in values["topics"].replace(",", ";").split(";"):
            if code.strip() and code.strip().lower() not in known:
                fields = self.fields[PROJECTS]
                fields.report("untitled_topic", Outcome.NOTED, row=row, field="topics", found=code)
                item_ids.append(self._file_topic(code.strip(), "", values))
        return tuple(dict.fromkeys(item_ids))

    def _file_topic(self, code: str, title: str, values: dict[str, str]) -> str:
        part = find_part(values["frameworkProgramme"].upper(), code)
        programme = self.programmes.setdefault(part.id, _Programme(part))
        topic = programme.topics.setdefault(code.lower(), _Topic(code))
        topic.titles[title] += 1
        topic.calls[values["masterCall"]] += 1
        programme.legal_bases.add(values["legalBasis"])
        return f"{part.id}/{code.lower()}"

    def _refuse_topics_left(self) -> None:
        """Refuse topics of projects that are not in the file, or were refused."""
        for project, topics in self.topics_by_project.items():
            for row, _, _ in topics:
                self.fields[TOPICS].report(
                    "unknown_project", Outcome.REFUSED, row=row, field="projectID", found=project
                )

    def _read_organisations(self) -> None:
        rows = self._rows(ORGANISATIONS, _ORGANISATION_COLUMNS, _ORGANISATION_OPTIONS)
        fields = self.fields[ORGANISATIONS]
        for row, values in rows:
            refusal = self._refuse_participation(values)
            if refusal:
                code, column = refusal
                found = values[column] or values["organisationID"]
                fields.report(code, Outcome.REFUSED, row=row, field=column, found=found)
                continue
            organisation = self._make_organisation(row, values)
            votes = self.votes.setdefault(values["organisationID"], _Votes(row))
            votes.n_rows[organisation] += 1
            votes.newest_project[organisation] = max(
                votes.newest_project.get(organisation, 0), int(values["projectID"])
            )
            self._add_share(row, values)

    def _refuse_participation(self, values: dict[str, str]) -> tuple[str, str] | None:
        """Name the problem that a row is refused for, and the column that shows it."""
        for column in ("projectID", "organisationID"):
            if not _NUMBER.fullmatch(values[column]):
                return "shifted_row", column
        if values["role"].lower() not in _ROLES:
            return ("shifted_row" if _is_amount(values["role"]) else "unknown_cordis_role"), "role"
        if values["projectID"] not in self.row_by_project:
            return "unknown_project", "projectID"
        return None if values["name"] else ("empty_name", "name")

    def _make_organisation(self, row: int, values: dict[str, str]) -> Organisation:
        fields = self.fields[ORGANISATIONS]
        pic = values["organisationID"]
        kind = self._read_kind(row, values)
        country = values["country"].upper()
        if country and not _COUNTRY.fullmatch(country):
            fields.report(
                "unknown_country", Outcome.REPAIRED, row=row, field="country", found=country
            )
            country = ""
        nuts = fields.line(values["nutsCode"], row=row, field="nutsCode")
        city = fields.line(values["city"], row=row, field="city")
        return Organisation(
            id=f"pic:{pic}",
            name=fields.line(values["name"], row=row, field="name"),
            kind=kind,
            source=SOURCE,
            short_name=fields.line(values["shortName"], row=row, field="shortName"),
            country=_ISO_COUNTRIES.get(country, country),
            territory=nuts if len(nuts) > 2 else city,
            identifiers=(("pic", pic),),
        )

    def _read_kind(self, row: int, values: dict[str, str]) -> OrganisationKind:
        fields = self.fields[ORGANISATIONS]
        activity = values["activityType"].upper()
        if activity not in _KINDS:
            fields.report(
                "unknown_activity", Outcome.REPAIRED, row=row, field="activityType", found=activity
            )
        kind = _KINDS.get(activity, OrganisationKind.OTHER)
        is_small = fields.flag(values["SME"], row=row, field="SME")
        return OrganisationKind.SME if kind is OrganisationKind.COMPANY and is_small else kind

    def _add_share(self, row: int, values: dict[str, str]) -> None:
        fields = self.fields[ORGANISATIONS]
        net = values["netEcContribution"]
        funding_column = "netEcContribution" if net else "ecContribution"
        participation = Participation(
            project_id=f"cordis:{values['projectID']}",
            organisation_id=f"pic:{values['organisationID']}",
            role=_ROLES[values["role"].lower()],
            funding_eur=fields.amount(values[funding_column], row=row, field=funding_column),
            total_cost_eur=fields.amount(
                values["totalCost"], row=row, field="totalCost", zero_is_missing=True
            ),
            has_ended=bool(
                fields.flag(values["endOfParticipation"], row=row, field="endOfParticipation")
            ),
        )
        key = (participation.project_id, participation.organisation_id, participation.role)
        line = tuple(values[name] for name in _LINE_COLUMNS)
        share = self.shares.get(key)
        if share is None:
            self.shares[key] = _Share(row, [line], participation)
            return
        found = f"{key[0]}, {key[1]} ({values['role']}, {share.row})"
        if line in share.lines:
            fields.report("repeated_participation", Outcome.REFUSED, row=row, found=found)
            return
        fields.report("merged_participation", Outcome.REPAIRED, row=row, found=found)
        share.lines.append(line)
        share.participation = _merge(share.participation, participation)

    def _build_documents(self) -> None:
        for part_id in sorted(self.programmes):
            programme = self.programmes[part_id]
            self.batch.documents.append(self._make_document(programme))
            self.batch.items += self._make_items(programme)

    def _make_document(self, programme: _Programme) -> StrategyDocument:
        part = programme.part
        bases = sorted(
            f"{code} {self.legal_titles.get(code, '')}".strip()
            for code in programme.legal_bases
            if code
        )
        return StrategyDocument(
            id=part.id,
            kind=DocumentKind.PROGRAMME,
            title=part.title,
            owner=part.owner,
            language="en",
            series=part.id,
            start_year=part.start_year,
            end_year=part.end_year,
            summary=f"Legal bases of its projects in CORDIS: {'; '.join(bases)}." if bases else "",
            source=SOURCE,
            references=(_REFERENCE,),
        )

    def _make_items(self, programme: _Programme) -> Iterator[StrategyItem]:
        """Give the calls in the order of their codes, each followed by its topics."""
        document_id = programme.part.id
        topics_by_call: dict[str, list[str]] = defaultdict(list)
        for key, topic in sorted(programme.topics.items()):
            topics_by_call[_most_frequent(topic.calls)].append(key)
        position = 0
        for call, keys in sorted(topics_by_call.items()):
            heading_id = None
            # A call that has no other topic than the one of its own name groups nothing.
            if call and keys != [call.lower()]:
                # Some topics have the code of their call, so a heading's id says "call".
                heading_id = f"{document_id}/call/{call.lower()}"
                yield StrategyItem(
                    id=heading_id,
                    document_id=document_id,
                    title=call,
                    text="",
                    language="en",
                    position=position,
                    is_heading=True,
                    reference_ids=(SOURCE,),
                )
                position += 1
            for key in keys:
                topic = programme.topics[key]
                yield StrategyItem(
                    id=f"{document_id}/{key}",
                    document_id=document_id,
                    title=self._topic_title(topic),
                    text="",
                    language="en",
                    position=position,
                    parent_id=heading_id,
                    reference_ids=(SOURCE,),
                )
                position += 1

    def _topic_title(self, topic: _Topic) -> str:
        titles = Counter({title: n for title, n in topic.titles.items() if title})
        if len(titles) > 1:
            found = f"{topic.code}: {' / '.join(sorted(titles))}"
            self.fields[TOPICS].report(
                "differing_titles", Outcome.NOTED, field="title", found=found
            )
        return _most_frequent(titles) if titles else topic.code

    def _build_organisations(self) -> None:
        """Keep the most frequent description of each PIC; at a tie, the newest project's."""
        for votes in self.votes.values():
            ranked = sorted(
                votes.n_rows,
                key=lambda one: (-votes.n_rows[one], -votes.newest_project[one], repr(one)),
            )
            kept = ranked[0]
            self.batch.organisations.append(kept)
            differing = [
                name
                for name in ("name", "short_name", "kind", "country", "territory")
                if len({str(getattr(one, name)).casefold() for one in ranked}) > 1
            ]
            if differing:
                found = f"{kept.id} {kept.name}: {', '.join(differing)}"
                self.fields[ORGANISATIONS].report(
                    "differing_organisation", Outcome.NOTED, row=votes.row, found=found
                )

    def _build_participations(self) -> None:
        amounts: dict[str, list[float | None]] = defaultdict(list)
        for share in self.shares.values():
            self.batch.participations.append(share.participation)
            amounts[share.participation.project_id].append(share.participation.funding_eur)
        for project in self.batch.projects:
            self.fields[PROJECTS].funding_sum(
                amounts[project.id],
                project.funding_eur,
                row=self.row_by_project[project.id.removeprefix("cordis:")],
                field="ecMaxContribution",
            )

    def _rows(
        self, member: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        return self.archive.rows(
            member,
            required=required,
            optional=optional,
            fields=self.fields[member],
            meter=self.meter,
        )


def _merge(first: Participation, second: Participation) -> Participation:
    """Add two lines of one organisation; an unknown amount adds nothing."""
    return replace(
        first,
        funding_eur=_add(first.funding_eur, second.funding_eur),
        total_cost_eur=_add(first.total_cost_eur, second.total_cost_eur),
        has_ended=first.has_ended and second.has_ended,
    )


def _add(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return second if first is None else first
    return first + second


def _most_frequent(counts: Counter[str]) -> str:
    """Give the most frequent text; of several, the first in the alphabet."""
    return min(counts, key=lambda text: (-counts[text], text))


def _is_amount(text: str) -> bool:
    try:
        return parse_amount(text) is not None
    except ValueError:
        return False

"""The frozen records that cross stages.

Ids come from the source's own identifier or from the content, so that a rerun
gives the same ids. A missing value is ``None``, never an invented zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DocumentKind(StrEnum):
    """What wrote the strategy: a cluster, or a public body."""

    ROADMAP = "roadmap"
    PROGRAMME = "programme"


class OrganisationKind(StrEnum):
    """The partner types that committees count; ``company`` is a firm of unknown size."""

    SME = "sme"
    MIDCAP = "midcap"
    LARGE = "large"
    COMPANY = "company"
    LABORATORY = "laboratory"
    SCHOOL = "school"
    PUBLIC = "public"
    OTHER = "other"


class Role(StrEnum):
    """What an organisation is in a project."""

    COORDINATOR = "coordinator"
    PARTNER = "partner"
    THIRD_PARTY = "third-party"
    ASSOCIATE = "associate"


class OwnerKind(StrEnum):
    """What a passage belongs to."""

    ITEM = "item"
    PROJECT = "project"
    ORGANISATION = "organisation"


class Outcome(StrEnum):
    """What a reader did with a value that it could not take as it was."""

    REFUSED = "refused"
    REPAIRED = "repaired"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Reference:
    """A source that a strategy document's text stands on."""

    id: str
    title: str
    location: str


@dataclass(frozen=True, slots=True)
class StrategyDocument:
    """One edition of a roadmap, or one programme.

    ``series`` is shared by all editions of one roadmap. ``is_invented`` marks
    what does not exist in the world; every screen that shows it says so.
    """

    id: str
    kind: DocumentKind
    title: str
    owner: str
    language: str
    series: str
    edition: str = ""
    start_year: int | None = None
    end_year: int | None = None
    territory: str = ""
    summary: str = ""
    is_invented: bool = False
    source: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class StrategyItem:
    """One axis, theme or topic of a strategy document.

    An item with ``is_heading`` has no text of its own: it groups the items
    under it and is never aligned with.
    """

    id: str
    document_id: str
    title: str
    text: str
    language: str
    position: int
    parent_id: str | None = None
    is_heading: bool = False
    reference_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project as its file or an open-data export describes it.

    ``declared_item_ids`` are the items that the source itself names (the call
    topic of a CORDIS project). They are facts about the project and never enter
    a score.
    """

    id: str
    title: str
    abstract: str
    language: str
    source: str
    acronym: str = ""
    start_date: date | None = None
    end_date: date | None = None
    signature_date: date | None = None
    total_cost_eur: float | None = None
    funding_eur: float | None = None
    status: str = ""
    programme: str = ""
    keywords: tuple[str, ...] = ()
    declared_item_ids: tuple[str, ...] = ()
    is_invented: bool = False

    @property
    def year(self) -> int | None:
        """The year a portfolio counts the project in: signature, else start."""
        day = self.signature_date or self.start_date
        return day.year if day else None

    @property
    def label(self) -> str:
        """The acronym where there is one, else the title."""
        return self.acronym or self.title


@dataclass(frozen=True, slots=True)
class Organisation:
    """A firm, laboratory, school or public body.

    ``identifiers`` are pairs of scheme (``pic``, ``siren``, ``rnsr``, ``ror``, ``uai``,
    ``grid``) and value.
    """

    id: str
    name: str
    kind: OrganisationKind
    source: str
    short_name: str = ""
    country: str = ""
    territory: str = ""
    n_employees: int | None = None
    description: str = ""
    competences: tuple[str, ...] = ()
    language: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    is_invented: bool = False


@dataclass(frozen=True, slots=True)
class Participation:
    """One organisation's part in one project."""

    project_id: str
    organisation_id: str
    role: Role
    funding_eur: float | None = None
    total_cost_eur: float | None = None
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided about one project and one item.

    There is one a pair: a later one replaces it. ``source_name`` is the source that
    brought it, and empty for one that was entered by hand. A project or item of that
    id need not exist, any more or yet.
    """

    project_id: str
    item_id: str
    is_aligned: bool
    decided_on: date | None = None
    note: str = ""
    source_name: str = ""


@dataclass(frozen=True, slots=True)
class PageMark:
    """The place in a record's text where a page of its source begins.

    From ``start`` on, a code point of the field that ``field`` names, the text stands
    on ``page`` (1-based; a slide for a presentation), up to the next mark. ``is_ocr``
    tells a page that was read off its picture.
    """

    owner_kind: OwnerKind
    owner_id: str
    field: str
    start: int
    page: int
    is_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences cut from one field of one record.

    ``text`` equals ``field_text[start:end]`` of the record it was cut from;
    offsets count Unicode code points. ``document_id`` is set for items only,
    ``year`` for projects (their portfolio year) and documents (their first).
    """

    id: str
    owner_kind: OwnerKind
    owner_id: str
    field: str
    start: int
    end: int
    text: str
    language: str
    document_id: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a reader refused, repaired or wants seen.

    ``code`` names a message ``problem.<code>`` of the catalogues; ``found`` is
    the offending value, cut short. ``row`` is the 1-based line of the file, or its
    1-based page where ``field`` is ``page``, or ``None`` where neither means anything.
    """

    file: str
    code: str
    outcome: Outcome
    row: int | None = None
    field: str = ""
    found: str = ""


class Unit(StrEnum):
    """What an input is counted in: rows of a table, entries of a corpus, pages."""

    ROWS = "rows"
    ENTRIES = "entries"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows, entries or pages of one input were read, and how many refused.

    ``n_repeats`` of the refused ones say word for word what another one says, so that
    nothing is lost with them.
    """

    file: str
    n_rows: int
    n_refused: int
    n_repeats: int = 0
    unit: Unit = Unit.ROWS

    @property
    def n_kept(self) -> int:
        """Those that are in what was read, alone or added to another one."""
        return self.n_rows - self.n_refused


@dataclass(slots=True)
class Batch:
    """What one reader made of one input: records, and all it could not take."""

    documents: list[StrategyDocument] = field(default_factory=list)
    items: list[StrategyItem] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    page_marks: list[PageMark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)

    def extend(self, other: Batch) -> None:
        """Append another reader's records and problems to these."""
        self.documents += other.documents
        self.items += other.items
        self.projects += other.projects
        self.organisations += other.organisations
        self.participations += other.participations
        self.decisions += other.decisions
        self.page_marks += other.page_marks
        self.problems += other.problems
        self.tallies += other.tallies

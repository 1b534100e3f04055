"""A corpus that people write: Markdown and YAML files, as ``docs/corpus-format.md`` says.

Files are read in the order of their paths, so that of two records with one id it is
always the same one that is kept. A file that cannot be read becomes a problem and never
stops the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.files import ByteMeter, Progress, load_text
from roadmapfit.readers.markdown_text import Section, parse_sections
from roadmapfit.readers.plain_yaml import YamlForm, YamlMapping, parse_yaml
from roadmapfit.readers.slugs import make_slug
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    OwnerKind,
    PageMark,
    Participation,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)

SOURCE = "corpus"
LANGUAGES = ("fr", "en")
STATUSES = ("idea", "submitted", "running", "closed")
IDENTIFIER_SCHEMES = ("siren", "rnsr", "ror", "pic")
SUFFIXES = frozenset({".md", ".yaml", ".yml"})

_ID = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
_PROJECT_KIND = "project"

_DOCUMENT_KEYS = frozenset(
    {
        "kind",
        "id",
        "title",
        "owner",
        "series",
        "edition",
        "language",
        "start_year",
        "end_year",
        "territory",
        "invented",
        "references",
        "source_file",
        "source_hash",
    }
)
_PROJECT_KEYS = frozenset(
    {
        "kind",
        "id",
        "acronym",
        "title",
        "language",
        "start_date",
        "end_date",
        "signature_date",
        "total_cost_eur",
        "funding_eur",
        "status",
        "programme",
        "keywords",
        "variety",
        "close_to",
        "invented",
        "consortium",
        "source_file",
        "source_hash",
    }
)
_PARTNER_KEYS = frozenset(
    {
        "organisation",
        "role",
        "funding_eur",
        "total_cost_eur",
    }
)
_ORGANISATION_KEYS = frozenset(
    {
        "id",
        "name",
        "short_name",
        "kind",
        "country",
        "territory",
        "n_employees",
        "description",
        "competences",
        "language",
        "identifiers",
        "invented",
    }
)


@dataclass(frozen=True, slots=True)
class _Partner:
    """One line of a consortium, before its organisation is known to exist."""

    participation: Participation
    row: int


@dataclass(slots=True)
class _Corpus:
    """What was read so far, and the file that each id was first seen in."""

    batch: Batch = field(default_factory=Batch)
    file_by_id: dict[tuple[str, str], str] = field(default_factory=dict)
    partners: list[tuple[FieldReader, list[_Partner]]] = field(default_factory=list)

    def is_new(self, record: str, record_id: str, *, fields: FieldReader, row: int) -> bool:
        """Keep the first record of an id; a second one is refused, naming both files."""
        first_file = self.file_by_id.setdefault((record, record_id), f"{fields.file}:{row}")
        if first_file == f"{fields.file}:{row}":
            return True
        found = f"{record_id} ({first_file})"
        fields.report("repeated_id", Outcome.REFUSED, row=row, field="id", found=found)
        return False


def read_corpus(folder: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read all Markdown and YAML files of a folder and of the folders inside it.

    ``README.md`` files are left alone. Files of other types, hidden entries and links
    that lead outside are listed as problems.

    Raises
    ------
    InputError
        ``folder_unreadable``, or ``folder_empty`` where there is nothing to read.
    """
    batch = Batch()
    paths = _list_files(folder, batch)
    if not paths:
        found = len({problem.file for problem in batch.problems})
        raise InputError("folder_empty", path=str(folder), found=found)
    names = [path.relative_to(folder).as_posix() for path in paths]
    batch.extend(_read_files(paths, names, on_progress))
    return batch


def read_corpus_file(path: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read one Markdown or YAML file as a corpus of its own.

    A project's partners are refused, for their organisations stand in other files: read
    the folder to get them.
    """
    return _read_files([path], [path.name], on_progress)


def read_corpus_text(text: str, *, name: str) -> Batch:
    """Read the text of one Markdown file that stands in no folder; as a corpus of its own."""
    corpus = _Corpus()
    fields = FieldReader(name, corpus.batch.problems)
    with _refusals_listed(fields):
        _read_markdown(fields.printable(text, row=None, field=""), corpus, fields)
    _link_partners(corpus)
    fields.finish()
    return corpus.batch


def _list_files(folder: Path, batch: Batch) -> list[Path]:
    """List what can be read, by path; everything else becomes a problem."""
    root = folder.resolve()
    kept: list[Path] = []
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = sorted(current.iterdir())
        except OSError as error:
            if current == folder:
                reason = error.strerror or "?"
                raise InputError("folder_unreadable", path=str(folder), found=reason) from error
            name = current.relative_to(folder).as_posix()
            FieldReader(name, batch.problems).report(
                "file_unreadable", Outcome.REFUSED, found=error.strerror or "?"
            )
            continue
        for entry in entries:
            if code := _refusal(entry, root):
                fields = FieldReader(entry.relative_to(folder).as_posix(), batch.problems)
                fields.report(code, Outcome.REFUSED, found=entry.suffix or entry.name)
            elif entry.is_dir():
                pending.append(entry)
            elif entry.name.lower() != "readme.md":
                kept.append(entry)
    return sorted(kept)


def _refusal(entry: Path, root: Path) -> str:
    """Say why an entry of a folder is not read; empty where it is."""
    if entry.name.startswith("."):
        return "hidden_entry"
    try:
        target = entry.resolve()
        is_folder, is_file = entry.is_dir(), entry.is_file()
    except (OSError, RuntimeError):  # no permission; links that turn in a circle
        return "file_unreadable"
    if not target.is_relative_to(root):
        return "link_outside"
    if is_folder:
        # Its files are read where they are; following it as well could go on for ever.
        return "link_to_folder" if entry.is_symlink() else ""
    if not is_file:
        return "not_a_file"
    return "" if entry.suffix.lower() in SUFFIXES else "other_file_type"


def _read_files(paths: Sequence[Path], names: Sequence[str], on_progress: Progress | None) -> Batch:
    corpus = _Corpus()
    sizes = [path.stat().st_size for path in paths]
    meter = ByteMeter(sum(sizes), on_progress)
    readers: list[FieldReader] = []
    for path, name, n_bytes in zip(paths, names, sizes, strict=True):
        fields = FieldReader(name, corpus.batch.problems)
        readers.append(fields)
        with _refusals_listed(fields):
            text = load_text(path, fields=fields)
            if path.suffix.lower() == ".md":
                _read_markdown(text, corpus, fields)
            else:
                _read_organisations(text, corpus, fields)
        meter.advance(n_bytes)
    _link_partners(corpus)
    for fields in readers:
        fields.finish()
    meter.finish()
    return corpus.batch


@contextmanager
def _refusals_listed(fields: FieldReader) -> Iterator[None]:
    """List what refuses a whole file as a problem, so that the others are read."""
    try:
        yield
    except InputError as error:
        row = error.values.get("row")
        fields.report(
            error.code,
            Outcome.REFUSED,
            row=row if isinstance(row, int) else None,
            found=str(error.values["found"]),
        )


def _read_markdown(text: str, corpus: _Corpus, fields: FieldReader) -> None:
    """Read the front matter, then the body that its ``kind`` calls for."""
    lines = text.split("\n")
    closing = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or closing is None:
        raise InputError("front_matter_missing", file=fields.file, row=1, found=lines[0][:80])
    front = parse_yaml("\n".join(lines[1:closing]), fields=fields, first_line=2)
    if not isinstance(front, YamlMapping):
        raise InputError("front_matter_missing", file=fields.file, row=2, found=lines[1][:80])
    sections = parse_sections(
        "\n".join(lines[closing + 1 :]),
        first_line=closing + 2,
        # A document that was read has lines of its own that begin like that.
        has_sources="source_hash" not in front.values or "references" in front.values,
    )
    kind = front.values.get("kind", "")
    if kind == _PROJECT_KIND:
        _read_project(YamlForm(front, fields, _PROJECT_KEYS), sections, corpus)
    elif kind in list(DocumentKind):
        form = YamlForm(front, fields, _DOCUMENT_KEYS)
        _read_document(form, DocumentKind(str(kind)), sections, corpus)
    else:
        row, found = front.lines.get("kind", 2), kind if isinstance(kind, str) else "…"
        fields.report("unknown_kind", Outcome.REFUSED, row=row, field="kind", found=found)


def _read_id(form: YamlForm, record: str, corpus: _Corpus) -> str:
    """Read the id of a record; empty where it is missing, malformed or taken."""
    record_id = form.required("id")
    row = form.row("id")
    if record_id and not _ID.fullmatch(record_id):
        form.fields.report("bad_id", Outcome.REFUSED, row=row, field="id", found=record_id)
        return ""
    is_kept = record_id and corpus.is_new(record, record_id, fields=form.fields, row=row)
    return record_id if is_kept else ""


def _read_language(form: YamlForm, *, is_expected: bool = True) -> str:
    """Read a language code; one that the models do not know is kept and noted."""
    language = form.line("language")
    if is_expected and not language:
        form.required("language", outcome=Outcome.NOTED)
    if language and language not in LANGUAGES:
        form.fields.report(
            "other_language",
            Outcome.NOTED,
            row=form.row("language"),
            field="language",
            found=language,
        )
    return language


def _read_document(
    form: YamlForm, kind: DocumentKind, sections: list[Section], corpus: _Corpus
) -> None:
    title = form.required("title")
    document_id = _read_id(form, "document", corpus) if title else ""
    if not document_id:
        return
    references = _read_references(form)
    document = StrategyDocument(
        id=document_id,
        kind=kind,
        title=title,
        owner=form.required("owner", outcome=Outcome.NOTED),
        language=_read_language(form),
        series=form.required("series", outcome=Outcome.NOTED) or document_id,
        edition=form.line("edition"),
        start_year=form.year("start_year"),
        end_year=form.year("end_year"),
        territory=form.line("territory"),
        summary=_section_text(sections[0], form.fields),
        is_invented=form.flag("invented"),
        source=SOURCE,
        references=references,
    )
    corpus.batch.documents.append(document)
    _known_sources(sections[0], references, form.fields)
    items = _read_items(document, sections[1:], form.fields)
    corpus.batch.items += [item for item, _ in items]
    corpus.batch.page_marks += [
        PageMark(OwnerKind.ITEM, item.id, "text", mark.start, mark.page, mark.is_ocr)
        for item, section in items
        for mark in section.page_marks
    ]


def _read_references(form: YamlForm) -> tuple[Reference, ...]:
    references: list[Reference] = []
    for key, value in form.entries("references").items():
        if not isinstance(value, YamlMapping):
            row = form.row("references")
            form.fields.report(
                "wrong_type", Outcome.REFUSED, row=row, field="references", found=key
            )
            continue
        entry = YamlForm(value, form.fields, frozenset({"title", "location"}))
        title = entry.required("title", outcome=Outcome.NOTED)
        references.append(Reference(id=key, title=title, location=entry.line("location")))
    return tuple(references)


def _section_text(section: Section, fields: FieldReader) -> str:
    for line, title in section.deep_headings:
        fields.report("deep_heading", Outcome.NOTED, row=line, found=title)
    return fields.paragraphs(section.text, row=section.line, field="text")


def _known_sources(
    section: Section, references: tuple[Reference, ...], fields: FieldReader
) -> tuple[str, ...]:
    """Keep the source keys that the front matter defines; report the others."""
    known = {reference.id for reference in references}
    for key in section.source_keys:
        if key not in known:
            row = section.line
            fields.report("unknown_reference", Outcome.REFUSED, row=row, field="Sources", found=key)
    return tuple(key for key in section.source_keys if key in known)


def _read_items(
    document: StrategyDocument, sections: list[Section], fields: FieldReader
) -> list[tuple[StrategyItem, Section]]:
    items: list[tuple[StrategyItem, Section]] = []
    taken: set[str] = set()
    open_headings: list[tuple[int, str]] = []
    for position, section in enumerate(sections):
        while open_headings and open_headings[-1][0] >= section.level:
            open_headings.pop()
        anchor = _read_anchor(section, taken, fields)
        if not anchor:
            continue
        item_id = f"{document.id}/{anchor}"
        text = _section_text(section, fields)
        following = sections[position + 1 : position + 2]
        has_children = bool(following) and following[0].level > section.level
        if not text and not has_children:
            row = section.line
            fields.report("empty_item", Outcome.NOTED, row=row, field="text", found=section.title)
        item = StrategyItem(
            id=item_id,
            document_id=document.id,
            title=fields.line(section.title, row=section.line, field="title"),
            text=text,
            language=document.language,
            position=len(items),
            parent_id=open_headings[-1][1] if open_headings else None,
            is_heading=has_children and not text,
            reference_ids=_known_sources(section, document.references, fields),
        )
        items.append((item, section))
        open_headings.append((section.level, item_id))
    return items


def _read_anchor(section: Section, taken: set[str], fields: FieldReader) -> str:
    """Give a section the name its author wrote, else one made from its title.

    Empty, and reported, where the heading has no words or its anchor is taken.
    """
    row = section.line
    if not section.title:
        fields.report("empty_title", Outcome.REFUSED, row=row, field="title")
        return ""
    anchor = section.anchor if section.anchor is not None else make_slug(section.title)
    if not _ID.fullmatch(anchor):
        fields.report("bad_anchor", Outcome.REPAIRED, row=row, field="anchor", found=anchor)
        anchor = make_slug(anchor) or make_slug(section.title) or "item"
    if anchor in taken and section.anchor is not None:
        fields.report("repeated_anchor", Outcome.REFUSED, row=row, field="anchor", found=anchor)
        return ""
    stem, n_same = anchor, 1
    while anchor in taken:
        n_same += 1
        anchor = f"{stem}-{n_same}"
    taken.add(anchor)
    return anchor


def _read_project(form: YamlForm, sections: list[Section], corpus: _Corpus) -> None:
    title = form.required("title")
    project_id = _read_id(form, "project", corpus) if title else ""
    if not project_id:
        return
    pieces = [piece for section in sections for piece in (section.title, section.text) if piece]
    row = sections[0].line
    abstract = form.fields.paragraphs("\n\n".join(pieces), row=row, field="abstract")
    if not abstract:
        form.fields.report("empty_abstract", Outcome.NOTED, row=row, field="abstract", found=title)
    status = form.line("status")
    if status and status not in STATUSES:
        form.fields.report(
            "unknown_status", Outcome.NOTED, row=form.row("status"), field="status", found=status
        )
    project = Project(
        id=project_id,
        title=title,
        abstract=abstract,
        language=_read_language(form),
        source=SOURCE,
        acronym=form.line("acronym"),
        start_date=form.day("start_date"),
        end_date=form.day("end_date"),
        signature_date=form.day("signature_date"),
        total_cost_eur=form.amount("total_cost_eur"),
        funding_eur=form.amount("funding_eur"),
        status=status,
        programme=form.line("programme"),
        keywords=form.words("keywords"),
        is_invented=form.flag("invented"),
    )
    row = form.row("end_date")
    form.fields.period(project.start_date, project.end_date, row=row, field="end_date")
    corpus.batch.projects.append(project)
    corpus.batch.page_marks += _read_project_marks(project, sections)
    partners = _read_consortium(form, project)
    corpus.partners.append((form.fields, partners))


def _read_project_marks(project: Project, sections: list[Section]) -> list[PageMark]:
    """Place the pages of a project's sections in its one abstract."""
    marks: list[PageMark] = []
    start = 0
    for section in sections:
        start += len(f"{section.title}\n\n") if section.title and section.text else 0
        marks += [
            PageMark(
                OwnerKind.PROJECT,
                project.id,
                "abstract",
                start + mark.start,
                mark.page,
                mark.is_ocr,
            )
            for mark in section.page_marks
        ]
        last = section.text or section.title
        start += len(f"{last}\n\n") if last else 0
    return marks


def _read_consortium(form: YamlForm, project: Project) -> list[_Partner]:
    partners: list[_Partner] = []
    amounts: list[float | None] = []
    seen: set[tuple[str, Role]] = set()
    for mapping in form.mappings("consortium"):
        entry = YamlForm(mapping, form.fields, _PARTNER_KEYS)
        row = mapping.line
        organisation_id, role = entry.required("organisation"), entry.required("role")
        amounts.append(entry.amount("funding_eur"))
        if not organisation_id or not role:
            continue
        if role not in list(Role):
            form.fields.report("unknown_role", Outcome.REFUSED, row=row, field="role", found=role)
            continue
        if (organisation_id, Role(role)) in seen:
            found = f"{project.id} – {organisation_id} ({role})"
            form.fields.report(
                "repeated_participation", Outcome.REFUSED, row=row, field="consortium", found=found
            )
            continue
        seen.add((organisation_id, Role(role)))
        participation = Participation(
            project_id=project.id,
            organisation_id=organisation_id,
            role=Role(role),
            funding_eur=amounts[-1],
            total_cost_eur=entry.amount("total_cost_eur"),
        )
        partners.append(_Partner(participation, row))
    row = form.row("funding_eur")
    form.fields.funding_sum(amounts, project.funding_eur, row=row, field="funding_eur")
    return partners


def _link_partners(corpus: _Corpus) -> None:
    """Keep the partners whose organisation exists somewhere in what was read."""
    known = {organisation.id for organisation in corpus.batch.organisations}
    for fields, partners in corpus.partners:
        for partner in partners:
            organisation_id = partner.participation.organisation_id
            if organisation_id in known:
                corpus.batch.participations.append(partner.participation)
            else:
                fields.report(
                    "unknown_organisation",
                    Outcome.REFUSED,
                    row=partner.row,
                    field="organisation",
                    found=organisation_id,
                )


def _read_organisations(text: str, corpus: _Corpus, fields: FieldReader) -> None:
    entries = parse_yaml(text, fields=fields)
    if not isinstance(entries, list):
        raise InputError("yaml_not_a_list", file=fields.file, row=1, found=text[:80])
    for position, entry in enumerate(entries, start=1):
        if isinstance(entry, YamlMapping):
            _read_organisation(YamlForm(entry, fields, _ORGANISATION_KEYS), corpus)
        else:
            name = f"[{position}]"
            fields.report("wrong_type", Outcome.REFUSED, field=name, found=name)


def _read_organisation(form: YamlForm, corpus: _Corpus) -> None:
    name, kind = form.required("name"), form.required("kind")
    if kind and kind not in list(OrganisationKind):
        form.fields.report(
            "unknown_organisation_kind",
            Outcome.REFUSED,
            row=form.row("kind"),
            field="kind",
            found=kind,
        )
        return
    organisation_id = _read_id(form, "organisation", corpus) if name and kind else ""
    if not organisation_id:
        return
    corpus.batch.organisations.append(
        Organisation(
            id=organisation_id,
            name=name,
            kind=OrganisationKind(kind),
            source=SOURCE,
            short_name=form.line("short_name"),
            country=form.line("country"),
            territory=form.line("territory"),
            n_employees=form.count("n_employees"),
            description=form.paragraphs("description"),
            competences=form.words("competences"),
            language=_read_language(form, is_expected=False),
            identifiers=_read_identifiers(form),
            is_invented=form.flag("invented"),
        )
    )


def _read_identifiers(form: YamlForm) -> tuple[tuple[str, str], ...]:
    identifiers: list[tuple[str, str]] = []
    row = form.row("identifiers")
    for scheme, value in form.entries("identifiers").items():
        if scheme not in IDENTIFIER_SCHEMES or not isinstance(value, str) or not value.strip():
            form.fields.report(
                "unknown_identifier", Outcome.REFUSED, row=row, field="identifiers", found=scheme
            )
            continue
        identifiers.append((scheme, form.fields.line(value, row=row, field=scheme)))
    return tuple(identifiers)

"""A project of a corpus that people write, and its consortium."""

from __future__ import annotations

from roadmapfit.readers.corpus_forms import SOURCE, Corpus, Partner, read_id, read_language
from roadmapfit.readers.markdown_text import Section
from roadmapfit.readers.plain_yaml import YamlForm, YamlMapping
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome, OwnerKind, PageMark, Participation, Project, Role

STATUSES = ("idea", "submitted", "running", "closed")

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


def read_project(
    front: YamlMapping, sections: list[Section], *, corpus: Corpus, fields: FieldReader
) -> None:
    """Read a project into the corpus; its partners wait for :func:`link_partners`."""
    form = YamlForm(front, fields, _PROJECT_KEYS)
    fields.n_rows += 1
    title = form.required("title")
    project_id = read_id(form, "project", corpus) if title else ""
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
        language=read_language(form),
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


def _read_consortium(form: YamlForm, project: Project) -> list[Partner]:
    partners: list[Partner] = []
    amounts: list[float | None] = []
    seen: dict[tuple[str, str], Participation] = {}
    mappings = form.mappings("consortium")
    form.fields.n_rows += len(mappings)
    for mapping in mappings:
        entry = YamlForm(mapping, form.fields, _PARTNER_KEYS)
        row = mapping.line
        organisation_id, role = entry.required("organisation"), entry.required("role")
        amounts.append(entry.amount("funding_eur"))
        if not organisation_id or not role:
            continue
        if role not in list(Role):
            form.fields.report("unknown_role", Outcome.REFUSED, row=row, field="role", found=role)
            continue
        participation = Participation(
            project_id=project.id,
            organisation_id=organisation_id,
            role=Role(role),
            funding_eur=amounts[-1],
            total_cost_eur=entry.amount("total_cost_eur"),
        )
        first = seen.setdefault((organisation_id, role), participation)
        if first is not participation:
            # With other amounts it says something that the first does not.
            code = "repeated_participation" if first == participation else "repeated_id"
            found = f"{project.id} – {organisation_id} ({role})"
            form.fields.report(code, Outcome.REFUSED, row=row, field="consortium", found=found)
            continue
        partners.append(Partner(participation, row))
    row = form.row("funding_eur")
    form.fields.funding_sum(amounts, project.funding_eur, row=row, field="funding_eur")
    return partners


def link_partners(corpus: Corpus) -> None:
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

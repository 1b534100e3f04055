"""Laureates of the i-Lab competition: a project each, its firm and its laboratory.

Columns that name people or the pages about them are not read. Only the year of the
competition is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import zip_longest

from roadmapfit.readers.organisation_ids import (
    Identifiers,
    make_organisation_id,
    read_identifier,
)
from roadmapfit.readers.organisation_votes import OrganisationVotes
from roadmapfit.readers.people import remove_people
from roadmapfit.readers.tables.table import Table
from roadmapfit.records import (
    Batch,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Project,
    Role,
)

SOURCE = "ilab"
YEAR, DOMAIN, ABSTRACT = "Année de concours", "Domaine technologique", "Résumé"
_NAMES = ("Identifiant", "Dossier Aide")
_FIRM, _SIREN, _SIRET = "Libellé entreprise", "N° SIREN", "N° SIRET"
_UNIT = "Unité de recherche liée au projet"
_UNIT_ID, _UNIT_SHORT = (
    f"Id de l'{_UNIT[0].lower()}{_UNIT[1:]}",
    f"Sigle de l'{_UNIT[0].lower()}{_UNIT[1:]}",
)
_STRUCTURE = "Structure liée au projet"
_STRUCTURE_ID = "Id de la structure liée au projet"
_OPTIONAL = (
    *_NAMES,
    "Projet",
    "Moto",
    "Type de candidature",
    "Région",
    _FIRM,
    _SIREN,
    _SIRET,
    _UNIT,
    _UNIT_ID,
    _UNIT_SHORT,
    _STRUCTURE,
    _STRUCTURE_ID,
)


def read_ilab(table: Table, batch: Batch) -> None:
    """Read projects, organisations and participations; a repeat of an id is refused."""
    fields = table.fields
    votes = OrganisationVotes()
    taken: set[str] = set()
    for row, values in table.records((YEAR, DOMAIN, ABSTRACT), _OPTIONAL):
        project_id = _make_id(values)
        if project_id in taken:
            fields.report("repeated_id", Outcome.REFUSED, row=row, found=project_id)
            continue
        project = _make_project(table, row, project_id, values)
        if project is None:
            continue
        taken.add(project_id)
        batch.projects.append(project)
        held: set[str] = set()
        for role, organisation in _list_consortium(table, row, values):
            if organisation.id in held:
                continue
            held.add(organisation.id)
            year = project.start_date.year if project.start_date else 0
            votes.add(organisation, row=row, age=year)
            batch.participations.append(Participation(project.id, organisation.id, role))
    batch.organisations += votes.elect(fields=fields)


def _make_id(values: dict[str, str]) -> str:
    """Name a project by the competition's own number, else by all that is known of it."""
    named = next((values[name] for name in _NAMES if values[name]), "")
    if named:
        return f"{SOURCE}:{named}"
    # The rows without a number are winners at the stage of an idea: no firm, often no title.
    told = "\n".join(values[name] for name in (YEAR, DOMAIN, ABSTRACT, *_OPTIONAL))
    return f"{SOURCE}:{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:16]}"


def _make_project(
    table: Table, row: int, project_id: str, values: dict[str, str]
) -> Project | None:
    fields = table.fields
    titles = [fields.line(values[name], row=row, field=name) for name in ("Projet", "Moto", _FIRM)]
    title = next((each for each in titles if each), "")
    abstract = fields.paragraphs(values[ABSTRACT], row=row, field=ABSTRACT)
    if not title and not abstract:
        fields.report("empty_title", Outcome.REFUSED, row=row, field="Projet", found=project_id)
        return None
    if not abstract:
        fields.report("empty_abstract", Outcome.NOTED, row=row, field=ABSTRACT, found=project_id)
    return Project(
        id=fields.line(project_id, row=row, field=_NAMES[0]),
        title=title or abstract[:120].rsplit(" ", 1)[0],
        abstract=abstract,
        language="fr",
        source=SOURCE,
        acronym=titles[0] if titles[1] else "",
        start_date=fields.first_day(values[YEAR], row=row, field=YEAR),
        programme=f"i-Lab, {kind}"
        if (
            kind := fields.line(values["Type de candidature"], row=row, field="Type de candidature")
        )
        else "i-Lab",
        keywords=(domain,)
        if (domain := fields.line(values[DOMAIN], row=row, field=DOMAIN))
        else (),
    )


def _list_consortium(
    table: Table, row: int, values: dict[str, str]
) -> Iterator[tuple[Role, Organisation]]:
    """Yield the firm, then laboratories, then the bodies that they belong to."""
    fields = table.fields
    column = _SIREN if values[_SIREN] else _SIRET
    siren = read_identifier(values[column], scheme="siren", row=row, field=column, fields=fields)
    region = fields.line(values["Région"], row=row, field="Région")
    firm = _make_organisation(
        fields.line(values[_FIRM], row=row, field=_FIRM), siren, territory=region
    )
    if firm is not None:
        yield Role.COORDINATOR, firm
    units = _pair(table, row, values, names=_UNIT, codes=_UNIT_ID)
    short_name = fields.line(values[_UNIT_SHORT], row=row, field=_UNIT_SHORT)
    for name, identifiers in units:
        unit = _make_organisation(
            name,
            identifiers,
            kind=OrganisationKind.LABORATORY,
            short_name=short_name if len(units) == 1 else "",
        )
        if unit is not None:
            yield Role.PARTNER, unit
    for name, identifiers in _pair(table, row, values, names=_STRUCTURE, codes=_STRUCTURE_ID):
        body = _make_organisation(name, identifiers, kind=OrganisationKind.SCHOOL)
        if body is not None:
            yield Role.ASSOCIATE, body


def _pair(
    table: Table, row: int, values: dict[str, str], *, names: str, codes: str
) -> list[tuple[str, Identifiers]]:
    """Pair the names of a cell with the codes of another; both may be lists with commas.

    Names may hold commas too. Where there are not as many of both, which is whose cannot be
    told, and none is taken.
    """
    fields = table.fields
    name = fields.line(values[names], row=row, field=names)
    listed = [code for code in values[codes].split(",") if code.strip()]
    parts = [name] if len(listed) < 2 else [part.strip() for part in name.split(",")]
    if not name:
        return []
    if listed and len(parts) != len(listed):
        found = f"{values[codes]} / {name}"
        fields.report("uneven_list", Outcome.REPAIRED, row=row, field=names, found=found)
        return []
    return [
        (part, read_identifier(code, row=row, field=codes, fields=fields))
        for part, code in zip_longest(parts, listed, fillvalue="")
    ]


def _make_organisation(
    said: str,
    identifiers: Identifiers,
    *,
    kind: OrganisationKind = OrganisationKind.SME,
    short_name: str = "",
    territory: str = "",
) -> Organisation | None:
    """Make an organisation of a name, if it is one; laureate firms are young and small."""
    # "Assistance publique>Hôpital Cochin" goes down from the whole to its part.
    name = remove_people(" ".join(said.replace(">", " > ").split()))
    if not name:
        return None
    return Organisation(
        id=make_organisation_id(identifiers, source=SOURCE, known=[name]),
        name=name,
        kind=kind,
        source=SOURCE,
        short_name=short_name,
        country="FR",
        territory=territory,
        identifiers=identifiers,
    )

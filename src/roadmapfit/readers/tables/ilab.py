"""Laureates of the i-Lab competition: a project each, its firm and its laboratory.

Columns that name people or the pages about them are not read. Only the year of the
competition is published.
"""

from __future__ import annotations

import hashlib

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
        roles = {
            Role.COORDINATOR: _make_firm(table, row, values),
            Role.PARTNER: _make_unit(table, row, values),
            Role.ASSOCIATE: _make_structure(table, row, values),
        }
        held: set[str] = set()
        for role, organisation in roles.items():
            if organisation is None or organisation.id in held:
                continue
            held.add(organisation.id)
            year = project.start_date.year if project.start_date else 0
            votes.add(organisation, row=row, age=year)
            batch.participations.append(Participation(project_id, organisation.id, role))
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


def _make_firm(table: Table, row: int, values: dict[str, str]) -> Organisation | None:
    column = _SIREN if values[_SIREN] else _SIRET
    identifiers = read_identifier(
        values[column], scheme="siren", row=row, field=column, fields=table.fields
    )
    region = table.fields.line(values["Région"], row=row, field="Région")
    return _make_organisation(table, row, _FIRM, values, identifiers=identifiers, territory=region)


def _make_unit(table: Table, row: int, values: dict[str, str]) -> Organisation | None:
    identifiers = read_identifier(
        values[_UNIT_ID], scheme="rnsr", row=row, field=_UNIT_ID, fields=table.fields
    )
    return _make_organisation(
        table,
        row,
        _UNIT,
        values,
        identifiers=identifiers,
        kind=OrganisationKind.LABORATORY,
        short_name=table.fields.line(values[_UNIT_SHORT], row=row, field=_UNIT_SHORT),
    )


def _make_structure(table: Table, row: int, values: dict[str, str]) -> Organisation | None:
    identifiers = read_identifier(
        values[_STRUCTURE_ID], row=row, field=_STRUCTURE_ID, fields=table.fields
    )
    return _make_organisation(
        table, row, _STRUCTURE, values, identifiers=identifiers, kind=OrganisationKind.SCHOOL
    )


def _make_organisation(
    table: Table,
    row: int,
    column: str,
    values: dict[str, str],
    *,
    identifiers: Identifiers,
    kind: OrganisationKind = OrganisationKind.SME,
    short_name: str = "",
    territory: str = "",
) -> Organisation | None:
    """Make an organisation of the name in a column; laureate firms are young and small."""
    # "Assistance publique>Hôpital Cochin" goes down from the whole to its part.
    said = table.fields.line(values[column], row=row, field=column).replace(">", " > ")
    name = remove_people(" ".join(said.split()))
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

"""Partners of ANR projects: organisations and consortia, never the people who lead them.

The columns that name a scientist are not read, and a person who stands in the name of an
organisation is taken out of it (``people``). A row that names a person alone is refused.
"""

from __future__ import annotations

from roadmapfit.readers.given_names import is_like_person
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.organisation_ids import make_organisation_id, read_identifier
from roadmapfit.readers.organisation_votes import OrganisationVotes
from roadmapfit.readers.people import remove_people
from roadmapfit.readers.shares import Shares
from roadmapfit.readers.tables.anr_projects import CODE, CODE_ALIASES, SOURCE, is_unsaid
from roadmapfit.readers.tables.table import Table
from roadmapfit.records import (
    Batch,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Role,
)

_PARTNER = "Projet.Partenaire"
NAME = f"{_PARTNER}.Nom_organisme"
LEADS = f"{_PARTNER}.Est_coordinateur"
_LINE = f"{_PARTNER}.Code_Decision"
_KIND = f"{_PARTNER}.Categorie_organisme"
_RNSR = f"{_PARTNER}.Code_RNSR"
_CITY, _REGION, _COUNTRY = (f"{_PARTNER}.Adresse.{name}" for name in ("Ville", "Region", "Pays"))
_FUNDING = f"{_PARTNER}.Aide_allouee.ANR"
_ALIASES = {**CODE_ALIASES, _LINE: (f"{_LINE}_ANR",), _FUNDING: (f"{_PARTNER}.Aide_allouee",)}

_CATEGORIES = {
    OrganisationKind.SME: "pme|tpe",
    OrganisationKind.COMPANY: "entreprise autre que tpe ou pme|entreprises privees",
    OrganisationKind.LABORATORY: (
        "laboratoire public|fondation de recherche|organisme de recherche"
        "|organismes de type epst|organismes de type epic|observatoires|inha"
    ),
    OrganisationKind.SCHOOL: (
        "universites, insa et inp|grandes ecoles publiques|ens et grands etablissements|iep"
        "|comue pole de recherche et d'enseignement superieur|autres ecoles (privees)"
    ),
    OrganisationKind.PUBLIC: (
        "divers public|fr public|autres etablissements (publics)|ministeres|collectivites"
        "|organismes medicaux (hopitaux)|etablissements de sante"
        "|epa, gip, organismes avec autre statut"
    ),
    OrganisationKind.OTHER: (
        "divers prive|fr prive|association|associations|fondations|etranger|gie ou non-affecte|"
    ),
}
_KINDS = {name: kind for kind, names in _CATEGORIES.items() for name in names.split("|")}


def read_anr_partners(table: Table, batch: Batch) -> None:
    """Read organisations and participations; of which projects, other files say."""
    fields = table.fields
    votes, shares = OrganisationVotes(), Shares()
    optional = (_LINE, _KIND, _RNSR, _CITY, _REGION, _COUNTRY, _FUNDING)
    for row, values in table.records((CODE, NAME, LEADS), optional, aliases=_ALIASES):
        values = {name: "" if is_unsaid(value) else value for name, value in values.items()}
        code = fields.line(values[CODE], row=row, field=CODE).upper()
        if not code:
            fields.report("missing_field", Outcome.REFUSED, row=row, field=CODE, found=CODE)
            continue
        organisation = _make_organisation(table, row, values)
        if organisation is None:
            continue
        # A name counts before the code that stands in for a person's.
        has_name = organisation.name not in dict(organisation.identifiers).values()
        votes.add(organisation, row=row, age=int(has_name))
        is_lead = fields.flag(values[LEADS], row=row, field=LEADS)
        role = Role.COORDINATOR if is_lead else Role.PARTNER
        shares.add(
            Participation(
                project_id=f"anr:{code}",
                organisation_id=organisation.id,
                role=role,
                funding_eur=fields.amount(
                    values[_FUNDING], row=row, field=_FUNDING, zero_is_missing=True
                ),
            ),
            line=(values[_LINE],),
            said_role=role.value,
            row=row,
            fields=fields,
        )
    batch.organisations += votes.elect(fields=fields)
    batch.participations += shares.list_participations()


def _make_organisation(table: Table, row: int, values: dict[str, str]) -> Organisation | None:
    """Read the organisation of a row; ``None`` where it has no name that may be kept."""
    fields = table.fields
    written = fields.line(values[NAME], row=row, field=NAME)
    name = remove_people(written)
    identifiers = read_identifier(values[_RNSR], scheme="rnsr", row=row, field=_RNSR, fields=fields)
    if is_like_person(name):
        name = ""  # of such names in this file nearly all are people's (docs/open-data.md)
    if written and not name and identifiers:
        name = identifiers[0][1]  # another row, if there is one, has the laboratory's name
    if not name:
        if written:  # a person's: it is not even quoted
            fields.report("person_name", Outcome.REFUSED, row=row, field=NAME)
        else:
            fields.report("empty_name", Outcome.REFUSED, row=row, field=NAME, found=values[CODE])
        return None
    if name != " ".join(written.split()).strip(" ,;:/-–"):
        fields.report("person_removed", Outcome.REPAIRED, row=row, field=NAME, found=name)
    city = fields.line(values[_CITY], row=row, field=_CITY)
    country = fields.country(values[_COUNTRY], row=row, field=_COUNTRY)
    category = fold_heading(values[_KIND]).replace("’", "'")
    if category not in _KINDS:
        fields.report(
            "unknown_category", Outcome.REPAIRED, row=row, field=_KIND, found=values[_KIND]
        )
    return Organisation(
        id=make_organisation_id(identifiers, source=SOURCE, known=[name, city, country]),
        name=name,
        kind=_KINDS.get(category, OrganisationKind.OTHER),
        source=SOURCE,
        country=country,
        territory=fields.line(values[_REGION], row=row, field=_REGION) or city,
        identifiers=identifiers,
    )

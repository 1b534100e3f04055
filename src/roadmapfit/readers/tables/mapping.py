"""Which column of a table is which field: guessed from headings, corrected by a person.

A mapping belongs to a header: tables with the same headings, in whatever order and case,
share its signature, so an answer given once holds for every later export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from roadmapfit.errors import InputError
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.people import is_personal

PROJECTS, ORGANISATIONS, ITEMS = "projects", "organisations", "items"

# For each kind its fields, the first one needed, with headings they go by. The order of
# fields is the order in which columns are given away.
_HEADINGS: dict[str, dict[str, str]] = {
    PROJECTS: {
        "title": "titre|intitule|titre du projet|intitule du projet|nom du projet"
        "|project title|title|libelle|libelle du projet|projet|project|sujet|objet",
        "id": "id|identifiant|code|code projet|code du projet|reference|ref|numero"
        "|numero de dossier|n° dossier|n° de dossier|project id|numero du projet",
        "acronym": "acronyme|acronym|sigle|nom court|acronyme du projet",
        "abstract": "resume|resume du projet|resume francais|abstract|description|objectif"
        "|objectifs|objective|summary|descriptif|presentation|contenu|objet du projet",
        "keywords": "mots-cles|mots cles|motscles|keywords|thematiques|thematique|theme|themes",
        "start_date": "debut|date de debut|date debut|demarrage|date de demarrage|start|start date"
        "|startdate|t0",
        "end_date": "fin|date de fin|date fin|end|end date|enddate|echeance",
        "signature_date": "date de signature|signature|date de decision|date de labellisation"
        "|labellisation|signature date|date de notification",
        "year": "annee|year|millesime|edition|annee de labellisation|annee de selection",
        "total_cost": "cout total|cout|budget|budget total|assiette|montant total|total cost"
        "|cout du projet|cout total (eur)|cout total (€)|budget (€)|montant des depenses",
        "funding": "aide|aide accordee|montant de l'aide|subvention|financement|funding|grant"
        "|aide allouee|aide publique|montant aide|montant de la subvention|montant finance"
        "|contribution",
        "status": "statut|etat|status|avancement|etat du projet",
        "programme": "programme|appel|appel a projets|aap|dispositif|guichet|financeur|call|source",
        "coordinator": "porteur|chef de file|coordinateur|coordinator|beneficiaire|lead|pilote"
        "|organisme porteur|entreprise|structure porteuse|laureat|etablissement coordinateur",
        "coordinator_siren": "siren|siret|siren porteur|siret porteur|siren du porteur"
        "|siret du porteur|n° siren|n° siret|siren chef de file",
        "partners": "partenaires|partners|consortium|membres|participants|autres partenaires",
    },
    ORGANISATIONS: {
        "name": "nom|raison sociale|denomination|denomination sociale|organisation|organisme"
        "|entreprise|societe|structure|etablissement|adherent|membre|name|company|organization"
        "|nom de l'organisme|nom de la structure|nom de l'entreprise|libelle",
        "short_name": "sigle|acronyme|nom court|short name|acronym",
        "siren": "siren|siret|n° siren|n° siret|numero siren|numero siret",
        "rnsr": "rnsr|code rnsr|numero rnsr",
        "ror": "ror|ror id|code ror",
        "pic": "pic|code pic|pic number",
        "kind": "type|categorie|type de structure|nature|statut|type d'organisme|taille|kind"
        "|categorie d'entreprise|type de membre|type d'adherent|college",
        "city": "ville|commune|city",
        "territory": "territoire|region|departement|territory|zone",
        "country": "pays|country|code pays",
        "n_employees": "effectif|effectifs|nombre de salaries|salaries|employees|headcount",
        "description": "description|activite|activites|presentation|resume|activity|secteur"
        "|secteur d'activite",
        "competences": "competences|mots-cles|mots cles|expertise|expertises|savoir-faire"
        "|technologies|thematiques|domaines|domaines de competences|skills|keywords",
    },
    ITEMS: {
        "title": "axe|theme|thematique|action|item|title|titre|intitule|libelle|verrou|topic"
        "|priorite|objectif strategique",
        "id": "code|id|identifiant|numero|n°|reference|ref",
        "text": "description|texte|contenu|detail|details|resume|text|content|enjeux|definition",
        "parent": "axe parent|parent|rattachement|domaine|chapitre|axe strategique|grand axe",
    },
}
KINDS = tuple(_HEADINGS)
"""What the rows of a table can be."""

FIELDS: dict[str, tuple[str, ...]] = {kind: tuple(fields) for kind, fields in _HEADINGS.items()}
"""The fields of each kind; the first is the one without which nothing is read."""

_NAMES = {
    kind: {field: tuple(names.split("|")) for field, names in fields.items()}
    for kind, fields in _HEADINGS.items()
}
_ALL_NAMES = frozenset(
    name for fields in _NAMES.values() for names in fields.values() for name in names
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What the rows of a table are, and the heading of each field that is read."""

    kind: str
    columns: tuple[tuple[str, str], ...]

    @property
    def by_field(self) -> dict[str, str]:
        """The heading of each field."""
        return dict(self.columns)


FindMapping: TypeAlias = Callable[[str], ColumnMapping | None]
"""Given the signature of a header, the mapping that is remembered for it."""


def sign_header(header: Iterable[str]) -> str:
    """Name a header, whatever the order and case of its columns; 16 hexadecimal digits.

    Examples
    --------
    >>> sign_header(["Titre", "Coût"]) == sign_header(["cout", "TITRE "])
    True
    """
    folded = sorted(fold_heading(name) for name in header)
    return hashlib.sha256("\n".join(folded).encode(errors="replace")).hexdigest()[:16]


def guess_mapping(header: Sequence[str], *, kind: str | None = None) -> ColumnMapping:
    """Guess what a table holds and which column is which field.

    A heading counts for a field if it is one of the field's known names, or else if it
    begins with one. Columns that hold names of people, or ways to reach them, are given to
    no field. Of the kinds, the one that takes up most columns is guessed, projects first.

    Parameters
    ----------
    header
        As the table spells it.
    kind
        One of ``KINDS``, if it is known.

    Examples
    --------
    >>> guess = guess_mapping(["N°", "Intitulé du projet", "Budget (k€)", "Contact"])
    >>> guess.kind, guess.by_field
    ('projects', {'title': 'Intitulé du projet', 'total_cost': 'Budget (k€)'})
    """
    usable = list_usable(header)
    guesses = [
        ColumnMapping(each, tuple(_assign(usable, _NAMES[each]).items()))
        for each in ([kind] if kind else KINDS)
    ]
    return max(guesses, key=lambda one: (FIELDS[one.kind][0] in one.by_field, len(one.columns)))


def is_heading(name: str) -> bool:
    """Tell whether a text is a heading that some field goes by.

    Examples
    --------
    >>> is_heading("Titre du projet"), is_heading("Portefeuille 2026")
    (True, False)
    """
    return fold_heading(name).replace("’", "'") in _ALL_NAMES


def list_usable(header: Sequence[str]) -> list[str]:
    """List the columns that may be read: named, and not about people.

    Examples
    --------
    >>> list_usable(["Nom", "Prénom", "Entreprise", "Courriel", ""])
    ['Entreprise']
    >>> list_usable(["Nom", "Ville"])
    ['Nom', 'Ville']
    """
    has_first_names = any("prenom" in fold_heading(name) for name in header)
    return [
        name
        for name in dict.fromkeys(header)
        if name.strip()
        and not is_personal(name)
        and not (has_first_names and fold_heading(name) == "nom")
    ]


def correct_mapping(
    mapping: ColumnMapping, changes: Mapping[str, str], *, header: Sequence[str], file: str
) -> ColumnMapping:
    """Give fields other columns; an empty heading takes a field out.

    Raises
    ------
    InputError
        ``mapping_field_unknown`` or ``mapping_column_unknown``, with those that there are;
        ``mapping_personal`` for a column of names of people.
    """
    known = {fold_heading(name): name for name in reversed(header) if name.strip()}
    usable = set(list_usable(header))
    columns = mapping.by_field
    for field, heading in changes.items():
        if field not in FIELDS[mapping.kind]:
            expected = ", ".join(FIELDS[mapping.kind])
            raise InputError(
                "mapping_field_unknown", found=field, kind=mapping.kind, expected=expected
            )
        if not heading.strip():
            columns.pop(field, None)
            continue
        spelt = known.get(fold_heading(heading))
        if spelt is None:
            expected = ", ".join(header)[:500]
            raise InputError("mapping_column_unknown", file=file, found=heading, expected=expected)
        if spelt not in usable:
            raise InputError("mapping_personal", file=file, found=spelt)
        columns[field] = spelt
    order = FIELDS[mapping.kind]
    return ColumnMapping(
        mapping.kind, tuple((field, columns[field]) for field in order if field in columns)
    )


def _assign(header: Sequence[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Give each column to at most one field; whole headings count before beginnings."""
    left = {fold_heading(name).replace("’", "'"): name for name in reversed(header)}
    found: dict[str, str] = {}
    for field, known in names.items():
        whole = next((name for name in known if name in left), None)
        if whole is not None:
            found[field] = left.pop(whole)
    for field, known in names.items():
        if field in found:
            continue
        # "Budget (k€)", "Résumé (2000 signes)": the name, then what is no word of it.
        begun = [
            folded
            for folded in left
            if any(
                folded.startswith((f"{name} (", f"{name} -", f"{name}:", f"{name} :"))
                for name in known
            )
        ]
        if begun:
            found[field] = left.pop(begun[0])
    return {field: found[field] for field in names if field in found}

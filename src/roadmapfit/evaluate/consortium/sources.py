"""Consortia of open data: Horizon Europe by day of signature, ANR by edition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from roadmapfit.evaluate.consortium.task import ConsortiumTask, Window
from roadmapfit.evaluate.tasks.cordis import CORDIS_ZIP
from roadmapfit.evaluate.tasks.tables import find_file, load_csv, load_json_table
from roadmapfit.readers import read_path
from roadmapfit.records import Organisation, OrganisationKind, Participation, Project, Role

ANR_PARTNERS = "anr/anr-partenaires.csv"
ANR_TEXTS = "anr/anr-projets-fr-en.json"
_CODE = "Projet.Code_Decision_ANR"
_PARTNER = "Projet.Partenaire."
_COLUMNS = (
    _CODE,
    "Projet.Acronyme",
    *(
        _PARTNER + name
        for name in (
            "Est_coordinateur",
            "Nom_organisme",
            "Categorie_organisme",
            "Code_RNSR",
            "Adresse.Region",
            "Adresse.Pays",
        )
    ),
)
_TEXTS = ("Projet.Titre.Francais", "Projet.Resume.Francais")
# The beginning of ANR's categories, in lower case without accents.
_KINDS = (
    ("pme", OrganisationKind.SME),
    ("tpe", OrganisationKind.SME),
    ("entreprise", OrganisationKind.COMPANY),
    ("laboratoire", OrganisationKind.LABORATORY),
    ("organisme de recherche", OrganisationKind.LABORATORY),
    ("fondation de recherche", OrganisationKind.LABORATORY),
    ("divers public", OrganisationKind.PUBLIC),
)


@lru_cache(maxsize=1)
def load_cordis_consortia(data: Path) -> ConsortiumTask:
    """Horizon Europe consortia; queries signed from July 2024 on."""
    batch = read_path(find_file(data, CORDIS_ZIP))
    return ConsortiumTask(
        name="consortium",
        projects=batch.projects,
        organisations=batch.organisations,
        participations=batch.participations,
        windows={
            "test": Window(date(2024, 7, 1)),
            "development": Window(date(2023, 7, 1), date(2024, 7, 1)),
        },
    )


def load_anr_consortia(data: Path) -> ConsortiumTask:
    """ANR consortia in French; queries of the editions 2021 and 2022.

    An edition counts as signed on its 1 January: the files give no day. An organisation
    is its RNSR code, else its name in lower case without accents or punctuation. Few
    projects have a text in the data at hand.
    """
    texts = {
        row[_CODE]: (row[_TEXTS[0]], row[_TEXTS[1]])
        for row in load_json_table(data, ANR_TEXTS, columns=(_CODE, *_TEXTS))
    }
    projects: dict[str, Project] = {}
    organisations: dict[str, Organisation] = {}
    parts: dict[tuple[str, str], Participation] = {}
    for row in load_csv(data, ANR_PARTNERS, columns=_COLUMNS, delimiter=";"):
        edition = re.match(r"ANR-(\d\d)-(\w+)-", row[_CODE])
        name = _clean(row[_PARTNER + "Nom_organisme"])
        if edition is None or not name:
            continue
        project_id = f"anr:{row[_CODE]}"
        title, abstract = texts.get(row[_CODE], ("", ""))
        projects.setdefault(
            project_id,
            Project(
                id=project_id,
                title=title,
                abstract=abstract,
                language="fr",
                source="anr",
                acronym=row["Projet.Acronyme"],
                signature_date=date(2000 + int(edition[1]), 1, 1),
                programme=_name_programme(edition[2]),
            ),
        )
        rnsr = row[_PARTNER + "Code_RNSR"].strip()
        organisation_id = f"rnsr:{rnsr}" if rnsr else f"name:{name}"
        organisations.setdefault(
            organisation_id,
            Organisation(
                id=organisation_id,
                name=row[_PARTNER + "Nom_organisme"],
                kind=_find_kind(row[_PARTNER + "Categorie_organisme"]),
                source="anr",
                country=row[_PARTNER + "Adresse.Pays"].strip(),
                territory=row[_PARTNER + "Adresse.Region"].strip(),
            ),
        )
        is_lead = row[_PARTNER + "Est_coordinateur"] == "True"
        role = Role.COORDINATOR if is_lead else Role.PARTNER
        parts.setdefault(
            (project_id, organisation_id), Participation(project_id, organisation_id, role)
        )
    return ConsortiumTask(
        name="consortium-anr",
        projects=tuple(projects.values()),
        organisations=tuple(organisations.values()),
        participations=tuple(parts.values()),
        windows={
            "test": Window(date(2021, 1, 1)),
            "development": Window(date(2020, 1, 1), date(2021, 1, 1)),
        },
    )


CONSORTIUM_TASKS: Mapping[str, Callable[[Path], ConsortiumTask]] = MappingProxyType(
    {"consortium": load_cordis_consortia, "consortium-anr": load_anr_consortia}
)
"""Name to a loader: the data folder to a task."""


def _clean(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def _find_kind(category: str) -> OrganisationKind:
    plain = _clean(category)
    return next((kind for start, kind in _KINDS if plain.startswith(start)), OrganisationKind.OTHER)


def _name_programme(call: str) -> str:
    """Name the programme of a code: all committees of the generic call are one.

    Examples
    --------
    >>> _name_programme("CE05"), _name_programme("PETQ")
    ('AAPG', 'PETQ')
    """
    return "AAPG" if re.fullmatch(r"CE\d\d", call) else call

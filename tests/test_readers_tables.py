"""Tables of open data and of spreadsheets: small ones worked out by hand."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.readers.countries import parse_country
from roadmapfit.readers.given_names import is_like_person
from roadmapfit.readers.identifiers import parse_identifier
from roadmapfit.readers.people import is_personal, remove_people
from roadmapfit.readers.tables.mapping import (
    ColumnMapping,
    correct_mapping,
    guess_mapping,
    sign_header,
)
from roadmapfit.readers.tables.reading import look_at, read_table
from roadmapfit.readers.values import parse_day
from roadmapfit.records import (
    Batch,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Project,
    Role,
    StrategyItem,
    Tally,
)
from table_fuzz import break_table, list_seeds, read_broken

ANR_PROJECT = {
    "Projet.Code_Decision_ANR": "ANR-21-CE05-0001",
    "AAP.Edition": "2021",
    "Projet.Acronyme": "HYDRO",
    "Projet.Titre.Francais": "Hydrogène  propre",
    "Projet.Titre.Anglais": "Clean hydrogen",
    "Projet.Resume.Francais": "Un résumé.",
    "Projet.Resume.Anglais": "An abstract.",
    "Programme.Acronyme": "AAPG2021",
    "Projet.Montant.AF.Aide_allouee.ANR": "811108,5",
}
ANR_PARTNER = {
    "Projet.Code_Decision_ANR": "ANR-21-CE05-0001",
    "Projet.Acronyme": "HYDRO",
    "Projet.Partenaire.Code_Decision_ANR": "ANR-21-CE05-0001-01",
    "Projet.Partenaire.Est_coordinateur": "True",
    "Projet.Partenaire.Nom_organisme": "Institut de l'eau (Prof. Jane Doe)",
    "Projet.Partenaire.Categorie_organisme": "Laboratoire public",
    "Projet.Partenaire.Code_RNSR": "200611689j",
    "Projet.Partenaire.Adresse.Ville": "GIF",
    "Projet.Partenaire.Adresse.Region": "Île-de-France",
    "Projet.Partenaire.Adresse.Pays": "France",
    "Projet.Partenaire.Responsable_scientifique.Nom": "Doe",
    "Projet.Partenaire.Responsable_scientifique.Prenom": "Jane",
    "Projet.Partenaire.Responsable_scientifique.ORCID": "0000-0001-2345-6789",
}


def write_csv(
    path: Path, rows: Sequence[dict[str, str]], *, separator: str = ";", encoding: str = "utf-8-sig"
) -> Path:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    path.write_bytes((text + "\n").encode(encoding))
    return path


def write_json(path: Path, content: Any) -> Path:  # noqa: ANN401 (JSON)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], *, second: str = "") -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(list(row))
    if second:
        workbook.create_sheet(second).append(["a", "b"])
    workbook.save(path)
    return path


def list_problems(batch: Batch) -> list[tuple[str, str, int | None, str]]:
    return [(one.code, one.outcome.value, one.row, one.found) for one in batch.problems]


# --- ANR ----------------------------------------------------------------------

HYDRO = Project(
    id="anr:ANR-21-CE05-0001",
    title="Hydrogène propre",
    abstract="Un résumé.",
    language="fr",
    source="anr",
    acronym="HYDRO",
    start_date=date(2021, 1, 1),
    funding_eur=811108.5,
    programme="AAPG2021",
    declared_item_ids=("anr-committees/ce05",),
)


def test_anr_projects_are_read_in_every_form(tmp_path: Path) -> None:
    new_names = {
        name.replace("_ANR", "").replace("Resume.F", "Résumé.f"): value
        for name, value in ANR_PROJECT.items()
    }
    split = {"columns": list(ANR_PROJECT), "data": [list(ANR_PROJECT.values())]}
    paths = [
        write_csv(tmp_path / "old.csv", [ANR_PROJECT]),
        write_csv(tmp_path / "new.csv", [new_names], separator=",", encoding="cp1252"),
        write_csv(tmp_path / "tabs.tsv", [ANR_PROJECT], separator="\t", encoding="utf-16"),
        write_json(tmp_path / "split.json", split),
        write_json(tmp_path / "objects.json", [ANR_PROJECT]),
        write_xlsx(tmp_path / "a.xlsx", [list(ANR_PROJECT), list(ANR_PROJECT.values())]),
    ]
    assert [read_path(path).projects for path in paths] == [[HYDRO]] * 6


def test_the_english_abstract_stands_in_for_a_missing_french_one(tmp_path: Path) -> None:
    row = ANR_PROJECT | {"Projet.Resume.Francais": "Non renseigné"}
    (project,) = read_path(write_csv(tmp_path / "a.csv", [row])).projects
    assert (project.title, project.abstract, project.language) == (
        "Clean hydrogen",
        "An abstract.",
        "en",
    )
    row |= {"Projet.Titre.Anglais": ""}
    (project,) = read_path(write_csv(tmp_path / "a.csv", [row])).projects
    assert (project.title, project.language) == ("Hydrogène propre", "en")


def test_france_2030_projects_are_read(tmp_path: Path) -> None:
    row = {
        "Projet.Code_Decision_ANR": "ANR-11-LABX-0001",
        "Projet.Date_debut": "2011-02-22 00:00:00",
        "Action.Edition": "2011",
        "Action.Titre.Francais": "LABX",
        "Projet.Acronyme": "EAU",
        "Projet.Titre.Francais": "L'eau",
        "Projet.Resume.Francais": "",
        "Projet.Aide_allouee": "0.0",
    }
    batch = read_path(write_csv(tmp_path / "a.csv", [row]))
    assert batch.projects == [
        Project(
            id="anr:ANR-11-LABX-0001",
            title="L'eau",
            abstract="",
            language="fr",
            source="anr",
            acronym="EAU",
            start_date=date(2011, 2, 22),
            programme="LABX",
        )
    ]
    assert list_problems(batch) == [("empty_abstract", "noted", 2, "ANR-11-LABX-0001")]


def test_anr_rows_that_are_refused_are_counted(tmp_path: Path) -> None:
    code = "Projet.Code_Decision_ANR"
    titles = {"Projet.Titre.Francais": "", "Projet.Titre.Anglais": ""}
    rows = [
        ANR_PROJECT,
        ANR_PROJECT,
        ANR_PROJECT | {code: "?"},
        ANR_PROJECT | titles | {code: "X-12"},
    ]
    batch = read_path(write_csv(tmp_path / "a.csv", rows))
    assert batch.tallies == [Tally("a.csv", n_rows=4, n_refused=3)]
    assert list_problems(batch)[1:] == [
        ("repeated_id", "refused", 3, "ANR-21-CE05-0001"),
        ("bad_code", "refused", 4, "?"),
        ("empty_title", "refused", 5, "X-12"),
    ]


def test_anr_partners_give_organisations_without_people(tmp_path: Path) -> None:
    batch = read_path(write_csv(tmp_path / "a.csv", [ANR_PARTNER]))
    assert batch.organisations == [
        Organisation(
            id="rnsr:200611689J",
            name="Institut de l'eau",
            kind=OrganisationKind.LABORATORY,
            source="anr",
            country="FR",
            territory="Île-de-France",
            identifiers=(("rnsr", "200611689J"),),
        )
    ]
    assert batch.participations == [
        Participation("anr:ANR-21-CE05-0001", "rnsr:200611689J", Role.COORDINATOR)
    ]
    assert "Doe" not in repr(batch)
    assert "0000-0001" not in repr(batch)


def test_a_partner_that_is_a_person_is_refused_and_not_quoted(tmp_path: Path) -> None:
    name = "Projet.Partenaire.Nom_organisme"
    unnamed = ANR_PARTNER | {"Projet.Partenaire.Code_RNSR": ""}
    rows = [unnamed | {name: "Prof. Dr. Jane Doe"}, unnamed | {name: "Non renseigné"}]
    batch = read_path(write_csv(tmp_path / "a.csv", rows))
    assert (batch.organisations, batch.participations) == ([], [])
    assert list_problems(batch) == [
        ("person_name", "refused", 2, ""),
        ("empty_name", "refused", 3, "ANR-21-CE05-0001"),
    ]


def test_a_bare_person_gives_way_to_the_laboratory_s_code(tmp_path: Path) -> None:
    rows = [
        ANR_PARTNER | {"Projet.Partenaire.Nom_organisme": "Jane DOE"},
        ANR_PARTNER | {"Projet.Partenaire.Nom_organisme": "Jean Dupont"},
        ANR_PARTNER
        | {"Projet.Partenaire.Nom_organisme": "Jean Dupont", "Projet.Partenaire.Code_RNSR": ""},
    ]
    batch = read_path(write_csv(tmp_path / "a.csv", rows))
    assert [one.name for one in batch.organisations] == ["200611689J"]
    assert [(code, row) for code, _, row, _ in list_problems(batch)][-1] == ("person_name", 4)
    assert not {"doe", "dupont"} & set(repr(batch).lower().replace("'", " ").split())


def test_a_name_that_may_be_a_firm_s_is_kept_and_told_of(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(
        "Titre;Porteur;SIRET porteur;Partenaires\n"
        "Un;Pierre Fabre;;Jeanne DUPONT, Pierre Fabre SA\nDeux;Paul Boyé;48537603200028;\n",
        encoding="utf-8",
    )
    batch = read_ours(path)
    names = [one.name for one in batch.organisations]
    assert names == ["Pierre Fabre", "Pierre Fabre SA", "Paul Boyé"]
    told = [(code, row, found) for code, _, row, found in list_problems(batch)]
    assert ("maybe_person", 2, "") in told
    assert ("person_left_out", 2, "") in told
    assert "maybe_person" not in [code for code, row, _ in told if row == 3]


def test_a_siren_among_rnsr_codes_is_taken_for_one(tmp_path: Path) -> None:
    rnsr = "Projet.Partenaire.Code_RNSR"
    rows = [ANR_PARTNER | {rnsr: "180089013"}, ANR_PARTNER | {rnsr: "123"}]
    batch = read_path(write_csv(tmp_path / "a.csv", rows))
    assert batch.organisations[0].identifiers == (("siren", "180089013"),)
    assert batch.organisations[1].id.startswith("anr:org:")
    assert ("unreadable_identifier", "repaired", 3, "123") in list_problems(batch)


def test_anr_committees_are_items(tmp_path: Path) -> None:
    rows = [
        {"axe_aapg_2022": "H.9", "ces": "CE05", "comite_fr": "Une énergie durable "},
        {"axe_aapg_2022": "H.9", "ces": "energie", "comite_fr": "x"},
    ]
    batch = read_path(write_csv(tmp_path / "a.csv", rows, separator=","))
    assert [(one.id, one.title, one.language) for one in batch.items] == [
        ("anr-committees/ce05", "Une énergie durable", "fr")
    ]
    assert [(one.id, one.edition) for one in batch.documents] == [("anr-committees", "2022")]
    assert list_problems(batch) == [("bad_code", "refused", 3, "ENERGIE")]


# --- scanR, i-Lab, EU topics -----------------------------------------------------


def test_scanr_projects_are_read_without_persons(tmp_path: Path) -> None:
    content = {
        "id": "ANR-16-CE23-0001",
        "type": "ANR",
        "label": {"default": "Water", "fr": "L'eau"},
        "description": {"en": "About water."},
        "startDate": 1480550400000,  # 1 December 2016 at 00:00 UTC
        "endDate": "2019-12-01T00:00:00",
        "budgetTotal": 1000.5,
        "keywords": {"fr": ["eau", "Eau", "réseau"]},
        "persons": [{"fullName": "Jane Doe"}],
        "participants": [
            {"structure": "200611689J", "label": {"default": "Lab__-__Team (Dr. Jane Doe)"}},
            {"structure": {"id": "grid.4444.0", "label": {"en": "CNRS"}}, "role": "coordinator"},
            {"structure": "", "label": {}},
        ],
    }
    batch = read_path(write_json(tmp_path / "projects.json", [content]))
    assert batch.projects == [
        Project(
            id="scanr:ANR-16-CE23-0001",
            title="L'eau",
            abstract="About water.",
            language="en",
            source="scanr",
            start_date=date(2016, 12, 1),
            end_date=date(2019, 12, 1),
            total_cost_eur=1000.5,
            programme="ANR",
            keywords=("eau", "réseau"),
        )
    ]
    assert [(one.id, one.name) for one in batch.organisations] == [
        ("rnsr:200611689J", "Lab – Team"),
        ("grid:grid.4444.0", "CNRS"),
    ]
    assert [one.role for one in batch.participations] == [Role.PARTNER, Role.COORDINATOR]
    assert list_problems(batch) == [("empty_name", "repaired", 1, "ANR-16-CE23-0001")]
    assert "Doe" not in repr(batch)


ILAB = {
    "Identifiant": "C1",
    "Année de concours": "1999",
    "Domaine technologique": "Biotechnologies",
    "Résumé": "Une fermeture.",
    "Projet": "",
    "Moto": "Fermer mieux",
    "N° SIREN": "",
    "N° SIRET": "48537603200028",
    "Libellé entreprise": "Elyce",
    "Id de l'unité de recherche liée au projet": "200012165C,199213398C",
    "Unité de recherche liée au projet": "Optique,Analyse",
    "Id de la structure liée au projet": "0350097R,0350936C",
    "Structure liée au projet": "INSA,Rennes 1,Rennes",
}


def test_ilab_laureates_have_a_firm_and_laboratories(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist([ILAB]), tmp_path / "ilab.parquet")
    batch = read_path(tmp_path / "ilab.parquet")
    assert [(one.id, one.title, one.start_date) for one in batch.projects] == [
        ("ilab:C1", "Fermer mieux", date(1999, 1, 1))
    ]
    assert [(one.organisation_id, one.role) for one in batch.participations] == [
        ("siren:485376032", Role.COORDINATOR),
        ("rnsr:200012165C", Role.PARTNER),
        ("rnsr:199213398C", Role.PARTNER),
    ]
    # Three names and two codes of structures: which is whose cannot be told.
    assert ("uneven_list", "repaired", 1, "0350097R,0350936C / INSA,Rennes 1,Rennes") in (
        list_problems(batch)
    )


def test_topics_of_the_portal_are_items_under_their_call(tmp_path: Path) -> None:
    topics = [
        {
            "type": 1,
            "identifier": "CALL-2026-01-02",
            "title": "Water",
            "callIdentifier": "CALL-2026-01",
            "callTitle": "Clean things",
            "frameworkProgramme": {"abbreviation": "LIFE2027", "description": "LIFE"},
            "deadlineDatesLong": [1, 2],
        },
        {"type": 0, "identifier": "T", "title": "Chairs", "callIdentifier": "T"},
    ]
    path = write_json(tmp_path / "grants.json", {"fundingData": {"GrantTenderObj": topics}})
    batch = read_path(path)
    assert [(one.id, one.title) for one in batch.documents] == [
        ("eu-topics-life", "EU Funding & Tenders – LIFE")
    ]
    assert [(one.id, one.title, one.parent_id) for one in batch.items] == [
        ("eu-topics-life/call/call-2026-01", "Clean things", None),
        ("eu-topics-life/call-2026-01-02", "Water", "eu-topics-life/call/call-2026-01"),
    ]
    assert list_problems(batch) == [("tenders_left_out", "noted", None, "1")]


def test_topics_with_text_keep_it(tmp_path: Path) -> None:
    row = {
        "topicId": "ERC-2026-POC",
        "title": "Proof",
        "callIdentifier": "ERC-2026-POC",
        "programme": "Horizon Europe",
        "description": "Objective: prove.",
    }
    batch = read_path(write_csv(tmp_path / "a.csv", [row]))
    assert batch.items == [
        StrategyItem(
            id="eu-topics-horizon-europe/erc-2026-poc",
            document_id="eu-topics-horizon-europe",
            title="Proof",
            text="Objective: prove.",
            language="en",
            position=0,
            reference_ids=("eu-topics",),
        )
    ]


# --- CORDIS in its other layouts -----------------------------------------------

OLD_PROJECT = {
    "rcn": "1",
    "id": "633080",
    "acronym": "MACC",
    "status": "CLOSED",
    "programme": "H2020-EU.2.1.6.",
    "topics": "EO-1-2014",
    "title": "Air",
    "startDate": "2014-11-01",
    "endDate": "2015-07-31",
    "objective": "Air is watched.",
    "totalCost": "7000000",
    "ecMaxContribution": "6000000",
    "call": "H2020-EO-2014",
    "fundingScheme": "CSA",
    "coordinator": "ECMWF",
    "coordinatorCountry": "UK",
    "participants": "CNRS;KNMI",
    "participantCountries": "FR;NL",
}


def test_an_old_export_names_its_partners(tmp_path: Path) -> None:
    batch = read_path(write_csv(tmp_path / "cordis-h2020projects.csv", [OLD_PROJECT]))
    assert [(one.id, one.declared_item_ids) for one in batch.projects] == [
        ("cordis:633080", ("cordis-h2020/eo-1-2014",))
    ]
    assert [(one.name, one.country) for one in batch.organisations] == [
        ("ECMWF", "GB"),
        ("CNRS", "FR"),
        ("KNMI", "NL"),
    ]
    assert [one.role.value for one in batch.participations] == ["coordinator", "partner", "partner"]
    assert [one.title for one in batch.items] == ["H2020-EO-2014", "EO-1-2014"]


def test_an_old_table_of_organisations_drops_its_contacts(tmp_path: Path) -> None:
    row = {
        "projectID": "633080",
        "role": "participant",
        "id": "999997930",
        "name": "CNRS",
        "activityType": "REC",
        "country": "FR",
        "contactLastNames": "DOE",
        "contactEmail": "doe@example.org",
    }
    batch = read_path(write_csv(tmp_path / "orgs.csv", [row]))
    assert batch.participations == [Participation("cordis:633080", "pic:999997930", Role.PARTNER)]
    assert "doe" not in repr(batch).lower()


def test_the_json_export_of_cordis_is_read(tmp_path: Path) -> None:
    project = {
        name: OLD_PROJECT.get(name, "")
        for name in ("id", "acronym", "status", "title", "startDate", "endDate", "objective")
    } | {
        "totalCost": 7000000,
        "ecMaxContribution": 6000000.5,
        "topics": "EO-1-2014",
        "ecSignatureDate": "2014-10-01",
        "frameworkProgramme": "H2020",
        "masterCall": "H2020-EO-2014",
        "fundingScheme": "CSA",
    }
    organisation = {
        "projectID": 633080,
        "organisationID": 999997930,
        "name": "CNRS",
        "SME": False,
        "activityType": "REC",
        "city": "PARIS",
        "country": "FR",
        "role": "coordinator",
        "ecContribution": 6000000.5,
    }
    topic = {"projectID": 633080, "topic": "EO-1-2014", "title": "Watching the air"}
    path = tmp_path / "cordis.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps([project]))
        archive.writestr("organization.json", json.dumps([organisation]))
        archive.writestr("topics.json", json.dumps([topic]))
    batch = read_path(path)
    assert [(one.id, one.funding_eur) for one in batch.projects] == [("cordis:633080", 6000000.5)]
    assert batch.participations == [
        Participation("cordis:633080", "pic:999997930", Role.COORDINATOR, 6000000.5)
    ]
    assert batch.items[1].title == "Watching the air"
    assert [tally.n_rows for tally in batch.tallies] == [1, 1, 1]


# --- any table, by a mapping -------------------------------------------------

OURS = (
    ("Liste des projets labellisés", None, None, None, None, None, None),
    (),
    (
        "Intitulé du projet",
        "Résumé",
        "Date de début",
        "Budget (k€)",
        "Porteur",
        "Partenaires",
        "Contact",
    ),
    (
        "Péniche",
        "Une péniche.",
        datetime(2024, 3, 1),
        "1\u00a0250,5",
        "Hydrolys",
        "CEA; LabX",
        "J. Doe",
    ),
    ("Quai", "Un quai.", "1er avril 2024", 300, "Mme Jane Doe", None, None),
)


def read_ours(path: Path) -> Batch:
    mapping = guess_mapping(look_at(path).columns)
    return read_table(path, find_mapping={sign_header(look_at(path).columns): mapping}.get)


def test_a_workbook_of_our_own_is_read_as_guessed(tmp_path: Path) -> None:
    batch = read_ours(write_xlsx(tmp_path / "nos projets.xlsx", OURS, second="Notes"))
    assert [
        (one.title, one.abstract, one.start_date, one.total_cost_eur) for one in batch.projects
    ] == [
        ("Péniche", "Une péniche.", date(2024, 3, 1), 1250500.0),
        ("Quai", "Un quai.", date(2024, 4, 1), 300000.0),
    ]
    assert [one.name for one in batch.organisations] == ["Hydrolys", "CEA", "LabX"]
    assert [one.role.value for one in batch.participations] == ["coordinator", "partner", "partner"]
    assert list_problems(batch) == [
        ("sheet_not_read", "noted", None, "Notes"),
        ("person_left_out", "repaired", 5, ""),
    ]
    assert "Doe" not in repr(batch)


def test_the_first_sheet_of_several_columns_counts_before_lists(tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.title = "Lisez-moi"
    for line in ("Ce classeur liste nos projets", "Version de mars"):
        notes.append([line])
    names = book.create_sheet("Structures")
    for line in ("Organisme", "CEA"):
        names.append([line])
    projects = book.create_sheet("Projets")
    projects.append(["Titre", "Date de début"])
    projects.append(["Quai", 45352])
    book.save(path)
    batch = read_ours(path)
    assert [(one.title, one.start_date) for one in batch.projects] == [("Quai", date(2024, 3, 1))]
    assert list_problems(batch)[:2] == [
        ("sheet_not_read", "noted", None, "Structures"),
        ("empty_abstract", "noted", 2, "Quai"),
    ]
    assert ("serial_date", "repaired", 2, "45352 → 2024-03-01") in list_problems(batch)


def test_a_sheet_of_one_column_is_a_table_where_its_heading_is_known(tmp_path: Path) -> None:
    names = [("Nos partenaires",), ("Organisme",), ("CEA",), ("Port de Lyon",)]
    batch = read_ours(write_xlsx(tmp_path / "a.xlsx", names))
    assert [one.name for one in batch.organisations] == ["CEA", "Port de Lyon"]
    with pytest.raises(InputError) as caught:
        look_at(write_xlsx(tmp_path / "b.xlsx", [("Bonjour",), ("Au revoir",)]))
    assert caught.value.code == "no_table"


@pytest.mark.parametrize(
    ("above", "n_above"), [("", 0), ("sep=;\n", 1), ("Portefeuille 2026;;\n;;\n", 2)]
)
def test_what_stands_above_the_header_of_a_csv(tmp_path: Path, above: str, n_above: int) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(f"{above}Titre;Budget (k€);Aide\nUn;1;1\nDeux;x;\n", encoding="utf-8")
    assert look_at(path).columns == ("Titre", "Budget (k€)", "Aide")
    found = [(one.code, one.row) for one in read_ours(path).problems]
    assert ("unreadable_amount", 3 + n_above) in found


def test_units_in_cells_and_headings_count_once(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("Titre;Budget (k€)\nUn;1 250\nDeux;450 k€\nTrois;1,2 M€\n", encoding="utf-8")
    amounts = [one.total_cost_eur for one in read_ours(path).projects]
    assert amounts == [1_250_000.0, 450_000.0, 1_200_000.0]


def test_a_corrected_text_is_still_that_of_the_same_project(tmp_path: Path) -> None:
    first, second = tmp_path / "ours.csv", tmp_path / "later" / "ours.csv"
    second.parent.mkdir()
    first.write_text("Titre;Résumé\nQuai;un\nQuai;deux\nQuai;un\n", encoding="utf-8")
    second.write_text("Titre;Résumé\nQuai;un, corrigé\n", encoding="utf-8")
    before, after = read_ours(first), read_ours(second)
    assert [one.abstract for one in before.projects] == ["un", "deux"]
    assert list_problems(before) == [("repeated_id", "refused", 4, "Quai un")]
    assert after.projects[0].id == before.projects[0].id != before.projects[1].id


def test_two_columns_of_one_name_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("Titre;Titre;Résumé\nUn;Une;x\n", encoding="utf-8")
    assert list_problems(read_ours(path)) == [("repeated_column", "noted", 1, "Titre")]


def test_a_line_that_is_no_json_is_a_row_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text('{"titre": "Un"}\nbroken\n{"titre": "Deux"}\n', encoding="utf-8")
    batch = read_ours(path)
    assert [one.title for one in batch.projects] == ["Un", "Deux"]
    assert batch.tallies == [Tally("ours.jsonl", 3, 1)]


def test_a_table_of_unknown_columns_is_asked_about(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "ours.xlsx", OURS)
    with pytest.raises(InputError) as caught:
        read_path(path)
    assert (caught.value.code, caught.value.values["guess"]) == (
        "mapping_needed",
        "title ← Intitulé du projet; abstract ← Résumé; start_date ← Date de début; "
        "total_cost ← Budget (k€); coordinator ← Porteur; partners ← Partenaires",
    )


def test_organisations_and_items_are_read_by_mappings_too(tmp_path: Path) -> None:
    firms = write_csv(
        tmp_path / "membres.csv",
        [
            {"Raison sociale": "Elyce", "SIRET": "48537603200028", "Type": "PME", "Ville": "Pau"},
            {"Raison sociale": "", "SIRET": "", "Type": "", "Ville": ""},
        ],
        encoding="cp1252",
    )
    batch = read_ours(firms)
    assert batch.organisations == [
        Organisation(
            id="siren:485376032",
            name="Elyce",
            kind=OrganisationKind.SME,
            source="table",
            territory="Pau",
            identifiers=(("siren", "485376032"),),
        )
    ]
    axes = write_csv(
        tmp_path / "feuille.csv",
        [{"Axe parent": "Énergie", "Axe": "Hydrogène", "Texte": "Produire."}],
    )
    items = read_ours(axes).items
    assert [(one.title, one.text, one.is_heading) for one in items] == [
        ("Énergie", "", True),
        ("Hydrogène", "Produire.", False),
    ]
    assert items[1].parent_id == items[0].id


def test_a_mapping_is_corrected_by_column_names_in_any_case() -> None:
    header = ["Nom", "Prénom", "Projet", "Détail"]
    guess = guess_mapping(header)
    assert guess == ColumnMapping("projects", (("title", "Projet"),))
    fixed = correct_mapping(guess, {"abstract": "DETAIL"}, header=header, file="a.csv")
    assert fixed.columns == (("title", "Projet"), ("abstract", "Détail"))
    assert correct_mapping(fixed, {"abstract": ""}, header=header, file="a.csv") == guess


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"colour": "Projet"}, "mapping_field_unknown"),
        ({"title": "Couleur"}, "mapping_column_unknown"),
        ({"title": "Nom"}, "mapping_personal"),
    ],
)
def test_corrections_that_are_refused(changes: dict[str, str], code: str) -> None:
    header = ["Nom", "Prénom", "Projet"]
    with pytest.raises(InputError) as caught:
        correct_mapping(guess_mapping(header), changes, header=header, file="a.csv")
    assert caught.value.code == code


# --- containers that are refused -------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", b"{", "json_damaged"),
        ("a.json", b"[" * 100_000, "json_damaged"),
        ("a.json", b'{"a": 1}', "json_not_a_table"),
        ("a.jsonl", b'{"id": 1}\n{"id"\n', "json_damaged"),
        ("a.parquet", b"PAR1 and no more", "table_damaged"),
        ("a.xlsx", b"no archive", "not_a_zip"),
        ("a.csv", b"%PDF-1.7\n", "file_not_text"),
        ("a.csv", b"", "no_table"),
        ("a.csv", b";".join([b"x"] * 3000), "too_many_columns"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_path(path)
    assert caught.value.code == code


def test_a_workbook_that_unpacks_too_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 10_000_000)
    with pytest.raises(InputError) as caught:
        read_path(path)
    assert caught.value.code == "zip_bomb"


def test_a_workbook_full_of_entities_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["Titre", "Résumé"], ["Eau", "x"]])
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "laugh">{entities}]><worksheet>&e11;</worksheet>'
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": bomb.encode()}).items():
            archive.writestr(name, content)
    with pytest.raises(InputError) as caught:
        read_ours(path)
    assert caught.value.code == "table_damaged"


def test_a_formula_is_read_as_the_value_saved_with_it(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["Titre", "Budget"], ["Eau", "=1+1"]])
    # openpyxl saves no value: nothing is computed here, so nothing is there.
    assert [one.total_cost_eur for one in read_ours(path).projects] == [None]


# --- values ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1/3/2024", "01-03-2024", "01.03.2024 10:30", "1er mars 2024", "1 mars 2024"]
)
def test_days_in_french_order(text: str) -> None:
    assert parse_day(text) == date(2024, 3, 1)


@pytest.mark.parametrize("text", ["31/02/2024", "1 brumaire 2024", "2024", "03/2024"])
def test_texts_that_are_no_days(text: str) -> None:
    with pytest.raises(ValueError, match="date|day"):
        parse_day(text)


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("siren", "180089014"), ("rnsr", "180089013"), ("ror", "02feahwi3"), ("uai", "0753639")],
)
def test_identifiers_of_another_form(scheme: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"is no {scheme}"):
        parse_identifier(scheme, text)


def test_countries_that_are_not_known() -> None:
    with pytest.raises(ValueError, match="no known country"):
        parse_country("Atlantide")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Centre Z / M. Jean DUPONT", "Centre Z"),
        ("Institut Y – Prof. J. Doe", "Institut Y"),
        ("Photonics Lab of Prof Jane Doe", "Photonics"),
        ("Dr. Fritsch Powder Technology", "Dr. Fritsch Powder Technology"),
        ("Hospital Universitario Dr. Negrin", "Hospital Universitario Dr. Negrin"),
        ("I.M.T", "I.M.T"),
        ("Jane M. Doe", ""),
        ("Centre M. Halbwachs", "Centre M. Halbwachs"),
    ],
)
def test_people_in_names_of_organisations(name: str, kept: str) -> None:
    assert remove_people(name) == kept


def test_columns_about_people() -> None:
    asked = ("Email", "Chargé de mission", "contactFirstNames", "Porteur", "Description")
    assert [is_personal(name) for name in asked] == [True, True, True, False, False]


# --- the real files ----------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "n_rows", "n_refused", "brought"),
    [
        ("anr/anr-projets-fr-en.json", 590, 0, {"projects": 590}),
        ("anr/anr-dgpie-projets.csv", 1_379, 0, {"projects": 1_379}),
        ("anr/anr-dgpie-partenaires.csv", 7_581, 19, {"organisations": 1_331}),
        ("anr/anr-partenaires.csv", 55_483, 82, {"organisations": 22_336}),
        ("anr/anr_ces_committees_aapg2022.csv", 56, 0, {"items": 56}),
        ("horizon-open-topics/open_topics.parquet", 629, 0, {"items": 791}),
        ("ilab/ilab_laureates_deidentified.parquet", 3_923, 223, {"projects": 3_700}),
    ],
)
def test_the_open_data_is_read_whole(
    shared_data: Path, name: str, n_rows: int, n_refused: int, brought: dict[str, int]
) -> None:
    path = shared_data / "data" / name
    batch = read_path(path)
    assert batch.tallies == [Tally(path.name, n_rows, n_refused)]
    assert {kind: len(getattr(batch, kind)) for kind in brought} == brought


@pytest.mark.data
def test_no_person_of_the_real_partner_files_is_kept(shared_data: Path) -> None:
    batch = read_path(shared_data / "data" / "anr" / "anr-partenaires.csv")
    titled = re.compile(r"\b(?:Prof|Dr|Pr|Mme|Mr) ?\.? ?[A-Z][a-z]")
    kept = sorted(one.name for one in batch.organisations if titled.search(one.name))
    # What is left bears the name of somebody it honours, or of its founder.
    honoured = re.compile(r"hospital|institut|fundaç|ingenieur|technolog|universit", re.IGNORECASE)
    assert [name for name in kept if not honoured.search(name)] == []
    assert len(kept) <= 10
    removed = [one for one in batch.problems if one.code in ("person_removed", "person_name")]
    assert [one.outcome for one in removed].count(Outcome.REFUSED) == 42
    assert (len(removed), [one for one in removed if titled.search(one.found)]) == (124, [])
    assert [one.name for one in batch.organisations if is_like_person(one.name)] == []


# --- broken on purpose ---------------------------------------------------------


@pytest.mark.parametrize("number", range(len(list_seeds())))
def test_sound_seeds_of_the_fuzz_are_read_or_asked_about(tmp_path: Path, number: int) -> None:
    suffix, content = list_seeds()[number]
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    assert read_broken(path) == "read"


def test_no_broken_table_brings_a_reader_down(tmp_path: Path) -> None:
    rng = random.Random(7)
    seeds = list_seeds()
    ends = set()
    for number in range(250):
        suffix, content = seeds[number % len(seeds)]
        path = tmp_path / f"any{suffix}"
        path.write_bytes(break_table(content, rng)[:1_000_000])
        ends.add(read_broken(path))
    assert {"read", "json_damaged", "table_damaged", "mapping_needed", "not_a_zip"} <= ends


def test_a_surrogate_in_the_name_of_a_column_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(r'[{"Ti\ud800tre": "x", "b": "y"}]', encoding="utf-8")
    with pytest.raises(InputError, match="Titre, b"):
        read_path(tmp_path / "a.json")

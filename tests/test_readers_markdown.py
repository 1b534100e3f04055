"""The corpus that people write: Markdown with front matter, YAML lists, whole folders."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from roadmapfit.errors import InputError
from roadmapfit.readers.corpus_organisations import IDENTIFIER_SCHEMES
from roadmapfit.readers.corpus_projects import STATUSES
from roadmapfit.readers.files import FILE_LIMIT_BYTES
from roadmapfit.readers.markdown_corpus import read_corpus, read_corpus_file
from roadmapfit.readers.markdown_text import parse_sections
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Problem,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
    Tally,
    Unit,
)
from roadmapfit.text import LANGUAGES, load_catalogue

ROADMAP = """\
---
kind: roadmap
id: exemple-phase-4            # unique
title: Pôle Exemple, feuille de route de la phase IV
owner: Pôle Exemple
series: exemple
edition: phase IV (2019-2022)
language: fr
start_year: 2019
end_year: 2022
territory: Île-de-France; Normandie
invented: true
references:
  src-a: {title: "Journal X, entretien", location: "https://example.org/x"}
  src-b: {title: Rapport Y, location: not published online}
---
Une courte présentation,
sur deux lignes.

# Numérique de confiance {#numerique}

## Cybersécurité des objets {#cyber-objets}

Un *premier* paragraphe avec un [lien](https://example.org)
et deux lignes.

- une liste
- de deux entrées

```
# pas un titre
```

Sources: src-a, src-b

## Données de l'œuvre

Un texte sans ancre.
Sources : src-b

# Axe à venir {#avenir}
"""
PROJECT = """\
---
kind: project
id: hydrovia
acronym: HYDROVIA
title: Péniche à pile à combustible
language: fr
start_date: 2024-03-01
end_date: 2027-02-28
signature_date: 2024-01-15
total_cost_eur: 2450000
funding_eur: 720000
status: running
programme: i-Démo régionalisé
keywords: [hydrogène, fluvial]
variety: clear-fit
close_to: [autre-projet]
invented: true
consortium:
  - {organisation: hydrolys, role: coordinator, funding_eur: 420000}
  - {organisation: labo-nord, role: partner, funding_eur: 300000}
---
Le premier paragraphe.

Le second.
"""
ORGANISATIONS = """\
- id: hydrolys
  name: Hydrolys Marine
  kind: sme
  country: NO
  territory: Normandie
  n_employees: 46
  description: >-
    Conçoit et assemble
    des piles.
  competences: [pile à combustible, intégration navale]
  language: fr
  identifiers: {siren: "000000000"}
  invented: true
- id: labo-nord
  name: Laboratoire du Nord
  kind: laboratory
"""


def write_corpus(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read_files(folder: Path, files: dict[str, str | bytes]) -> Batch:
    return read_corpus(write_corpus(folder, files))


def list_problems(batch: Batch) -> list[tuple[str, str, int | None, str]]:
    """Give file, code, row and found of each problem."""
    return [(one.file, one.code, one.row, one.found) for one in batch.problems]


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    files: dict[str, str | bytes] = {
        "roadmaps/exemple/phase-4.md": ROADMAP,
        "projects/hydrovia.md": PROJECT,
        "organisations/companies.yaml": ORGANISATIONS,
        "README.md": "left alone",
    }
    return read_files(tmp_path, files)


def test_entries_are_counted_over_the_whole_folder(batch: Batch, tmp_path: Path) -> None:
    # A roadmap and its four headings, a project and its two partners, two organisations.
    assert batch.tallies == [Tally(tmp_path.name, 10, 0, unit=Unit.ENTRIES)]


def test_what_is_lost_is_counted_and_what_is_left_aside_is_not(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.md": PROJECT.replace("organisation: labo-nord", "organisation: ghost"),
        "b.md": "no front matter",
        "c.yaml": ORGANISATIONS.replace("kind: laboratory", "kind: castle"),
        "d.yaml": "- just a word\n",
        "plan.pdf": b"%PDF-",
        ".hidden": "",
    }
    # Of a project with two partners one, a file, one organisation of two, and the word.
    assert read_files(tmp_path, files).tallies == [Tally(tmp_path.name, 7, 4, unit=Unit.ENTRIES)]


def test_a_value_that_is_dropped_loses_no_entry(tmp_path: Path) -> None:
    yaml = ORGANISATIONS.replace('siren: "000000000"', "vat: x")
    found = read_files(tmp_path, {"o.yaml": yaml})
    assert found.tallies == [Tally(tmp_path.name, 2, 0, unit=Unit.ENTRIES)]
    assert [(one.code, one.outcome) for one in found.problems] == [
        ("unknown_identifier", Outcome.REPAIRED)
    ]


def test_a_partner_said_twice_is_a_repeat_and_loses_nothing(tmp_path: Path) -> None:
    line = "  - {organisation: labo-nord, role: partner, funding_eur: 300000}\n"
    assert line in PROJECT
    files: dict[str, str | bytes] = {
        "o.yaml": ORGANISATIONS,
        "p.md": PROJECT.replace(line, 2 * line),
    }
    found = read_files(tmp_path, files)
    assert found.tallies == [Tally(tmp_path.name, 6, 1, 1, Unit.ENTRIES)]


def test_a_roadmap_is_read_whole(batch: Batch) -> None:
    assert batch.documents == [
        StrategyDocument(
            id="exemple-phase-4",
            kind=DocumentKind.ROADMAP,
            title="Pôle Exemple, feuille de route de la phase IV",
            owner="Pôle Exemple",
            language="fr",
            series="exemple",
            edition="phase IV (2019-2022)",
            start_year=2019,
            end_year=2022,
            territory="Île-de-France; Normandie",
            summary="Une courte présentation, sur deux lignes.",
            is_invented=True,
            source="corpus",
            references=(
                Reference("src-a", "Journal X, entretien", "https://example.org/x"),
                Reference("src-b", "Rapport Y", "not published online"),
            ),
        )
    ]


def test_headings_make_a_tree_of_items(batch: Batch) -> None:
    assert batch.items == [
        StrategyItem(
            id="exemple-phase-4/numerique",
            document_id="exemple-phase-4",
            title="Numérique de confiance",
            text="",
            language="fr",
            position=0,
            is_heading=True,
        ),
        StrategyItem(
            id="exemple-phase-4/cyber-objets",
            document_id="exemple-phase-4",
            title="Cybersécurité des objets",
            text="Un premier paragraphe avec un lien et deux lignes.\n\n"
            "une liste\nde deux entrées\n\n"
            "# pas un titre",
            language="fr",
            position=1,
            parent_id="exemple-phase-4/numerique",
            reference_ids=("src-a", "src-b"),
        ),
        StrategyItem(
            id="exemple-phase-4/donnees-de-l-oeuvre",
            document_id="exemple-phase-4",
            title="Données de l'œuvre",
            text="Un texte sans ancre.",
            language="fr",
            position=2,
            parent_id="exemple-phase-4/numerique",
            reference_ids=("src-b",),
        ),
        StrategyItem(
            id="exemple-phase-4/avenir",
            document_id="exemple-phase-4",
            title="Axe à venir",
            text="",
            language="fr",
            position=3,
        ),
    ]


def test_a_project_is_read_whole(batch: Batch) -> None:
    assert batch.projects == [
        Project(
            id="hydrovia",
            title="Péniche à pile à combustible",
            abstract="Le premier paragraphe.\n\nLe second.",
            language="fr",
            source="corpus",
            acronym="HYDROVIA",
            start_date=date(2024, 3, 1),
            end_date=date(2027, 2, 28),
            signature_date=date(2024, 1, 15),
            total_cost_eur=2450000.0,
            funding_eur=720000.0,
            status="running",
            programme="i-Démo régionalisé",
            keywords=("hydrogène", "fluvial"),
            is_invented=True,
        )
    ]
    assert batch.participations == [
        Participation("hydrovia", "hydrolys", Role.COORDINATOR, 420000.0),
        Participation("hydrovia", "labo-nord", Role.PARTNER, 300000.0),
    ]


def test_organisations_are_read_as_written(batch: Batch) -> None:
    assert batch.organisations == [
        Organisation(
            id="hydrolys",
            name="Hydrolys Marine",
            kind=OrganisationKind.SME,
            source="corpus",
            country="NO",  # Norway, which YAML would otherwise take for "false"
            territory="Normandie",
            n_employees=46,
            description="Conçoit et assemble des piles.",
            competences=("pile à combustible", "intégration navale"),
            language="fr",
            identifiers=(("siren", "000000000"),),
            is_invented=True,
        ),
        Organisation(
            id="labo-nord",
            name="Laboratoire du Nord",
            kind=OrganisationKind.LABORATORY,
            source="corpus",
        ),
    ]


def test_the_one_thing_to_say_is_the_item_without_text(batch: Batch) -> None:
    assert batch.problems == [
        Problem(
            "roadmaps/exemple/phase-4.md", "empty_item", Outcome.NOTED, 41, "text", "Axe à venir"
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: roadmap", "kind: poem", [("unknown_kind", 2, "poem")]),
        ("kind: roadmap\n", "", [("unknown_kind", 2, "")]),
        ("id: exemple-phase-4 ", "id: Exemple 4", [("bad_id", 3, "Exemple 4")]),
        (
            "title: Pôle Exemple, feuille de route de la phase IV\n",
            "",
            [("missing_field", 2, "title")],
        ),
        ("---\nkind", "kind", [("front_matter_missing", 1, "kind: roadmap")]),
        (
            "owner: Pôle",
            "owner: [Pôle",
            [("yaml_unreadable", 6, "did not find expected ',' or ']'")],
        ),
    ],
)
def test_documents_that_are_refused(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, int, str]]
) -> None:
    found = read_files(tmp_path, {"a.md": ROADMAP.replace(old, new), "b.md": PROJECT})
    assert [one.id for one in found.projects] == ["hydrovia"]
    assert (found.documents, found.items) == ([], [])
    refused = [(one.code, one.row, one.found) for one in found.problems if one.file == "a.md"]
    assert refused == expected
    assert {one.outcome for one in found.problems} == {Outcome.REFUSED}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("start_year: 2019", "start_year: 219", ("absurd_date", 9, "219")),
        ("start_year: 2019", "start_year: soon", ("unreadable_number", 9, "soon")),
        ("start_year", "start_yaer", ("unknown_field", 9, "start_yaer")),
        ("language: fr", "language: de", ("other_language", 8, "de")),
        ("language: fr\n", "", ("missing_field", 2, "language")),
        ("owner: Pôle Exemple\n", "", ("missing_field", 2, "owner")),
        ("edition: phase", "series: bis\nedition: phase", ("repeated_key", 7, "series")),
        ("invented: true", "invented: perhaps", ("unreadable_flag", 12, "perhaps")),
        ("src-a, src-b", "src-a, src-c", ("unknown_reference", 22, "src-c")),
        ("{#cyber-objets}", "{#Cyber objets}", ("bad_anchor", 22, "Cyber objets")),
        ("src-b: {title: Rapport Y,", "src-b: {", ("missing_field", 15, "title")),
        ("territory: Île-de-France; Normandie", "territory: [x]", ("wrong_type", 11, "territory")),
        ("## Données", "###### Données", ("deep_heading", 36, "Données de l'œuvre")),
    ],
)
def test_documents_that_are_kept_with_a_problem(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    roadmap = ROADMAP.replace("# Axe à venir {#avenir}\n", "").replace(old, new, 1)
    found = read_files(tmp_path, {"a.md": roadmap})
    assert [one.id for one in found.documents] == ["exemple-phase-4"]
    assert [(one.code, one.row, one.found) for one in found.problems] == [expected]


def test_a_bad_anchor_is_rewritten(tmp_path: Path) -> None:
    found = read_files(tmp_path, {"a.md": ROADMAP.replace("{#cyber-objets}", "{#Cyber Été}")})
    assert found.items[1].id == "exemple-phase-4/cyber-ete"


def test_a_series_that_is_missing_is_the_document_itself(tmp_path: Path) -> None:
    found = read_files(tmp_path, {"a.md": ROADMAP.replace("series: exemple\n", "")})
    assert [one.series for one in found.documents] == ["exemple-phase-4"]


def test_an_anchor_written_twice_loses_the_second_item(tmp_path: Path) -> None:
    found = read_files(tmp_path, {"a.md": ROADMAP.replace("{#avenir}", "{#numerique}")})
    assert [one.title for one in found.items] == [
        "Numérique de confiance",
        "Cybersécurité des objets",
        "Données de l'œuvre",
    ]
    assert list_problems(found) == [("a.md", "repeated_anchor", 41, "numerique")]


def test_titles_written_twice_get_a_number(tmp_path: Path) -> None:
    roadmap = ROADMAP + "\n# Eau\n\nUn.\n\n# Eau\n\nDeux.\n"
    found = read_files(tmp_path, {"a.md": roadmap})
    assert [one.id for one in found.items[-2:]] == ["exemple-phase-4/eau", "exemple-phase-4/eau-2"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("end_date: 2027-02-28", "end_date: 2027-02-30", ("unreadable_date", 8, "2027-02-30")),
        ("end_date: 2027-02-28", "end_date: 1027-02-28", ("absurd_date", 8, "1027-02-28")),
        (
            "end_date: 2027-02-28",
            "end_date: 2024-02-29",
            ("end_before_start", 8, "2024-03-01 > 2024-02-29"),
        ),
        ("total_cost_eur: 2450000", "total_cost_eur: lots", ("unreadable_amount", 10, "lots")),
        ("total_cost_eur: 2450000", "total_cost_eur: -1", ("absurd_amount", 10, "-1")),
        (
            "funding_eur: 720000",
            "funding_eur: 720001.01",
            ("funding_sum_differs", 11, "720000.00 / 720001.01"),
        ),
        ("status: running", "status: sleeping", ("unknown_status", 12, "sleeping")),
        ("keywords: [hydrogène, fluvial]", "keywords: [[x]]", ("wrong_type", 14, "keywords")),
        ("role: partner", "role: friend", ("unknown_role", 20, "friend")),
        ("role: partner", "role: ''", ("missing_field", 20, "role")),
        ("organisation: labo-nord", "organisation: ghost", ("unknown_organisation", 20, "ghost")),
        (
            "organisation: labo-nord, role: partner",
            "organisation: hydrolys, role: coordinator",
            ("repeated_id", 20, "hydrovia – hydrolys (coordinator)"),
        ),
        (
            "Le premier paragraphe.\n\nLe second.\n",
            "",
            ("empty_abstract", 22, "Péniche à pile à combustible"),
        ),
    ],
)
def test_projects_that_are_kept_with_a_problem(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    files: dict[str, str | bytes] = {"o.yaml": ORGANISATIONS, "p.md": PROJECT.replace(old, new)}
    found = read_files(tmp_path, files)
    assert [one.id for one in found.projects] == ["hydrovia"]
    assert [(one.code, one.row, one.found) for one in found.problems] == [expected]


def test_a_difference_of_one_euro_is_rounding(tmp_path: Path) -> None:
    project = PROJECT.replace("funding_eur: 720000", "funding_eur: 720001")
    assert read_files(tmp_path, {"o.yaml": ORGANISATIONS, "p.md": project}).problems == []


def test_headings_in_an_abstract_are_text(tmp_path: Path) -> None:
    project = PROJECT.replace("Le second.", "# Objectifs\n\nLe second.")
    found = read_files(tmp_path, {"o.yaml": ORGANISATIONS, "p.md": project})
    assert found.projects[0].abstract == "Le premier paragraphe.\n\nObjectifs\n\nLe second."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: sme", "kind: startup", ("unknown_organisation_kind", 3, "startup")),
        ("  name: Hydrolys Marine\n", "", ("missing_field", 1, "name")),
        ("id: hydrolys", "id: Hydrolys", ("bad_id", 1, "Hydrolys")),
    ],
)
def test_organisations_that_are_refused(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    found = read_files(tmp_path, {"o.yaml": ORGANISATIONS.replace(old, new)})
    assert [one.id for one in found.organisations] == ["labo-nord"]
    assert [(one.code, one.row, one.found) for one in found.problems] == [expected]


def test_an_unknown_identifier_is_refused_alone(tmp_path: Path) -> None:
    text = ORGANISATIONS.replace("{siren:", "{passport: X1, siren:")
    found = read_files(tmp_path, {"o.yaml": text})
    assert found.organisations[0].identifiers == (("siren", "000000000"),)
    assert list_problems(found) == [("o.yaml", "unknown_identifier", 12, "passport")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: x\n", ("yaml_not_a_list", 1, "id: x")),
        ("", ("yaml_not_a_list", 1, "")),
        ("- [\n", ("yaml_unreadable", 2, "did not find expected node content")),
        ("- just words\n", ("wrong_type", None, "[1]")),
        ("a: &a [x]\nb: [" + "*a, " * 101 + "]\n", ("yaml_aliases", 2, "101")),
        ("[" * 21 + "]" * 21, ("yaml_depth", 1, "21")),
        ("&a [*a]\n", ("yaml_depth", 1, "21")),
    ],
)
def test_yaml_files_that_are_refused(
    tmp_path: Path, text: str, expected: tuple[str, int | None, str]
) -> None:
    found = read_files(tmp_path, {"bad.yaml": text, "good.yaml": ORGANISATIONS})
    assert [one.id for one in found.organisations] == ["hydrolys", "labo-nord"]
    assert [(one.code, one.row, one.found) for one in found.problems] == [expected]


def test_few_aliases_that_multiply_do_no_harm(tmp_path: Path) -> None:
    # Nine levels of nine aliases: written out, these lists would hold 9 ** 9 words.
    levels = ["- &l0 {id: x0, name: X, kind: sme}"]
    levels += [f"- &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    levels += ["- {id: x1, name: X, kind: sme, competences: *l9}"]
    found = read_files(tmp_path, {"bomb.yaml": "\n".join(levels)})
    assert [one.id for one in found.organisations] == ["x0", "x1"]
    assert list_problems(found) == [
        *(("bomb.yaml", "wrong_type", None, f"[{n}]") for n in range(2, 11)),
        ("bomb.yaml", "wrong_type", 11, "competences"),
    ]


def test_tags_build_nothing(tmp_path: Path) -> None:
    text = "- {id: x0, name: !!python/name:os.system '', kind: sme}\n"
    found = read_files(tmp_path, {"o.yaml": text})
    assert list_problems(found) == [("o.yaml", "missing_field", 1, "name")]


def test_ids_written_twice_name_both_files(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/one.md": ROADMAP,
        "b/two.md": ROADMAP,
        "c/p.md": PROJECT.replace("title: Péniche", "title: Barge"),
        "d/p.md": PROJECT,
        "o1.yaml": ORGANISATIONS,
        "o2.yaml": "- {id: hydrolys, name: Other, kind: large}\n",
    }
    found = read_files(tmp_path, files)
    assert [one.title[:5] for one in found.projects] == ["Barge"]
    assert [one.name for one in found.organisations] == ["Hydrolys Marine", "Laboratoire du Nord"]
    assert (len(found.documents), len(found.items)) == (1, 4)
    assert [one for one in list_problems(found) if one[1] == "repeated_id"] == [
        ("b/two.md", "repeated_id", 3, "exemple-phase-4 (a/one.md:3)"),
        ("d/p.md", "repeated_id", 3, "hydrovia (c/p.md:3)"),
        ("o2.yaml", "repeated_id", 1, "hydrolys (o1.yaml:1)"),
    ]


def test_what_is_not_read_in_a_folder_is_listed(tmp_path: Path) -> None:
    outside = write_corpus(tmp_path / "outside", {"secret.yaml": ORGANISATIONS})
    corpus = write_corpus(
        tmp_path / "corpus",
        {
            "o.yaml": ORGANISATIONS,
            "notes.docx": "x",
            ".git/config": "x",
            "picture.md": b"\x89PNG\x00\x01\x02\x03" * 40,
            "big.md": b"a" * (FILE_LIMIT_BYTES + 1),
            "sub/README.md": "left alone",
        },
    )
    (corpus / "leak.yaml").symlink_to(outside / "secret.yaml")
    (corpus / "leaks").symlink_to(outside)
    (corpus / "loop").symlink_to(corpus)
    (corpus / "gone.md").symlink_to(corpus / "nowhere.md")
    (corpus / "circle.md").symlink_to(corpus / "circle.md")
    found = read_corpus(corpus)
    assert [one.id for one in found.organisations] == ["hydrolys", "labo-nord"]
    assert sorted(list_problems(found)) == [
        (".git", "hidden_entry", None, ".git"),
        ("big.md", "file_too_large", None, "20"),
        ("circle.md", "file_unreadable", None, ".md"),
        ("gone.md", "not_a_file", None, ".md"),
        ("leak.yaml", "link_outside", None, ".yaml"),
        ("leaks", "link_outside", None, "leaks"),
        ("loop", "link_to_folder", None, "loop"),
        ("notes.docx", "other_file_type", None, ".docx"),
        ("picture.md", "file_not_text", None, r"\x89PNG\x00\x01\x02\x03"),
    ]
    assert {one.outcome for one in found.problems} == {Outcome.REFUSED}


def test_a_link_to_a_file_of_the_folder_is_read(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"a/o.yaml": ORGANISATIONS})
    (tmp_path / "b.yaml").symlink_to(tmp_path / "a" / "o.yaml")
    found = read_corpus(tmp_path)
    assert list_problems(found) == [
        ("b.yaml", "repeated_id", 1, "hydrolys (a/o.yaml:1)"),
        ("b.yaml", "repeated_id", 14, "labo-nord (a/o.yaml:14)"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    found = read_files(tmp_path, {"p.md": PROJECT.replace("\n", "\r\n").encode(encoding)})
    assert found.projects[0].title == "Péniche à pile à combustible"
    assert found.projects[0].abstract == "Le premier paragraphe.\n\nLe second."


def test_windows_1252_is_noted_with_its_first_line(tmp_path: Path) -> None:
    found = read_files(tmp_path, {"p.md": PROJECT.encode("cp1252"), "o.yaml": ORGANISATIONS})
    assert list_problems(found) == [("p.md", "not_utf8", 5, "3")]


def test_control_characters_and_decomposed_accents_are_repaired(tmp_path: Path) -> None:
    project = PROJECT.replace("Le second.", "Le se\x00cond e\u0301tat.")
    found = read_files(tmp_path, {"p.md": project, "o.yaml": ORGANISATIONS})
    assert found.projects[0].abstract == "Le premier paragraphe.\n\nLe second \u00e9tat."
    assert list_problems(found) == [("p.md", "forbidden_characters", None, "1")]


@pytest.mark.parametrize(
    ("files", "n_other"), [({}, 0), ({"README.md": "x", "a.txt": "x", "b.pdf": "x"}, 2)]
)
def test_a_folder_with_nothing_to_read_is_refused(
    tmp_path: Path, files: dict[str, str | bytes], n_other: int
) -> None:
    write_corpus(tmp_path, files)
    with pytest.raises(InputError, match=f"holds no .md or .yaml file .*{n_other} other entries"):
        read_corpus(tmp_path)


def test_one_file_is_a_corpus_without_partners(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"p.md": PROJECT})
    found = read_corpus_file(tmp_path / "p.md")
    assert ([one.id for one in found.projects], found.participations) == (["hydrovia"], [])
    assert list_problems(found) == [
        ("p.md", "unknown_organisation", 19, "hydrolys"),
        ("p.md", "unknown_organisation", 20, "labo-nord"),
    ]


def test_progress_counts_bytes_to_the_end(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"a.yaml": ORGANISATIONS, "p.md": PROJECT})
    total = len(ORGANISATIONS.encode()) + len(PROJECT.encode())
    heard: list[tuple[int, int]] = []
    read_corpus(tmp_path, on_progress=lambda done, total: heard.append((done, total)))
    assert heard == [(total, total)]


def test_sections_keep_quotations_lists_and_html_as_text() -> None:
    body = "> # quoted\n\n* # listed\n\n<b>bold</b> &amp; `code`\\\nnext\n\nA title\n=======\n"
    before, titled = parse_sections(body, first_line=10)
    assert before.text == "quoted\n\nlisted\n\n<b>bold</b> & code next"
    assert (titled.level, titled.title, titled.line, titled.text) == (1, "A title", 17, "")


def test_only_the_last_paragraph_gives_sources() -> None:
    body = "# A\n\nSources: wind,\nsun\n\nText.\n\nsource : a, b,\nc.\n"
    section = parse_sections(body)[1]
    assert (section.text, section.source_keys) == ("Sources: wind, sun\n\nText.", ("a", "b", "c"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("unknown_kind", (*DocumentKind, "project")),
        ("unknown_organisation_kind", tuple(OrganisationKind)),
        ("unknown_role", tuple(Role)),
        ("unknown_status", STATUSES),
        ("unknown_identifier", IDENTIFIER_SCHEMES),
    ],
)
def test_messages_name_all_known_values(language: str, code: str, known: tuple[str, ...]) -> None:
    message = load_catalogue(language)[f"problem.{code}"]
    assert [word for word in known if str(word) not in message] == []


def test_the_demonstration_corpus_has_no_problems(repository: Path) -> None:
    found = read_corpus(repository / "corpora" / "demonstration")
    assert list_problems(found) == []

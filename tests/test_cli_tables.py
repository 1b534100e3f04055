"""Tables by the command line: dry runs, all or nothing, updates, columns, links."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shell import Shell

HEADER = "Projet.Code_Decision;Projet.Titre.Francais;Projet.Resume.Francais;AAP.Edition\n"
WATER = "ANR-21-CE05-0001;L'eau;Traiter l'eau des villes.;2021\n"
WIND = "ANR-21-CE05-0002;Le vent;Prévoir le vent en mer.;2021\n"
BAD = "?;x;y;2021\n"
MEMBERS = "Raison sociale;SIREN;Pays\n"


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def read_csv(name: str) -> list[list[str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def count(shell: Shell) -> int:
    return len(shell.read("list", "toys", "sources")["sources"])


def test_a_dry_run_says_what_would_be_and_saves_nothing(shell: Shell) -> None:
    before = count(shell)
    told = shell.read("add", "toys", write("anr.csv", HEADER + WATER + WIND), "--dry-run")
    assert (told["dry_run"], told["sources"][0]["n_added"]) == (True, 2)
    counted = {"file": "anr.csv", "unit": "rows", "n": 2, "kept": 2, "refused": 0}
    assert told["sources"][0]["rows"] == [counted]
    assert count(shell) == before
    said = shell.run("add", "toys", "anr.csv", "--dry-run").stdout
    assert "anr.csv: rows read: 2, kept: 2, refused: 0" in said
    assert "Dry run: nothing was saved" in said


def test_a_table_goes_in_whole_or_not_at_all(shell: Shell) -> None:
    write("anr.csv", HEADER + WATER + BAD)
    before = count(shell)
    ran = shell.run("add", "toys", "anr.csv", "--problems", "report.csv")
    assert ran.exit_code == 1
    assert "anr.csv: rows refused: 1 of 2" in ran.stderr
    # Which row, and why, is said before anything is asked of the user.
    assert "anr.csv: rows read: 2, kept: 1, refused: 1" in ran.stdout
    assert "bad_code" in ran.stdout
    assert count(shell) == before
    report = read_csv("report.csv")
    assert report[1][:6] == ["anr.csv", "", "", "read", "tally", "2 / 1 / 1"]
    assert report[-1][:6] == ["anr.csv", "3", "Projet.Code_Decision", "refused", "bad_code", "?"]


def test_good_rows_are_kept_when_asked(shell: Shell) -> None:
    write("anr.csv", HEADER + WATER + BAD)
    (source,) = shell.read("add", "toys", "anr.csv", "--keep-good")["sources"]
    assert (source["n_added"], source["rows"][0]["refused"]) == (1, 1)


def test_adding_twice_changes_nothing_and_a_newer_export_says_what_changed(shell: Shell) -> None:
    shell.read("add", "toys", write("anr.csv", HEADER + WATER + WIND))
    (again,) = shell.read("add", "toys", "anr.csv")["sources"]
    assert (again["n_added"], again["n_updated"], again["n_unchanged"]) == (0, 0, 2)
    assert again["changes"] == {}
    newer = HEADER + WATER.replace("L'eau", "L'eau propre") + WIND.replace("0002", "0003")
    asked = ("add", "toys", write("anr-2.csv", newer), "--name", "anr.csv", "--changes", "c.csv")
    (update,) = shell.read(*asked)["sources"]
    assert update["changes"] == {"projects": {"n_added": 1, "n_changed": 1, "n_gone": 1}}
    assert read_csv("c.csv") == [
        ["source", "kind", "id", "outcome", "fields"],
        ["anr.csv", "projects", "anr:ANR-21-CE05-0003", "added", ""],
        ["anr.csv", "projects", "anr:ANR-21-CE05-0001", "changed", "title"],
        ["anr.csv", "projects", "anr:ANR-21-CE05-0002", "gone", ""],
    ]
    versions = shell.read("history", "toys", "anr:ANR-21-CE05-0001")["versions"]
    assert [(one["number"], one["record"]["title"]) for one in versions] == [(1, "L'eau")]
    assert "L'eau" in shell.run("history", "toys", "anr:ANR-21-CE05-0001").stdout
    said = shell.run("history", "toys", "anr:ANR-21-CE05-0003")
    assert (said.exit_code, "has no earlier version" in said.stderr) == (1, True)


def test_a_name_is_for_one_source(shell: Shell) -> None:
    write("a.csv", HEADER + WATER)
    write("b.csv", HEADER + WIND)
    ran = shell.run("add", "toys", "a.csv", "b.csv", "--name", "anr")
    assert (ran.exit_code, "--name names one source" in ran.stderr) == (2, True)


def test_columns_are_shown_corrected_remembered_and_forgotten(shell: Shell) -> None:
    write("ours.csv", "Nom du dossier;Synthèse;Courriel\nPéniche;Une péniche.;j@x.org\n")
    ran = shell.run("add", "toys", "ours.csv")
    assert (ran.exit_code, "roadmapfit columns WORKSPACE ours.csv" in ran.stderr) == (1, True)
    shown = shell.read("columns", "toys", "ours.csv", "--kind", "projects")
    assert (shown["columns"], shown["remembered"]) == ({}, False)
    assert shown["left_out"] == ["Nom du dossier", "Synthèse", "Courriel"]
    said = shell.run("columns", "toys", "ours.csv", "--kind", "projects").stdout
    assert "“title” is missing" in said
    pairs = ("--set", "title=nom du dossier", "--set", "abstract=Synthèse")
    fixed = shell.read("columns", "toys", "ours.csv", "--kind", "projects", *pairs)
    assert (fixed["columns"], fixed["remembered"]) == (
        {"title": "Nom du dossier", "abstract": "Synthèse"},
        True,
    )
    (source,) = shell.read("add", "toys", "ours.csv")["sources"]
    assert source["n_added"] == 1
    # Another export with the same columns, in another order.
    write("next.csv", "Courriel;Synthèse;Nom du dossier\nk@x.org;Un quai.;Quai\n")
    assert shell.read("add", "toys", "next.csv")["sources"][0]["n_added"] == 1
    assert shell.read("columns", "toys", "ours.csv", "--forget")["forgotten"]
    assert shell.run("add", "toys", "ours.csv").exit_code == 1


def test_a_guess_is_remembered_when_accepted(shell: Shell) -> None:
    write("members.csv", MEMBERS + "Elyce;485376032;France\n")
    said = shell.run("columns", "toys", "members.csv").stdout
    assert "Confirm with --accept" in said
    assert shell.read("columns", "toys", "members.csv", "--accept")["remembered"]
    assert shell.read("add", "toys", "members.csv")["sources"][0]["read"]["organisations"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "title"), "FIELD=COLUMN is expected"),
        (("--set", "colour=Pays"), "unknown field “colour”"),
        (("--set", "name=Colour"), "has no column “Colour”"),
    ],
)
def test_wrong_corrections_are_said(shell: Shell, arguments: tuple[str, ...], message: str) -> None:
    write("members.csv", MEMBERS + "Elyce;485376032;France\n")
    ran = shell.run("columns", "toys", "members.csv", *arguments)
    assert (ran.exit_code > 0, message in ran.stderr) == (True, True)


def test_links_are_made_listed_undone_and_restored(shell: Shell) -> None:
    write("members.csv", MEMBERS + "Elyce SAS;485376032;France\n")
    shell.read("columns", "toys", "members.csv", "--accept")
    write("others.csv", "Raison sociale;Pays;Ville\nELYCE;France;Pau\n")
    shell.read("columns", "toys", "others.csv", "--accept")
    shell.read("add", "toys", "members.csv", "others.csv")
    made = shell.read("link", "toys")
    assert {"kind": "organisation", "method": "name", "n": 1, "confidence": 0.87} in made["links"]
    (link,) = [
        each
        for each in shell.read("links", "toys", "--kind", "organisation")["links"]
        if "siren:485376032" in (each["left"], each["right"])
    ]
    pair = (link["left"], link["right"])
    undone = shell.read("links", "toys", "--undo", *pair)["links"]
    assert [each["is_undone"] for each in undone if each["left"] == link["left"]] == [True]
    assert shell.read("link", "toys")["n_undone"] == 1
    assert "(undone)" in shell.run("links", "toys").stdout
    restored = shell.read("links", "toys", "--restore", *pair)["links"]
    assert [each["is_undone"] for each in restored if each["left"] == link["left"]] == [False]
    ran = shell.run("links", "toys", "--undo", "a", "b")
    assert (ran.exit_code, "a and b are not linked" in ran.stderr) == (1, True)


def test_linked_organisations_become_one_in_the_index(shell: Shell) -> None:
    write("members.csv", MEMBERS + "Elyce SAS;485376032;France\n")
    write("others.csv", "Raison sociale;Pays;Description\nELYCE;France;Des fermetures.\n")
    for name in ("members.csv", "others.csv"):
        shell.read("columns", "toys", name, "--accept")
        shell.read("add", "toys", name)
    apart = shell.read("build", "toys")["counts"]["organisations"]
    shell.read("link", "toys")
    assert shell.read("build", "toys")["counts"]["organisations"] < apart


def test_public_files_are_listed_with_their_licence(shell: Shell) -> None:
    files = {each["name"]: each for each in shell.read("fetch")["files"]}
    assert sorted(files) == ["cordis-fp7", "cordis-h2020", "cordis-horizon", "eu-topics"]
    assert files["cordis-fp7"]["licence"].startswith("CC BY 4.0")
    ran = shell.run("fetch", "cordis")
    assert (ran.exit_code, "“cordis” is no known file" in ran.stderr) == (1, True)
    assert "cordis-h2020" in shell.run("fetch").stdout

"""Many projects at once on the command line: portfolio, score."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from roadmapfit.cli.bulk import PAIR_FIELDS, PROJECT_FIELDS, SCORE_FIELDS
from shell import Shell
from source import PACKAGE

IDEAS = "Titre;Résumé\nSolar idea;Solar panels feed a battery at night.\nCourt;\n;\n"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_projects_are_judged_and_written(shell: Shell) -> None:
    said = shell.read(
        *("portfolio", shell.workspace, "--document", "pole-nord"),
        *("--csv", shell.folder / "p.csv", "--pairs", shell.folder / "pairs.csv"),
    )
    assert (said["n_projects"], said["n_items"], len(said["projects"])) == (7, 2, 7)
    rows = read_csv(shell.folder / "p.csv")
    assert [row["id"] for row in rows] == [each["id"] for each in said["projects"]]
    by_id = {row["id"]: row for row in rows}
    hydroport = by_id["hydroport"]
    assert (hydroport["verdict"], hydroport["item_title"], hydroport["year"]) == (
        "aligned",
        "Hydrogène bas carbone",
        "2021",
    )
    pairs = read_csv(shell.folder / "pairs.csv")
    assert {row["document_id"] for row in pairs} == {"pole-nord"}
    best = next(row for row in pairs if row["project_id"] == "hydroport")
    assert (best["item_id"], best["probability"]) == (
        "pole-nord/hydrogene",
        hydroport["probability"],
    )


def test_filters_keep_some_projects_and_their_pairs(shell: Shell) -> None:
    said = shell.read(
        *("portfolio", shell.workspace, "--item", "pole-nord/solaire", "--verdict", "aligned"),
        *("--pairs", shell.folder / "pairs.csv"),
    )
    ids = [each["id"] for each in said["projects"]]
    assert "helios" in ids
    assert {each["verdict"] for each in said["projects"]} == {"aligned"}
    assert {row["project_id"] for row in read_csv(shell.folder / "pairs.csv")} == set(ids)
    found = shell.read("portfolio", shell.workspace, "--search", "HYDROGENE port")
    assert [each["id"] for each in found["projects"]] == ["hydroport"]


def test_the_portfolio_is_printed_with_how_much_of_it(shell: Shell) -> None:
    ran = shell.run("portfolio", shell.workspace, "--top", "2", "--year", "2021")
    assert "shown of" in ran.stdout
    assert "found among 7, judged against" in ran.stdout


def test_a_document_or_an_item_that_is_not_there_is_refused(shell: Shell) -> None:
    for option in ("--document", "--item"):
        ran = shell.run("portfolio", shell.workspace, option, "nope")
        assert (ran.exit_code, "“nope”" in ran.stderr) == (1, True)


def test_a_table_of_texts_is_scored_and_not_stored(shell: Shell) -> None:
    table = shell.folder / "ideas.csv"
    table.write_bytes(IDEAS.encode("cp1252"))
    said = shell.read("score", shell.workspace, table, "--csv", shell.folder / "s.csv")
    first, second = said["texts"]
    assert (first["row"], first["verdict"], first["best"][0]["item_id"]) == (
        2,
        "aligned",
        "pole-nord/solaire",
    )
    assert (second["verdict"], second["obstacle"], second["best"]) == (
        "cannot_tell",
        "the text is too short to be judged: at least five words are needed",
        [],
    )
    assert {each["code"] for each in said["problems"]} == {"not_utf8"}
    rows = read_csv(shell.folder / "s.csv")
    assert [row["rank"] for row in rows if row["row"] == "2"][:2] == ["1", "2"]
    assert [(row["verdict"], row["item_id"]) for row in rows if row["row"] == "3"] == [
        ("cannot_tell", "")
    ]
    assert len(shell.read("list", shell.workspace, "projects")["projects"]) == 7


def test_what_cannot_be_scored_is_said_in_words(shell: Shell) -> None:
    table = shell.folder / "ideas.csv"
    table.write_bytes(IDEAS.encode("cp1252"))
    ran = shell.run("score", shell.workspace, table, "--lang", "fr")
    assert "au moins cinq mots" in ran.stdout
    ran = shell.run("score", shell.workspace, shell.folder / "none.csv")
    assert (ran.exit_code, "none.csv" in ran.stderr) == (1, True)


@pytest.mark.parametrize(
    ("file", "fields"),
    [
        ("portfolio --csv", PROJECT_FIELDS),
        ("portfolio --pairs", PAIR_FIELDS),
        ("score --csv", SCORE_FIELDS),
    ],
)
def test_columns_are_documented_in_their_order(file: str, fields: tuple[str, ...]) -> None:
    page = (PACKAGE.parent.parent / "docs" / "command-line.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{file}`"))
    assert tuple(re.findall(r"`([a-z_]+)`", row)) == fields

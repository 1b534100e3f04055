from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shell import Shell

IDEA = "Solar panels feed a battery at night."


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_map_names_needs_and_who_proves_them(shell: Shell) -> None:
    said = shell.read("map", shell.workspace, "--text", IDEA)
    assert [each["openness"] for each in said["landmarks"]] == [1.0]
    newcomer = next(
        each for each in said["organisations"] if each["organisation_id"] == "labo-batterie"
    )
    assert newcomer["part"] == "newcomer"
    assert newcomer["proofs"][0]["passage"].startswith("Le laboratoire vieillit chaque batterie")
    assert newcomer["need_closed"] == pytest.approx(1, abs=0.01)


def test_a_map_is_printed_and_written(shell: Shell) -> None:
    ran = shell.run(
        *("map", shell.workspace, "--item", "programme-industrie/batterie"),
        *("--csv", "map.csv", "--lang", "fr"),
    )
    assert ran.exit_code == 0
    assert "1. Batterie pour l'industrie" in ran.stdout
    assert "Laboratoire des accumulateurs [fictif]" in ran.stdout
    rows = read_csv(shell.folder / "map.csv")
    assert [(row["name"], row["proves"], round(float(row["degree"]), 2)) for row in rows] == [
        ("Laboratoire des accumulateurs", "1", 1.0),
        ("École du solaire", "1", 0.99),
    ]


def test_a_territory_is_mapped_against_a_strategy(shell: Shell) -> None:
    said = shell.read(
        "map", shell.workspace, "--territory", "Occitanie", "--document", "programme-industrie"
    )
    assert {each["territory"] for each in said["organisations"]} == {"Occitanie"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["map", "--territory", "FR"], "or --territory with --document"),
        (["map", "--item", "x", "--territory", "FR", "--document", "y"], "or --item"),
        (["network", "--organisation", "x", "--document", "y"], "or --organisation"),
        (["map"], "--project"),
        (["network"], "--project"),
    ],
)
def test_one_picture_is_around_one_thing(shell: Shell, arguments: list[str], said: str) -> None:
    ran = shell.run(arguments[0], shell.workspace, *arguments[1:])
    assert ran.exit_code == 2
    assert said in " ".join(ran.stderr.replace("│", " ").split())


def test_an_unknown_territory_is_refused_in_one_line(shell: Shell) -> None:
    ran = shell.run(
        "map", shell.workspace, "--territory", "Mars", "--document", "programme-industrie"
    )
    assert ran.exit_code == 1
    assert "no organisation of the index is in the territory “Mars”" in ran.stderr


def test_a_network_lists_pairs_with_projects_and_year(shell: Shell) -> None:
    said = shell.read("network", shell.workspace, "--organisation", "port-nord")
    assert [
        (each["one_id"], each["other_id"], each["n_projects"], each["last_year"])
        for each in said["pairs"]
    ] == [("port-nord", "wind-group", 1, 2022), ("port-nord", "electrolys", 1, 2021)]
    ran = shell.run("network", shell.workspace, "--document", "pole-nord", "--csv", "pairs.csv")
    assert ran.exit_code == 0
    assert "Without a project in common with the others: École du solaire" in ran.stdout
    assert [row["other_name"] for row in read_csv(shell.folder / "pairs.csv")] == [
        "Wind Group",
        "Électrolys",
    ]


def test_the_network_of_a_project_leaves_the_project_out(shell: Shell) -> None:
    said = shell.read("network", shell.workspace, "--project", "hydroport")
    # Électrolys and the port share hydroport alone.
    assert said["pairs"] == []
    assert {"electrolys", "port-nord"} <= set(said["alone"])


def test_duplicates_of_a_workspace_are_listed(shell: Shell) -> None:
    said = shell.read("duplicates", shell.workspace, "--why")
    assert [(each["one_id"], each["other_id"], each["closeness"]) for each in said["pairs"]] == [
        ("archiv", "museum", "same_aim"),
        ("hydroharbour", "hydroport", "same_aim"),
    ]
    assert said["pairs"][1]["pairs"][0]["passage"].startswith("A station delivers")
    ran = shell.run("duplicates", shell.workspace, "--top", "1", "--csv", "twice.csv", "--why")
    assert "1 of 2 pairs" in ran.stdout
    assert len(read_csv(shell.folder / "twice.csv")) == 2

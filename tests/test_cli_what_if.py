"""What-if on the command line: another wording of a project, other projects in a portfolio."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import WordCountEncoder
from roadmapfit.text import render_text
from shell import Shell, use_encoder
from toys import build_toy_workspace

SOLAR = "Énergie solaire\n\nLe parc solaire du port livre du courant aux quais. " * 2
COVERED = ("coverage", "toys", "--document", "pole-nord")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell in a folder with the toy workspace and another wording of a project."""
    monkeypatch.chdir(tmp_path)
    use_encoder(WordCountEncoder(), monkeypatch)
    build_toy_workspace(tmp_path / "toys")
    (tmp_path / "solar.txt").write_text(SOLAR, encoding="utf-8")
    return Shell(tmp_path, "toys")


def test_another_wording_says_what_turned_and_by_how_much(shell: Shell) -> None:
    said = shell.run(
        "revise", "toys", "--project", "hydroport", "--with", "solar.txt", "--top", "2"
    ).stdout
    assert "“Hydrogène bas carbone” goes from “aligned” to “not aligned”." in said
    assert "“Énergie solaire” goes from “not aligned” to “aligned”." in said
    assert "+100 points" in said
    assert "2 items shown of 6" in said


def test_another_wording_as_json(shell: Shell) -> None:
    found = shell.read(
        "revise", "toys", "--project", "hydroport", "--with", "solar.txt", "--document", "pole-nord"
    )
    assert (found["n_items"], found["n_turned"]) == (2, 2)
    first = found["changes"][0]
    assert (first["item_id"], first["is_turned"]) == ("pole-nord/solaire", True)
    assert (first["before"]["verdict"], first["after"]["verdict"]) == ("not_aligned", "aligned")
    assert first["difference"] == pytest.approx(1.0, abs=1e-3)


def test_two_files_are_compared_and_the_same_changes_nothing(shell: Shell) -> None:
    said = shell.run("revise", "toys", "--file", "solar.txt", "--with", "solar.txt").stdout
    assert "No verdict changes." in said


def test_a_wording_that_cannot_be_read_is_refused(shell: Shell) -> None:
    ran = shell.run("revise", "toys", "--project", "hydroport", "--with", "none.txt")
    assert ran.exit_code == 1
    assert "none.txt" in ran.stderr


def test_a_wording_too_short_for_a_verdict_says_so(shell: Shell) -> None:
    (shell.folder / "short.txt").write_text("Du vent", encoding="utf-8")
    said = shell.run("revise", "toys", "--project", "hydroport", "--with", "short.txt").stdout
    assert render_text("obstacle.too_short", "en") in said
    assert "points" not in said


def test_projects_are_left_out_and_put_in(shell: Shell) -> None:
    found = shell.read(*COVERED, "--without", "hydroport", "--with", "solar.txt")
    assert found["n_projects"] == 7
    by_item = {each["item_id"]: each for each in found["changes"]}
    hydrogen, solar = (by_item[f"pole-nord/{name}"] for name in ("hydrogene", "solaire"))
    assert (hydrogen["n_aligned_before"], hydrogen["n_aligned_after"]) == (2, 1)
    assert (solar["n_aligned_before"], solar["n_aligned_after"]) == (1, 2)
    to_items = sum(item["funding_eur"] for item in found["items"])
    assert to_items + found["unattributed_eur"] == pytest.approx(2_090_000 - 500_000)


def test_items_that_turn_are_said(shell: Shell) -> None:
    said = shell.run(*COVERED, "--without", "helios").stdout
    assert "“Énergie solaire” goes from “covered” to “without a project”." in said


def test_a_project_to_leave_out_must_be_there(shell: Shell) -> None:
    ran = shell.run(*COVERED, "--without", "none")
    assert ran.exit_code == 1
    assert "no project “none”" in ran.stderr


def test_coverage_says_who_carries_it(shell: Shell) -> None:
    found = shell.read(*COVERED)["concentration"]
    assert [(each["name"], each["n_projects"]) for each in found["kinds"]["carriers"]] == [
        ("public", 1),
        ("sme", 1),
        ("school", 1),
    ]
    assert found["leaders"]["n_effective"] == pytest.approx(3.0)
    said = shell.run(*COVERED).stdout
    assert "Leads: 3 lead the aligned projects, the first 3 100%" in said
    assert "3.0 leads of equal weight" in said

"""The commands about decisions on the toy workspace; its figures are those of ``toys``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from fakes import WordCountEncoder
from roadmapfit.cli import opening
from roadmapfit.text import render_day
from shell import Shell
from toys import ITEMS, toy_model_with_memory

SOLAR = ("--project", "helios", "--item", "pole-nord/solaire")
TODAY = date.today().isoformat()
READABLE = ("aquabat", "cohorte", "helios", "hydroharbour", "hydroport", "museum")
CSV = "projet;axe;décision;date;note\n"


def write_csv(shell: Shell, *rows: str) -> Path:
    path = shell.folder / "decisions.csv"
    path.write_text(CSV + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def write_all(shell: Shell, *, aligned_with: set[str]) -> Path:
    """Decide the 36 pairs that can be compared, the same way for all projects."""
    return write_csv(
        shell,
        *(
            f"{project};{item.id};{int(item.id in aligned_with)};;"
            for project in READABLE
            for item in ITEMS
            if not item.is_heading
        ),
    )


# --- decide ---------------------------------------------------------------------


def test_decide_and_withdraw(shell: Shell) -> None:
    made = shell.read("decide", "toys", *SOLAR, "--not-aligned", "--note", "too far")
    expected = {
        "project_id": "helios",
        "item_id": "pole-nord/solaire",
        "is_aligned": False,
        "decided_on": TODAY,
        "note": "too far",
        "source": None,
    }
    assert made == expected
    assert shell.read("decisions", "toys")["decisions"] == [{**expected, "has_effect": True}]
    assert shell.read("decide", "toys", *SOLAR, "--withdraw") == {
        "project_id": "helios",
        "item_id": "pole-nord/solaire",
        "withdrawn": True,
    }
    assert shell.read("decisions", "toys")["decisions"] == []


def test_decide_says_what_was_decided(shell: Shell) -> None:
    ran = shell.run("decide", "toys", *SOLAR, "--aligned", "--lang", "fr")
    day = render_day(date.today(), "fr")
    assert ran.stdout == f"Décidé pour helios et pole-nord/solaire\u00a0: aligné, {day}\n"
    ran = shell.run("decide", "toys", *SOLAR, "--withdraw")
    assert ran.stdout == "Decision withdrawn: helios and pole-nord/solaire\n"


@pytest.mark.parametrize(
    "given", [(), ("--aligned", "--withdraw"), ("--withdraw", "--note", "x"), ("--note", "x")]
)
def test_decide_takes_one_thing(shell: Shell, given: tuple[str, ...]) -> None:
    ran = shell.run("decide", "toys", *SOLAR, *given, COLUMNS="200")
    assert ran.exit_code == 2
    assert "give one thing, and one only: --aligned, --not-aligned or --withdraw" in ran.stderr


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("--project", "no", "--item", "pole-nord/solaire"), "the corpus has no project “no”"),
        (("--project", "helios", "--item", "pole-nord/energies"), "the corpus has no item “pole"),
    ],
)
def test_decide_refuses_what_is_not_there(shell: Shell, pair: tuple[str, ...], said: str) -> None:
    ran = shell.run("decide", "toys", *pair, "--aligned")
    assert (ran.exit_code, ran.stderr.startswith(f"error: {said}")) == (1, True)


def test_align_shows_what_was_decided_beside_the_verdict(shell: Shell) -> None:
    assert "Decision" not in shell.run("align", "toys", "--project", "helios").stdout
    shell.run("decide", "toys", *SOLAR, "--not-aligned")
    shell.run("decide", "toys", "--project", "aquabat", "--item", "pole-sud/water", "--aligned")
    said = shell.run("align", "toys", "--project", "helios").stdout
    day = render_day(date.today(), "en")
    (row,) = [line for line in said.splitlines() if "Énergie solaire" in line]
    assert re.split(r"  +", row)[:2] == ["aligned", f"not aligned, {day}"]
    found = shell.read("align", "toys", "--project", "helios")
    assert found["n_past_decisions"] == 0  # the toy model never learnt from decisions
    decided = {each["item_id"]: each["decision"] for each in found["alignments"]}
    assert decided["pole-nord/solaire"]["is_aligned"] is False
    assert decided["pole-sud/water"] is None


def test_align_says_how_many_decisions_stand_behind_a_ranking(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordCountEncoder()
    model = toy_model_with_memory(encoder)
    monkeypatch.setattr(opening, "load_parts", lambda: (encoder, model))
    shell.run("build", "toys")
    shell.run("decide", "toys", *SOLAR, "--aligned")
    shell.run("decide", "toys", "--project", "aquabat", "--item", "pole-sud/water", "--aligned")
    ran = shell.run("align", "toys", "--project", "museum")
    assert "Decisions about other projects behind this ranking: 2" in ran.stdout
    own = shell.read("align", "toys", "--project", "helios")
    assert own["n_past_decisions"] == 1


# --- decisions ------------------------------------------------------------------


def test_decisions_are_added_from_csv_and_listed(shell: Shell) -> None:
    path = write_csv(
        shell,
        "helios;pole-nord/solaire;aligné;03/03/2026;vu en séance",
        "nobody;pole-nord/solaire;oui;;",
        "helios;pole-sud/water;perhaps;;",
    )
    refused = shell.run("add", "toys", path)
    assert (refused.exit_code, "decisions.csv:4 [decision]" in refused.stdout) == (1, True)
    assert "decisions.csv: rows refused: 1 of 3; a file or folder goes in whole" in refused.stderr
    ran = shell.run("add", "toys", path, "--keep-good")
    assert "decisions.csv: decisions: 2" in ran.stdout
    assert "unreadable decision (“perhaps”)" in ran.stdout
    assert "Decisions without effect: 1 (" in ran.stdout
    assert "To bring the index up to date" not in ran.stdout
    said = shell.run("decisions", "toys").stdout
    assert "aligned, 3 March 2026" in said
    assert "HELIOS" in said
    assert "vu en séance" in said
    assert "Without effect, for the project or item is not in the index" in said
    assert said.index("nobody") > said.index("Without effect")
    found = shell.read("decisions", "toys")["decisions"]
    assert [(each["project_id"], each["has_effect"], each["source"]) for each in found] == [
        ("helios", True, "decisions.csv"),
        ("nobody", False, "decisions.csv"),
    ]


def test_decisions_go_out_as_csv_and_come_in_again(shell: Shell) -> None:
    path = write_csv(
        shell,
        "helios;pole-nord/solaire;aligné;03/03/2026;\"=1+1; et, 'oui'\"",
        "museum;pole-nord/solaire;non;;",
    )
    shell.run("add", "toys", path)
    before = shell.read("decisions", "toys", "--csv", "out.csv")
    written = (shell.folder / "out.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines()[:2] == [
        "project_id,item_id,decision,date,note",
        "helios,pole-nord/solaire,aligned,2026-03-03,\"'=1+1; et, 'oui'\"",
    ]
    shell.run("remove", "toys", "decisions.csv")
    assert shell.read("decisions", "toys")["decisions"] == []
    shell.run("add", "toys", "out.csv")
    after = shell.read("decisions", "toys")
    assert [{**each, "source": ""} for each in after["decisions"]] == [
        {**each, "source": ""} for each in before["decisions"]
    ]
    refused = shell.run("decisions", "toys", "--csv", "no/such/folder.csv")
    assert (refused.exit_code, "cannot be written" in refused.stderr) == (1, True)


def test_info_counts_decisions(shell: Shell) -> None:
    found = shell.read("info", "toys")
    assert (found["decisions"], found["recalibration"]) == ({"n": 0, "n_aligned": 0}, None)
    shell.run("decide", "toys", *SOLAR, "--aligned")
    shell.run("decide", "toys", "--project", "museum", "--item", "pole-sud/water", "--not-aligned")
    assert shell.read("info", "toys")["decisions"] == {"n": 2, "n_aligned": 1}
    assert "Decisions: 2, of which aligned: 1" in shell.run("info", "toys").stdout
    assert "up to date" in shell.run("info", "toys").stdout


# --- recalibrate ----------------------------------------------------------------


def test_recalibrate_measures_keeps_and_forgets(shell: Shell) -> None:
    # Every project aligned with the three items that most of them touch.
    touched = {"pole-nord/hydrogene", "pole-nord/solaire", "pole-sud/water"}
    shell.run("add", "toys", write_all(shell, aligned_with=touched))
    found = shell.read("recalibrate", "toys")
    assert (found["kept"], found["n_decisions"], found["n_aligned"], found["n_projects"]) == (
        True,
        36,
        18,
        6,
    )
    assert found["log_loss_after"] < found["log_loss_before"]
    assert (0 < found["slope"] < 1, found["fitted_on"]) == (True, TODAY)
    said = shell.run("recalibrate", "toys").stdout
    assert "36 decisions (18 aligned, 18 not aligned) about 6 projects. Log loss" in said
    assert "The recalibration is kept and applies" in said
    day = render_day(date.today(), "en")
    assert f"recalibrated on 36 decisions of this workspace ({day})" in (
        shell.run("info", "toys").stdout
    )
    info = shell.read("info", "toys")["recalibration"]
    assert (info["n_decisions"], info["is_in_force"]) == (36, True)
    forgotten = shell.run("recalibrate", "toys", "--forget").stdout
    assert forgotten == ("Recalibration removed: the shipped probabilities apply again.\n")
    assert shell.read("recalibrate", "toys", "--forget")["forgotten"] is False
    assert shell.read("info", "toys")["recalibration"] is None


def test_recalibrate_says_when_it_is_not_better(shell: Shell) -> None:
    # Aligned with what no project or one alone touches: against the measured order.
    untouched = {"programme-industrie/eolien", "pole-sud/health-data"}
    shell.run("add", "toys", write_all(shell, aligned_with=untouched))
    found = shell.read("recalibrate", "toys")
    assert found["kept"] is False
    assert "The recalibration is not better: the shipped" in shell.run("recalibrate", "toys").stdout
    assert not (shell.folder / "toys" / "calibration.json").exists()


def test_recalibrate_refuses_too_few(shell: Shell) -> None:
    shell.run("decide", "toys", *SOLAR, "--aligned")
    ran = shell.run("recalibrate", "toys", "--lang", "fr")
    assert ran.exit_code == 1
    assert ran.stderr.startswith(
        "erreur\u00a0: 1 décisions ont un effet\u00a0: 1 alignées et 0 non alignées\u202f; "
        "il en faut 30, dont 8"
    )

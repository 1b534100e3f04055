"""What the command line says to a command line that is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shell import Shell
from source import PACKAGE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["align", "toys", "--top", "0"], "--top : un nombre d'au moins 1 est attendu"),
        (["align", "toys", "--top", "abc"], "--top : un nombre entier est attendu"),
        (["partners", "toys", "--budget", "x"], "--budget : un nombre est attendu"),
        (
            ["align", "toys", "--lang", "de"],
            "--lang : « de » n'est pas une valeur connue ; connues : fr, en",
        ),
        (["list", "toys", "foo"], "WHAT : « foo » n'est pas une valeur connue ; connues : doc"),
        (["align"], "il manque WORKSPACE"),
        (["coverage", "toys"], "il manque --document"),
        (["align", "toys", "--txt", "a"], "l'option --txt n'existe pas ; proches d'elle : --t"),
        (["align", "toys", "--zzzzz"], "l'option --zzzzz n'existe pas ; roadmapfit align --help"),
        (["align", "toys", "--text"], "l'option --text attend une valeur"),
        (["align", "toys", "-", "y"], "argument de trop : y"),
        (["algn"], "la commande « algn » n'existe pas ; est-ce align ?"),
        (["align", "toys"], "donnez un projet, et un seul"),
    ],
)
def test_a_usage_error_is_one_line_in_the_language_of_the_run(
    shell: Shell, arguments: list[str], said: str
) -> None:
    ran = shell.run(*arguments, ROADMAPFIT_LANG="fr")
    plain = ran.stderr.replace("\u202f", " ").replace("\xa0", " ")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert plain.startswith("erreur d'usage : ")
    assert said in plain
    assert plain.count("\n") == 1


def test_a_usage_error_is_said_in_english_too(shell: Shell) -> None:
    ran = shell.run("align", "toys", "--top", "0")
    assert ran.stderr == (
        "usage error: --top: a number of at least 1 is expected; roadmapfit align --help gives"
        " the options and examples\n"
    )


def test_no_arguments_show_the_help(shell: Shell) -> None:
    ran = shell.run()
    assert "align" in ran.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_stdout_is_said(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "roadmapfit", "evaluate", "--list", "--json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), "ROADMAPFIT_LANG": "en"},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: stdout cannot be written (the disk is full)")

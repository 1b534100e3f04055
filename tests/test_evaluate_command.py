"""``roadmapfit evaluate`` on a small data folder, in both languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fakes import WordCountEncoder
from roadmapfit.cli import app, opening
from roadmapfit.evaluate.consortium.sources import CONSORTIUM_TASKS
from roadmapfit.evaluate.consortium.systems import CONSORTIUM_SYSTEMS
from roadmapfit.evaluate.runner import SEED
from roadmapfit.evaluate.systems import SYSTEMS
from roadmapfit.evaluate.tasks import TASKS
from roadmapfit.text import LANGUAGES, load_catalogue
from task_data import write_data_folder
from toys import toy_model

ENGLISH = {"LANG": "C", "LC_ALL": "", "LC_MESSAGES": "", "ROADMAPFIT_LANG": ""}
TASK = "anr-titles-fr-en"
SPARSE = ("--system", "tf-idf", "--system", "bm25")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    encoder = WordCountEncoder()
    monkeypatch.setattr(opening, "load_parts", lambda: (encoder, toy_model(encoder)))
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "cache"))
    return write_data_folder(tmp_path / "data")


def run(*arguments: object) -> Result:
    runner = CliRunner(env=ENGLISH)
    words = ["evaluate", *(str(each) for each in arguments)]
    return runner.invoke(app, words, catch_exceptions=False)


def read(*arguments: object) -> Any:  # noqa: ANN401 (JSON)
    ran = run(*arguments, "--json")
    assert (ran.exit_code, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


def read_error(arguments: Sequence[object]) -> tuple[int, str, str]:
    ran = run(*arguments)
    return ran.exit_code, ran.stdout, " ".join(ran.stderr.replace("│", " ").split())


def test_one_task_as_json(data: Path) -> None:
    found = read(TASK, "--data", data, *SPARSE, "--system", "roadmapfit", "--split", "all")
    task = found["tasks"][TASK]
    assert found["refused"] == {}
    assert (task["n_queries"], task["n_candidates"], task["seed"]) == (3, 3, SEED)
    assert list(task["systems"]) == ["roadmapfit", "tf-idf", "bm25"]
    assert sorted(task["systems"]["bm25"]["RR"]) == ["high", "low", "n", "value"]
    assert len(task["calibration"]["parts"]["all"]["bins"]) == 10
    assert {(each["ours"], each["against"]) for each in task["comparisons"]} == {
        ("roadmapfit", "tf-idf"),
        ("roadmapfit", "bm25"),
    }


def test_one_task_as_a_table(data: Path) -> None:
    said = run(TASK, "--data", data, *SPARSE, "--split", "all")
    lines = said.stdout.splitlines()
    assert (said.exit_code, said.stderr) == (0, "")
    assert lines[0] == f"{TASK}: 3 queries (all), of which 3 judged, 3 candidates"
    assert lines[1].split()[0] == "system"
    french = run(TASK, "--data", data, *SPARSE, "--split", "all", "--lang", "fr").stdout
    assert french.startswith(f"{TASK}\u00a0: 3 requêtes (toutes), dont 3 jugées, 3 candidats")


def test_queries_of_a_file(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("ANR-20-CE05-0001\n", encoding="utf-8")
    task = read(TASK, "--data", data, *SPARSE, "--queries", file)["tasks"][TASK]
    assert (task["n_queries"], task["split"]) == (1, "file")
    # One query says nothing of the next.
    assert task["systems"]["bm25"]["RR"]["low"] is None


def test_limit_and_seed(data: Path) -> None:
    asked = (TASK, "--data", data, *SPARSE, "--split", "all", "--limit", "2", "--seed", "3")
    task = read(*asked)["tasks"][TASK]
    assert (task["n_queries"], task["seed"]) == (2, 3)
    assert read(*asked)["tasks"][TASK] == task


def test_files_are_written(data: Path, tmp_path: Path) -> None:
    out, cache = tmp_path / "out", tmp_path / "vectors"
    asked = (TASK, "--data", data, "--split", "all", "--system", "roadmapfit")
    said = run(*asked, "--out", out, "--cache", cache)
    assert said.stdout.splitlines()[-1] == f"Files written to {out / TASK}"
    assert (out / TASK / "runs" / "roadmapfit.run").read_text("utf-8").count("\n") == 9
    assert [each.name for each in cache.iterdir()] == ["word-count-8"]


def test_all_tasks_of_a_folder(data: Path) -> None:
    found = read("all", "--data", data, "--split", "all", *SPARSE, "--system", "roadmapfit")
    assert (sorted(found["tasks"]), found["refused"]) == (sorted(TASKS), {})


def test_a_task_that_is_refused_does_not_stop_the_others(data: Path) -> None:
    (data / "anr" / "anr-projets-fr-en.json").unlink()
    ran = run("all", "--data", data, "--split", "all", *SPARSE, "--json")
    found = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert sorted(found["refused"]) == sorted(name for name in TASKS if name.startswith("anr-"))
    assert "anr-projets-fr-en.json" in found["refused"][TASK]
    assert "cordis-topics" in found["tasks"]


def test_a_missing_file_is_named(data: Path) -> None:
    (data / "anr" / "anr-projets-fr-en.json").unlink()
    code, stdout, stderr = read_error((TASK, "--data", data))
    assert (code, stdout) == (1, "")
    assert "anr-projets-fr-en.json" in stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "give a task (or all) and --data DIR"),
        ((TASK,), 2, "give a task (or all) and --data DIR"),
        (("all", "--data", "data", "--queries", "ids.txt"), 2, "of one task"),
        (("topics", "--data", "data"), 1, "no task is named “topics”"),
        ((TASK, "--data", "data", "--system", "gpt"), 1, "no system is named “gpt”"),
        ((TASK, "--data", "nowhere"), 1, "nowhere: there is no such file or folder"),
        ((TASK, "--data", "data", "--queries", "none.txt"), 1, "none.txt: there is no such"),
        ((TASK, "--data", "data", "--queries", "ids.txt"), 1, "1 unknown query ids (X-1)"),
    ],
)
def test_errors_are_said(
    data: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(data.parent)
    Path("ids.txt").write_text("X-1\n", encoding="utf-8")
    found = read_error(arguments)
    assert found[:2] == (code, "")
    assert said in found[2]


def test_list_names_tasks_and_systems(data: Path) -> None:
    found = read("--list")
    assert list(found["tasks"]) == [*TASKS, *CONSORTIUM_TASKS]
    assert list(found["systems"]) == list(dict.fromkeys([*SYSTEMS, *CONSORTIUM_SYSTEMS]))
    said = run("--list", "--lang", "fr").stdout
    assert "projet Horizon Europe vers le sujet qui l'a financé" in said
    assert "BM25 sur les textes entiers" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_and_system_is_described(language: str) -> None:
    families = ("evaluate.task.", "evaluate.system.")
    described = {key for key in load_catalogue(language) if key.startswith(families)}
    tasks = {families[0] + name for name in (*TASKS, *CONSORTIUM_TASKS)}
    systems = {families[1] + name for name in (*SYSTEMS, *CONSORTIUM_SYSTEMS)}
    assert described == tasks | systems

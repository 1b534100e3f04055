"""A whole evaluation on a task worked out by hand, and what is written of it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import ir_measures
import numpy as np
import pytest

from evaluation_toys import ITEMS, PROJECTS, item_task, make_sides, make_tools, project_task
from roadmapfit.errors import InputError
from roadmapfit.evaluate import runner
from roadmapfit.evaluate.pairs import draw_pairs, measure_parts
from roadmapfit.evaluate.reliability import render_reliability
from roadmapfit.evaluate.report import (
    describe_evaluation,
    make_plain,
    render_evaluation,
    write_evaluation,
)
from roadmapfit.evaluate.runner import (
    Chosen,
    Evaluation,
    LeftOut,
    check_names,
    choose_queries,
    choose_systems,
    evaluate_task,
    read_query_ids,
)
from roadmapfit.evaluate.systems import SYSTEMS, System
from roadmapfit.evaluate.tasks import Task, Text

OURS = ("roadmapfit", "tf-idf", "best")


def ask(task: Task, cache: Path, **settings: object) -> Evaluation:
    settings = {"systems": OURS, "chosen": Chosen.ALL, **settings}
    return evaluate_task(task, tools=make_tools(cache), **settings)  # type: ignore[arg-type]


def list_asked(task: Task, **settings: object) -> list[str]:
    return [text.id for text in choose_queries(task, **settings)]  # type: ignore[arg-type]


# --- which queries and systems ----------------------------------------------


def test_splits_take_their_queries() -> None:
    task = project_task()
    assert list_asked(task, chosen=Chosen.TEST) == ["p-hydrogen", "p-both"]
    assert list_asked(task, chosen=Chosen.DEVELOPMENT) == ["p-water", "p-aside"]
    assert list_asked(task, chosen=Chosen.ALL) == [text.id for text in PROJECTS]


@pytest.mark.parametrize("chosen", [Chosen.TEST, Chosen.DEVELOPMENT, Chosen.ALL])
def test_a_task_without_a_split_asks_all(chosen: Chosen) -> None:
    assert list_asked(item_task(), chosen=chosen) == [text.id for text in ITEMS]


def test_named_queries_are_exactly_those() -> None:
    named = ["p-water", "p-hydrogen", "p-water"]
    found = list_asked(project_task(), chosen=Chosen.FILE, query_ids=named)
    assert found == ["p-hydrogen", "p-water"]


def test_a_limit_draws_the_same_queries_again() -> None:
    task = project_task()
    drawn = list_asked(task, chosen=Chosen.ALL, limit=3, seed=1)
    assert drawn == list_asked(task, chosen=Chosen.ALL, limit=3, seed=1)
    assert (len(drawn), drawn == sorted(drawn, key=list_asked(task, chosen=Chosen.ALL).index)) == (
        3,
        True,
    )
    assert len(list_asked(task, chosen=Chosen.ALL, limit=9)) == 4


@pytest.mark.parametrize(
    ("changes", "settings", "said"),
    [
        (
            {},
            {"chosen": Chosen.FILE, "query_ids": ["p-x", "p-water", "p-y"]},
            "2 unknown query ids",
        ),
        ({"queries": ()}, {"chosen": Chosen.TEST}, "0 queries and 4 candidates"),
        ({"candidates": ()}, {"chosen": Chosen.TEST}, "2 queries and 0 candidates"),
        ({}, {"chosen": Chosen.FILE, "query_ids": ["p-aside"]}, "none of the 1 queries"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    changes: dict[str, object], settings: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=f"toys: .*{said}"):
        list_asked(project_task(**changes), **settings)


def test_query_ids_stand_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("\ufeffa 1\n\n  b\r\n", encoding="utf-8")
    assert read_query_ids(file) == ["a 1", "b"]
    with pytest.raises(InputError, match="there is no such file"):
        read_query_ids(tmp_path / "none.txt")
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be opened"):
        read_query_ids(file)


def test_names_of_nothing_are_refused() -> None:
    check_names(tasks=["cordis-topics"], systems=["bm25"])
    with pytest.raises(InputError, match="no task is named “topics”; known tasks: cordis-topics"):
        check_names(tasks=["topics"], systems=[])
    with pytest.raises(InputError, match="no system is named “bm26”; known systems: roadmapfit"):
        check_names(tasks=[], systems=["bm26"])


def test_systems_that_cannot_run_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    systems: Mapping[str, System] = MappingProxyType(
        {
            name: replace(SYSTEMS[name], module="no_such_module" * (name == "minilm"))
            for name in ("roadmapfit", "roadmapfit-past", "tf-idf", "minilm")
        }
    )
    monkeypatch.setattr(runner, "SYSTEMS", systems)
    task = project_task()
    missing = LeftOut("minilm", "package")
    assert choose_systems([], task) == (["roadmapfit", "tf-idf"], [missing])
    asked = ["tf-idf", "minilm", "roadmapfit-past"]
    assert choose_systems(asked, task) == (
        ["tf-idf"],
        [LeftOut("roadmapfit-past", "past"), missing],
    )
    with pytest.raises(
        InputError, match=r"none of the systems asked for \(minilm\) can run on toys"
    ):
        choose_systems(["minilm"], task)


# --- figures ----------------------------------------------------------------


def test_figures_comparisons_and_runs(tmp_path: Path) -> None:
    found = ask(project_task(), tmp_path)
    # p-both has i-hydrogen and i-solar alike: the last id, the right one, comes first.
    assert found.figures["roadmapfit"]["R@1"].value == 1.0
    assert found.figures["roadmapfit"]["RR"].value == 1.0
    assert found.figures["roadmapfit"]["R@1"].n == 3
    assert (found.n_queries, found.n_judged, found.n_candidates) == (4, 3, 4)
    assert found.encoder == "word-count-8"
    assert found.main_measure == "nDCG@10"
    assert found.runs["roadmapfit"]["p-both"] == ["i-solar", "i-hydrogen", "i-mixed", "i-water"]
    compared = {(each.ours, each.against, each.measure): each for each in found.comparisons}
    assert {each[:2] for each in compared} == {("roadmapfit", "best"), ("roadmapfit", "tf-idf")}
    same = compared["roadmapfit", "best", "nDCG@10"]
    assert (same.difference, same.p) == (0.0, 1.0)


def test_same_seed_same_figures(tmp_path: Path) -> None:
    first, second = (ask(project_task(), tmp_path) for _ in range(2))
    assert describe_evaluation(first) == describe_evaluation(second)


def test_a_run_without_our_model_has_no_calibration(tmp_path: Path) -> None:
    found = ask(project_task(), tmp_path, systems=("tf-idf",))
    assert (found.encoder, found.calibration, found.comparisons) == ("", None, ())


def test_matches_are_read_first(tmp_path: Path) -> None:
    task = item_task(
        matches={"i-solar": (frozenset({"p-both"}), frozenset())},
        groups={"i-solar": frozenset({"p-both", "p-water"})},
    )
    found = ask(task, tmp_path)
    assert found.main_measure == "matches@10"
    assert found.figures["roadmapfit"]["matches@10"].value == 0.5
    assert found.runs["roadmapfit"]["i-solar"] == ["p-both", "p-water"]


# --- judged pairs -----------------------------------------------------------


def test_pairs_make_the_reference_population(tmp_path: Path) -> None:
    sides = make_sides(project_task(ambiguous={"p-water": frozenset({"i-mixed"})}), tmp_path)
    pairs = draw_pairs(sides, np.ones((4, 4), dtype=bool), prevalence=0.1, seed=1)
    right = pairs.take(pairs.labels == 1)
    assert list(zip(right.rows, right.columns, strict=True)) == [(0, 0), (1, 1), (2, 2)]
    assert right.weights.tolist() == pytest.approx([0.1 / 3] * 3)
    wrong = pairs.take(pairs.labels == 0)
    assert np.bincount(wrong.rows).tolist() == [3, 3, 2, 4]
    by_query = np.bincount(wrong.rows, weights=wrong.weights)
    assert by_query.tolist() == pytest.approx([0.9 / 4] * 4)


def test_parts_count_what_is_to_be_read(tmp_path: Path) -> None:
    found = measure_parts(make_sides(project_task(), tmp_path), seed=1)
    assert found is not None
    # From 0.25 on: of the right pairs all; of the wrong ones 1 of 3, 2 of 3, 1 of 3, 0 of 4.
    assert list(found["parts"]) == ["all"]
    measured = found["parts"]["all"]
    assert measured["route"] == "within"
    assert measured["recall_at_examine"] == 1.0
    assert measured["share_to_read"] == pytest.approx(0.1 + 0.9 / 4 * (4 / 3))
    assert (found["n_to_read"], found["n_to_choose_from"]) == (7 / 4, 4.0)
    assert (found["examine"], found["prevalence"]) == (0.25, 0.1)


def test_routes_and_short_texts_are_reported_apart(tmp_path: Path) -> None:
    body = (
        "Le projet installe un parc solaire sur les toits de toutes les écoles de la ville. "
        "Les habitants suivent la production du parc solaire jour après jour sur leur écran. "
        "Les élèves apprennent à mesurer la lumière du soleil dans la cour de leur école. "
        "Le surplus du parc solaire éclaire les rues de la commune pendant toute la nuit."
    )
    french = Text("p-fr", "", body, "fr")
    item = Text("i-fr", "Le parc solaire et les toits de la ville", "", "fr")
    task = project_task(
        queries=(french,),
        candidates=(*ITEMS, item),
        relevant={"p-fr": frozenset({"i-fr", "i-solar"})},
    )
    found = measure_parts(make_sides(task, tmp_path), seed=1)
    assert found is not None
    assert {part: (own["route"], own["n_pairs"]) for part, own in found["parts"].items()} == {
        "all": ("both", 5),
        "within": ("within", 1),
        "across": ("across", 4),
        "short": ("both", 5),
    }
    # The three nearest sentences are all on solar power, of the first three two are.
    counts = {part: [each["n"] for each in own["bins"]] for part, own in found["parts"].items()}
    assert counts["all"] == [3, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert counts["short"] == [3, 0, 0, 0, 0, 0, 2, 0, 0, 0]


def test_pairs_of_one_sort_are_not_measured(tmp_path: Path) -> None:
    task = project_task(candidates=ITEMS[:1], relevant={"p-hydrogen": frozenset({"i-hydrogen"})})
    sides = make_sides(task, tmp_path, queries=PROJECTS[:1])
    assert measure_parts(sides, seed=1) is None


def test_many_wrong_candidates_are_sampled(tmp_path: Path) -> None:
    many = tuple(replace(ITEMS[1], id=f"i{number:04d}") for number in range(700))
    task = project_task(candidates=(ITEMS[0], *many))
    sides = make_sides(task, tmp_path, queries=PROJECTS[:1])
    pairs = draw_pairs(sides, np.ones((1, 701), dtype=bool), prevalence=0.1, seed=1)
    assert (len(pairs.rows), pairs.labels.sum()) == (501, 1)
    assert pairs.weights.sum() == pytest.approx(1.0)


# --- what is written --------------------------------------------------------


def test_table_in_both_languages(tmp_path: Path) -> None:
    found = ask(project_task(), tmp_path, chosen=Chosen.TEST)
    english, french = (render_evaluation(found, language) for language in ("en", "fr"))
    assert english.splitlines()[0] == "toys: 2 queries (test), of which 2 judged, 4 candidates"
    assert "0.500 [0.000, 1.000]" in english
    assert "Seed 20261122." in english
    assert french.splitlines()[0] == "toys\u00a0: 2 requêtes (de test), dont 2 jugées, 4 candidats"
    assert "0,500 [0,000\u202f; 1,000]" in french
    assert [line.split()[0] for line in english.splitlines()[3:6]] == list(OURS)


def test_table_says_what_was_left_out_and_shows_matches_first(tmp_path: Path) -> None:
    task = item_task(matches={"i-solar": (frozenset({"p-both"}),)})
    found = ask(task, tmp_path, systems=("roadmapfit", "roadmapfit-past"), chosen=Chosen.TEST)
    lines = render_evaluation(found, "en").splitlines()
    assert lines[0].startswith("toys: 4 queries (all: the task has no split)")
    assert lines[1].split()[:3] == ["system", "matches@10", "matches@30"]
    assert "roadmapfit-past did not run: this task has no past decisions" in lines


def test_files_give_the_same_figures_to_other_tools(tmp_path: Path) -> None:
    spaced = replace(ITEMS[1], id="i solar 100% é")
    task = project_task(
        candidates=(ITEMS[0], spaced, *ITEMS[2:]),
        relevant={"p-hydrogen": frozenset({"i-hydrogen"}), "p-both": frozenset({spaced.id})},
    )
    found = ask(task, tmp_path / "cache")
    write_evaluation(found, tmp_path / "out", language="en")
    home = tmp_path / "out" / "toys"
    assert sorted(path.relative_to(home).as_posix() for path in home.rglob("*.*")) == [
        "figures.json",
        "qrels.txt",
        "reliability-all.svg",
        "runs/best.run",
        "runs/roadmapfit.run",
        "runs/tf-idf.run",
        "table.txt",
    ]
    qrels = list(ir_measures.read_trec_qrels(str(home / "qrels.txt")))
    assert qrels[1].doc_id == "i%20solar%20100%25%20%C3%A9"
    run = list(ir_measures.read_trec_run(str(home / "runs" / "roadmapfit.run")))
    measured = ir_measures.calc_aggregate([ir_measures.RR], qrels, run)
    assert measured[ir_measures.RR] == pytest.approx(found.figures["roadmapfit"]["RR"].value)
    figures = json.loads((home / "figures.json").read_text(encoding="utf-8"))
    assert figures == make_plain(describe_evaluation(found))
    assert (home / "table.txt").read_text(encoding="utf-8").startswith("toys: 4 queries (all)")


def test_files_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_evaluation(ask(project_task(), tmp_path / "c"), tmp_path / "out", language="en")


def test_undefined_numbers_are_null() -> None:
    assert make_plain({"a": [float("nan"), 1.0], "b": (None,)}) == {"a": [None, 1.0], "b": [None]}


def test_diagram_draws_the_bins_that_hold_pairs() -> None:
    bins = [
        {"low": 0.0, "high": 0.1, "n": 90, "probability": 0.05, "aligned": 0.0},
        {"low": 0.1, "high": 0.2, "n": 0, "probability": None, "aligned": None},
        {"low": 0.9, "high": 1.0, "n": 10, "probability": 0.95, "aligned": 1.0},
    ]
    drawn = render_reliability(bins, title="a < b", ece=0.05, language="fr")
    root = ElementTree.fromstring(drawn)
    space = {"svg": "http://www.w3.org/2000/svg"}
    circles = root.findall("svg:circle", space)
    # The plot is 360 wide from x = 64, and 360 high from y = 48 down.
    assert [(each.get("cx"), each.get("cy")) for each in circles] == [
        (f"{64 + 0.05 * 360:.1f}", "408.0"),
        (f"{64 + 0.95 * 360:.1f}", "48.0"),
    ]
    assert root.findtext("svg:title", namespaces=space) == "a < b"
    words = [each.text for each in root.findall("svg:text", space)]
    assert "Erreur de calibration attendue\u00a0: 0,050\u202f; paires\u00a0: 100" in words

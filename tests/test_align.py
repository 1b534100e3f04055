from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.align import (
    KEEP_FROM,
    N_NEAREST,
    Aligner,
    Alignment,
    AlignmentTable,
    find_obstacle,
    write_alignments,
)
from roadmapfit.alignment_model import load_alignment_model
from roadmapfit.calibrate import FEATURES, Verdict
from roadmapfit.errors import EncoderError, WorkspaceError
from roadmapfit.features import MIN_DEVIATION, MIN_PROJECT_DEVIATION
from roadmapfit.past import PastDecisions
from roadmapfit.textset import TextSet
from toys import toy_model, toy_model_with_memory, toy_text_set, write_toy_model

ROOT_2 = 2**0.5


def sets(*texts: tuple[str, str, list[str]]) -> TextSet:
    return toy_text_set(texts, WordCountEncoder())


@pytest.fixture(scope="module")
def items() -> TextSet:
    return sets(
        ("wind", "en", ["the wind"]),
        ("solar", "fr", ["le solaire"]),
        ("both", "en", ["solar and wind"]),
        ("dark", "en", ["solar"]),
    )


@pytest.fixture(scope="module")
def aligner(items: TextSet) -> Aligner:
    return Aligner(items, toy_model(WordCountEncoder()))


# --- one project ----------------------------------------------------------------


def test_items_come_best_first_with_their_verdicts(aligner: Aligner) -> None:
    project = sets(("p", "en", ["we put solar cells on roofs", "wind and solar make power here"]))
    found = aligner.align(project)
    # By the toy model: the mean of both passages; solar 1 and .707, wind 0 and .707.
    assert [(each.item_id, round(each.probability, 4), each.verdict) for each in found] == [
        ("both", round((1 / ROOT_2 + 1) / 2, 4), Verdict.ALIGNED),
        ("dark", round((1 + 1 / ROOT_2) / 2, 4), Verdict.ALIGNED),
        ("solar", round((1 + 1 / ROOT_2) / 2, 4), Verdict.ALIGNED),
        ("wind", round(1 / ROOT_2 / 2, 4), Verdict.EXAMINE),
    ]
    assert found[3].low == pytest.approx(1 / ROOT_2 / 2 - 12**-0.5, abs=1e-4)
    assert found[3].high == pytest.approx(1 / ROOT_2 / 2 + 12**-0.5, abs=1e-4)
    assert {each.reason for each in found} == {""}


def test_items_of_two_languages_are_ordered_by_probability(items: TextSet) -> None:
    model = toy_model(WordCountEncoder())
    # Across languages the same similarity means less: fit 30 best - 40, from -40 to 40.
    across = np.zeros(len(FEATURES) + 1, dtype=np.float32)
    across[FEATURES.index("best_normed")], across[-1] = (
        30 * MIN_DEVIATION * MIN_PROJECT_DEVIATION,
        -15,
    )
    grid = np.array([-40, 40], dtype=np.float32)
    calibrator = replace(
        model.calibrator,
        weights={**model.calibrator.weights, "across": across},
        grid={**model.calibrator.grid, "across": grid},
    )
    found = Aligner(items, replace(model, calibrator=calibrator)).align(
        sets(("p", "en", ["plenty of solar power for all"]))
    )
    shown = [each.probability for each in found]
    assert shown == sorted(shown, reverse=True)


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("solar solar solar solar", "en", "obstacle.too_short"),
        ("solar solar solar solar solar", "de", "obstacle.language"),
    ],
)
def test_what_cannot_be_read_is_not_judged(
    aligner: Aligner, text: str, language: str, reason: str
) -> None:
    found = aligner.align(sets(("p", language, [text])))
    assert [each.item_id for each in found] == ["wind", "solar", "both", "dark"]
    assert {(each.verdict, each.reason) for each in found} == {(Verdict.CANNOT_TELL, reason)}
    assert all(math.isnan(each.probability + each.low + each.high) for each in found)


def test_five_words_of_a_read_language_are_judged(aligner: Aligner) -> None:
    first = aligner.align(sets(("p", "en", ["wind wind wind wind wind"])))[0]
    assert first == Alignment(
        item_id="wind",
        probability=pytest.approx(1.0),
        low=pytest.approx(1 - 5**-0.5, abs=1e-5),
        high=pytest.approx(1.0),
        verdict=Verdict.ALIGNED,
    )


def test_aligning_takes_exactly_one_text(aligner: Aligner) -> None:
    two = sets(("p", "en", ["wind"]), ("q", "en", ["wind"]))
    with pytest.raises(ValueError, match="2 texts; align takes one, measure takes many"):
        aligner.align(two)


@pytest.mark.parametrize(
    ("language", "n_words", "reason"),
    [
        ("fr", 5, ""),
        ("en", 5000, ""),
        ("fr", 4, "obstacle.too_short"),
        ("de", 4, "obstacle.too_short"),
        ("de", 5, "obstacle.language"),
    ],
)
def test_obstacles(language: str, n_words: int, reason: str) -> None:
    assert find_obstacle(language, n_words) == reason


# --- many projects --------------------------------------------------------------


@pytest.fixture(scope="module")
def projects() -> TextSet:
    texts = [
        ("a", "en", ["wind wind wind wind wind"]),
        ("too-short", "en", ["wind"]),
        ("b", "fr", ["le solaire et l'éolien partout"]),
        ("german", "de", ["wind wind wind wind wind"]),
        ("c", "en", ["nothing of the kind is here"]),
    ]
    return sets(*texts)


def test_a_table_holds_what_aligning_one_by_one_finds(aligner: Aligner, projects: TextSet) -> None:
    table = aligner.align_all(projects)
    assert table.project_ids == projects.ids
    found = {
        projects.ids[row]: [
            (table.item_ids[item], round(float(p), 5), round(float(low), 5), round(float(high), 5))
            for owner, item, p, low, high in zip(
                table.project_rows,
                table.item_rows,
                table.probability,
                table.low,
                table.high,
                strict=True,
            )
            if owner == row
        ]
        for row in range(5)
    }
    for row, name in ((0, "a"), (2, "b"), (4, "c")):
        one_by_one = {
            (each.item_id, round(each.probability, 5), round(each.low, 5), round(each.high, 5))
            for each in aligner.align(projects.take([row]))
        }
        assert set(found[name]) == one_by_one
        assert [each[1] for each in found[name]] == sorted(
            (each[1] for each in found[name]), reverse=True
        )
    assert (found["too-short"], found["german"]) == ([], [])
    assert np.all(np.diff(table.project_rows) >= 0)


def test_only_the_nearest_are_kept_below_the_least_probability() -> None:
    many = [(f"i{number}", "en", ["wind" if number < 7 else "water"]) for number in range(12)]
    aligner = Aligner(sets(*many), toy_model(WordCountEncoder()))
    table = aligner.align_all(
        sets(
            ("windy", "en", ["wind wind wind wind wind"]),
            ("solar", "en", ["solar solar solar solar solar"]),
        )
    )
    counts = np.bincount(table.project_rows)
    assert counts.tolist() == [7, N_NEAREST]
    assert (table.probability[:7] > 0.99).all()
    assert (table.probability[7:] < KEEP_FROM).all()
    assert {table.item_ids[row] for row in table.item_rows[:7]} == {f"i{n}" for n in range(7)}


def test_more_projects_than_one_chunk_are_aligned_in_order(aligner: Aligner) -> None:
    words = ("wind", "solar", "solar wind", "water")
    texts = [(f"p{number}", "en", [f"{words[number % 4]} " * 5]) for number in range(300)]
    seen: list[tuple[int, int]] = []
    table = aligner.align_all(
        sets(*texts), on_progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(128, 300), (256, 300), (300, 300)]
    assert np.bincount(table.project_rows).tolist() == [4] * 300
    best = [table.item_ids[table.item_rows[4 * row]] for row in range(3)]
    assert (best[0], best[1] in ("dark", "solar"), best[2]) == ("wind", True, "both")
    np.testing.assert_array_equal(table.probability[:16], table.probability[64:80])


def test_progress_cancels_by_raising(aligner: Aligner, projects: TextSet) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aligner.align_all(projects, on_progress=cancel)


@pytest.mark.parametrize(("n_projects", "n_items"), [(0, 4), (5, 0), (0, 0)])
def test_no_projects_or_no_items_make_an_empty_table(
    items: TextSet, projects: TextSet, n_projects: int, n_items: int
) -> None:
    aligner = Aligner(items.take(range(n_items)), toy_model(WordCountEncoder()))
    table = aligner.align_all(projects.take(range(n_projects)))
    assert (len(table), table.probability.dtype) == (0, np.float32)


def test_norms_that_are_given_are_used(aligner: Aligner, items: TextSet) -> None:
    again = Aligner(items, aligner.model, item_norms=aligner.item_norms)
    project = sets(("p", "en", ["wind and solar for all of us"]))
    assert again.align(project) == aligner.align(project)


# --- files ----------------------------------------------------------------------


def test_a_table_comes_back(aligner: Aligner, projects: TextSet, tmp_path: Path) -> None:
    table = aligner.align_all(projects)
    write_alignments([table], tmp_path / "table.parquet")
    again = AlignmentTable.load(
        tmp_path / "table.parquet", project_ids=table.project_ids, item_ids=table.item_ids
    )
    for name in ("project_rows", "item_rows", "probability", "low", "high"):
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
        assert getattr(again, name).dtype == getattr(table, name).dtype
    assert len(again) == len(table) == 12


@pytest.mark.parametrize("content", [b"", b"PAR1 but not really PAR1"])
def test_a_damaged_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "table.parquet").write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"the index file table\.parquet is damaged \(.+\)"):
        AlignmentTable.load(tmp_path / "table.parquet", project_ids=(), item_ids=())


def test_a_model_comes_back_from_its_directory(items: TextSet, tmp_path: Path) -> None:
    encoder = WordCountEncoder()
    home = write_toy_model(tmp_path, encoder)
    loaded = load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
    project = sets(("p", "en", ["wind and solar for all of us"]))
    found = Aligner(items, loaded).align(project)
    expected = Aligner(items, toy_model(encoder)).align(project)
    assert [each.item_id for each in found] == [each.item_id for each in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-4)


def test_half_a_model_is_refused(tmp_path: Path) -> None:
    home = write_toy_model(tmp_path, WordCountEncoder())
    (home / "calibrator.json").unlink()
    with pytest.raises(EncoderError, match=r"^calibrator\.json is missing"):
        load_alignment_model(home, encoder_fingerprint="word-count-8")


# --- one item alone -------------------------------------------------------------


def test_an_item_alone_gets_what_it_gets_among_others() -> None:
    project = sets(("p", "en", ["solar roofs and fields", "wind at sea"]))
    items = sets(("wind", "en", ["the wind"]), ("both", "en", ["solar and wind"]))
    past = PastDecisions(
        item_rows=np.array([1, 0]),
        is_aligned=np.array([True, False]),
        texts=sets(("a", "en", ["solar roofs and fields", "wind at sea"]), ("b", "en", ["water"])),
    )
    whole = Aligner(items, toy_model_with_memory(WordCountEncoder()), past=past)
    alone = whole.narrow(1).measure(project)
    assert alone.fit.tolist() == [[pytest.approx(whole.measure(project).fit[0, 1], abs=1e-5)]]
    # A project just like one that was accepted gains 0.1, which is 1 in fit.
    forgetful = whole.narrow(1, with_past=False).measure(project)
    assert alone.fit[0, 0] - forgetful.fit[0, 0] == pytest.approx(1.0, abs=1e-3)

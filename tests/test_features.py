from __future__ import annotations

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.features import (
    MIN_DEVIATION,
    MIN_PROJECT_DEVIATION,
    Cohort,
    Norms,
    measure_item_norms,
    measure_project_norms,
    measure_similarities,
    normalise,
)
from roadmapfit.textset import TextSet
from toys import toy_text_set

ROOT_2 = 2**0.5


def sets(*texts: tuple[str, str, list[str]]) -> TextSet:
    return toy_text_set(texts, WordCountEncoder())


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return Cohort(
        projects=sets(
            ("fr-1", "fr", ["hydrogène"]),
            ("fr-2", "fr", ["solaire"]),
            ("en-1", "en", ["wind"]),
        ),
        items=sets(
            ("fr-1", "fr", ["solaire", "éolien"]),
            ("en-1", "en", ["wind"]),
            ("en-2", "en", ["water"]),
        ),
    )


def test_similarities_are_of_wholes_of_best_passages_and_of_words() -> None:
    project = sets(("p", "en", ["solar", "solar wind", "wind", "wind battery"]))
    items = sets(("i", "en", ["solar", "battery"]), ("j", "en", ["water"]))
    found = measure_similarities(project, items)
    # Whole project: words 1, 2, 1, 2 over solar, solar+wind, wind, wind+battery.
    whole = np.array([1 + 2 / ROOT_2, 2 / ROOT_2 + 1 + 2 / ROOT_2, 2 / ROOT_2])
    of_item = (whole[0] + whole[2]) / ROOT_2 / np.linalg.norm(whole)
    # Nearest the item: solar 1, solar wind .707, wind battery .707, and wind 0 is left out.
    best = (1 + 2 / ROOT_2) / 3
    # Terms: solar 2, wind 3, battery 1 against solar 1, battery 1.
    counts = 1 + np.log([2, 3, 1])
    terms = (counts[0] + counts[2]) / np.linalg.norm(counts) / ROOT_2
    # Beginnings: "sola" and "solar", "wind" and "wind", "batt" and "batter", so counted.
    # Phrases: those stems, and the pairs "solar wind" and "wind battery", once each, which
    # the item has not: a pair spans no two passages.
    phrases = (counts[0] + counts[2]) / np.hypot(np.linalg.norm(counts), ROOT_2) / ROOT_2
    np.testing.assert_allclose(found[0, 0], [of_item, best, phrases, terms], atol=1e-6)
    np.testing.assert_allclose(found[0, 1], [0, 0, 0, 0], atol=1e-6)


def test_a_text_of_fewer_than_three_passages_counts_them_all() -> None:
    projects = sets(("one", "en", ["solar wind"]), ("two", "en", ["solar", "water"]))
    found = measure_similarities(projects, sets(("i", "en", ["solar"])))
    np.testing.assert_allclose(found[:, 0, 1], [1 / ROOT_2, 0.5], atol=1e-6)


def test_each_text_keeps_to_its_own_passages() -> None:
    projects = sets(("a", "en", ["solar", "solar"]), ("b", "en", ["wind", "wind", "wind", "solar"]))
    items = sets(("i", "en", ["wind"]), ("j", "en", ["solar", "solar wind"]))
    found = measure_similarities(projects, items)[:, :, 1]
    np.testing.assert_allclose(found, [[0, 1], [1, (1 + 2 / ROOT_2) / 3]], atol=1e-6)


def test_items_are_normed_by_what_the_cohort_gives_them(cohort: Cohort) -> None:
    items = sets(("i", "fr", ["hydrogène"]), ("j", "fr", ["eau"]))
    norms = measure_item_norms(items, cohort, shrinkage=0)
    # From French projects item i gets 1 and 0 in whole, best and words; item j nothing.
    np.testing.assert_allclose(norms.mean["fr"], [[0.5] * 4, [0] * 4], atol=1e-6)
    np.testing.assert_allclose(norms.deviation["fr"], [[0.5] * 4, [MIN_DEVIATION] * 4], atol=1e-6)
    np.testing.assert_allclose(norms.mean["en"], [[0] * 4, [0] * 4], atol=1e-6)


def test_norms_are_drawn_towards_those_of_the_cohorts_items_of_the_language(
    cohort: Cohort,
) -> None:
    items = sets(("i", "fr", ["hydrogène"]), ("j", "en", ["hydrogen"]), ("k", "de", ["Wasser"]))
    # Two French projects of the cohort, and a prior worth two: halfway.
    norms = measure_item_norms(items, cohort, shrinkage=2)
    # The French item of the cohort ("solaire", "éolien") gets 0 and .707 in whole.
    mean, deviation = 0.5 / ROOT_2, 0.5 / ROOT_2
    assert norms.mean["fr"][0, 0] == pytest.approx((0.5 + mean) / 2)
    assert norms.deviation["fr"][0, 0] == pytest.approx(((0.25 + deviation**2) / 2) ** 0.5)
    # The English ones get nothing from French projects: item j keeps half of its own.
    assert norms.mean["fr"][1, 0] == pytest.approx(0.25)
    assert norms.deviation["fr"][1, 0] == pytest.approx((0.25 / 2) ** 0.5)
    # No item of the cohort is German: all three of them stand for it.
    assert norms.mean["fr"][2, 0] == pytest.approx(mean / 3 / 2)


def test_projects_are_normed_by_what_they_get_from_the_normed_cohort(cohort: Cohort) -> None:
    cohort_norms = Norms(
        mean={"en": np.full((3, 4), 0.5, np.float32)},
        deviation={"en": np.array([[1] * 4, [0.5] * 4, [0.25] * 4], np.float32)},
    )
    norms = measure_project_norms(sets(("p", "en", ["wind"])), cohort, cohort_norms=cohort_norms)
    # English items: (1 - 0.5) / 0.5 = 1 and (0 - 0.5) / 0.25 = -2.
    np.testing.assert_allclose(norms.mean["en"], [[-0.5] * 4], atol=1e-6)
    np.testing.assert_allclose(norms.deviation["en"], [[1.5] * 4], atol=1e-6)
    # One French item: whole 1 / root 2, best 1, no words; less 0.5, over 1.
    expected = [[1 / ROOT_2 - 0.5, 0.5, -0.5, -0.5]]
    np.testing.assert_allclose(norms.mean["fr"], expected, atol=1e-6)
    np.testing.assert_allclose(norms.deviation["fr"], [[MIN_PROJECT_DEVIATION] * 4], atol=1e-6)


def test_norms_of_an_unread_language_are_the_average() -> None:
    norms = Norms(
        mean={"fr": np.zeros((1, 3), np.float32), "en": np.ones((1, 3), np.float32)},
        deviation={"fr": np.full((1, 3), 2.0, np.float32), "en": np.full((1, 3), 4.0, np.float32)},
    )
    mean, deviation = norms.of("de")
    assert (mean.tolist(), deviation.tolist()) == ([[0.5] * 3], [[3.0] * 3])
    assert norms.of("en")[0].tolist() == [[1.0] * 3]


def test_a_similarity_is_counted_in_the_item_s_deviations_then_in_the_project_s() -> None:
    similarities = np.full((1, 2, 4), 0.8, dtype=np.float32)

    def norms(mean: float, deviation: float, n: int) -> Norms:
        return Norms(
            mean={"fr": np.full((n, 4), mean, np.float32), "en": np.zeros((n, 4), np.float32)},
            deviation={code: np.full((n, 4), deviation, np.float32) for code in ("fr", "en")},
        )

    found = normalise(
        similarities,
        norms(0.5, 3, 1),  # the project, against French items and English ones
        norms(0.4, 0.2, 2),  # the items, against French projects
        project_languages=np.array(["fr"], dtype=object),
        item_languages=np.array(["fr", "en"], dtype=object),
    )
    # Within French: (0.8 - 0.4) / 0.2 = 2, and (2 - 0.5) / 3; phrases as they are, beginnings
    # as log(1 + 0.5).
    np.testing.assert_allclose(found[0, 0], [0.5, 0.5, 0.8, np.log(1.5)], atol=1e-5)
    # To English: 2 again, and 2 / 3; phrases mean nothing there, beginnings do.
    np.testing.assert_allclose(found[0, 1], [2 / 3, 2 / 3, 0, 2 / 3], atol=1e-5)


def test_rows_and_columns_keep_their_places_when_languages_alternate() -> None:
    rng = np.random.default_rng(0)
    similarities = rng.random((4, 5, 4)).astype(np.float32)

    def norms(n: int) -> Norms:
        return Norms(
            {code: rng.random((n, 4)).astype(np.float32) for code in ("fr", "en")},
            {code: rng.random((n, 4)).astype(np.float32) + 0.5 for code in ("fr", "en")},
        )

    of_projects, of_items = norms(4), norms(5)
    ours, theirs = (
        np.array(["fr", "en", "fr", "en"], object),
        np.array(["en", "fr"] * 2 + ["en"], object),
    )
    found = normalise(
        similarities, of_projects, of_items, project_languages=ours, item_languages=theirs
    )
    for row, project_language in enumerate(ours):
        for column, item_language in enumerate(theirs):
            pair = similarities[row, column]
            above_item = (pair - of_items.mean[project_language][column]) / of_items.deviation[
                project_language
            ][column]
            expected = (above_item - of_projects.mean[item_language][row]) / of_projects.deviation[
                item_language
            ][row]
            is_within = project_language == item_language
            expected[2] = pair[2] * is_within
            expected[3] = [expected[3], np.log1p(max(0.0, expected[3]))][is_within]
            np.testing.assert_allclose(found[row, column], expected, atol=1e-5)


def test_a_pair_never_depends_on_what_else_there_is(cohort: Cohort) -> None:
    projects = sets(("p", "fr", ["hydrogène eau"]), ("q", "en", ["wind", "data"]))
    items = sets(("i", "fr", ["hydrogène"]), ("j", "en", ["wind water"]), ("k", "fr", ["eau"]))

    cohort_norms = measure_item_norms(cohort.items, cohort)

    def measure(some: TextSet, others: TextSet) -> np.ndarray:
        return normalise(
            measure_similarities(some, others),
            measure_project_norms(some, cohort, cohort_norms=cohort_norms),
            measure_item_norms(others, cohort),
            project_languages=some.languages,
            item_languages=others.languages,
        )

    together = measure(projects, items)
    for row in range(2):
        for column in range(3):
            alone = measure(projects.take([row]), items.take([column]))
            np.testing.assert_allclose(alone[0, 0], together[row, column], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("n_projects", "n_items"), [(0, 2), (2, 0), (0, 0)])
def test_no_texts_have_no_similarities(cohort: Cohort, n_projects: int, n_items: int) -> None:
    both = sets(("a", "fr", ["eau"]), ("b", "en", ["wind"]))
    projects, items = both.take(range(n_projects)), both.take(range(n_items))
    assert measure_similarities(projects, items).shape == (n_projects, n_items, 4)
    assert measure_item_norms(items, cohort).mean["fr"].shape == (n_items, 4)
    norms = measure_item_norms(cohort.items, cohort)
    found = measure_project_norms(projects, cohort, cohort_norms=norms)
    assert found.mean["fr"].shape == (n_projects, 4)

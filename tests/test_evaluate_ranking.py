"""Ranking measures against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluation_toys import project_task
from roadmapfit.evaluate.ranking import (
    find_eligible,
    make_qrels,
    measure_queries,
    order_candidates,
    rank_by_bm25,
    rank_by_tfidf,
)
from roadmapfit.evaluate.tasks import Task, Text

CANDIDATES = ("d", "c", "b", "a")


def small_task(**changes: object) -> Task:
    """Return queries q and r over candidates a to d; b is right for q, a and d for r."""
    fields: dict[str, object] = {
        "queries": tuple(Text(each, each, "", "en") for each in "qr"),
        "candidates": tuple(Text(each, each, "", "en") for each in CANDIDATES),
        "relevant": {"q": frozenset("b"), "r": frozenset("ad")},
        "held_out": frozenset(),
    }
    return project_task(**(fields | changes))


def rows(*relevance: tuple[float, ...]) -> np.ndarray:
    return np.array(relevance, dtype=np.float32)


def name_order(task: Task, relevance: np.ndarray, **settings: int) -> list[str]:
    ordered = order_candidates(relevance, ("q", "r"), CANDIDATES, task, **settings)
    return ["".join(CANDIDATES[column] for column in each) for each in ordered]


def test_equal_candidates_stand_as_trec_eval_has_them_last_id_first() -> None:
    relevance = rows((1, 3, 2, 0), (5, 5, 5, 5))
    assert name_order(small_task(), relevance) == ["cbda", "dcba"]
    assert name_order(small_task(), relevance, depth=2) == ["cb", "dc"]


def test_what_cannot_be_compared_is_not_ranked() -> None:
    relevance = rows((1, -np.inf, np.nan, 0), (-np.inf,) * 4)
    assert name_order(small_task(), relevance) == ["da", ""]


def test_ambiguous_candidates_and_other_groups_are_left_out() -> None:
    task = small_task(ambiguous={"q": frozenset("c")}, groups={"r": frozenset("ad")})
    relevance = rows((1, 3, 2, 0), (4, 3, 2, 1))
    assert name_order(task, relevance) == ["bda", "da"]
    eligible = [each.tolist() for each in find_eligible(("q", "r"), CANDIDATES, task)]
    assert eligible == [[True, False, True, True], [True, False, False, True]]


def measure_means(relevance: np.ndarray, task: Task) -> dict[str, float]:
    order = order_candidates(relevance, ("q", "r"), CANDIDATES, task)
    measured = measure_queries(order, ("q", "r"), CANDIDATES, task)
    return {name: each.mean for name, each in measured.items()}


def test_measures_are_those_of_the_hand() -> None:
    # q: c b d a, right is b at rank 2; r: d c b a, right are a and d at ranks 4 and 1.
    measured = measure_means(rows((1, 3, 2, 0), (5, 5, 5, 5)), small_task())
    gain = [1 / math.log2(rank + 1) for rank in range(1, 5)]
    assert measured == pytest.approx(
        {
            "R@1": (0 + 1 / 2) / 2,
            "R@10": 1.0,
            "nDCG@10": (gain[1] / gain[0] + (gain[0] + gain[3]) / (gain[0] + gain[1])) / 2,
            "RR": (1 / 2 + 1) / 2,
        }
    )


def test_a_query_without_a_right_candidate_is_not_judged() -> None:
    task = small_task(relevant={"r": frozenset("ad")})
    relevance = rows((1, 3, 2, 0), (5, 5, 5, 5))
    order = order_candidates(relevance, ("q", "r"), CANDIDATES, task)
    measured = measure_queries(order, ("q", "r"), CANDIDATES, task)
    assert measured["RR"].values.tolist() == [1.0]
    assert measured["RR"].mean == 1.0


def test_grades_are_gains_and_right_stays_right() -> None:
    task = small_task(relevant={"q": frozenset("b")}, grades={"q": {"b": 1.0, "c": 0.4, "a": 0.0}})
    assert make_qrels(("q", "r"), task) == {"q": {"b": 100, "c": 40}}
    relevance = rows((1, 3, 2, 0), (5, 5, 5, 5))
    measured = measure_means(relevance, task)
    second = 1 / math.log2(3)
    assert measured["nDCG@10"] == pytest.approx((0.4 + second) / (1 + 0.4 * second))
    assert (measured["R@1"], measured["RR"]) == (0.0, 0.5)


def test_a_match_is_found_by_any_candidate_that_carries_it() -> None:
    many = tuple(f"{number:03d}" for number in range(40))
    task = small_task(
        candidates=tuple(Text(each, each, "", "en") for each in many),
        relevant={"q": frozenset({"009", "010", "030"})},
        # At ranks 10 and 31, at 11, at none; one of another query at 1.
        matches={
            "q": (frozenset({"009", "030"}), frozenset({"010"}), frozenset()),
            "r": (frozenset({"000"}),),
        },
    )
    relevance = rows(*[tuple(-float(number) for number in range(40))] * 2)
    order = order_candidates(relevance, ("q", "r"), many, task)
    measured = measure_queries(order, ("q", "r"), many, task)
    assert measured["matches@10"].values.tolist() == pytest.approx([1 / 3, 1])
    assert measured["matches@10"].weights.tolist() == [3, 1]
    assert measured["matches@10"].mean == pytest.approx(2 / 4)
    assert measured["matches@30"].mean == pytest.approx(3 / 4)
    assert measured["RR"].values.tolist() == pytest.approx([1 / 10])


def test_more_queries_than_ir_measures_takes_at_once() -> None:
    ids = tuple(f"q{number}" for number in range(600))
    task = small_task(
        queries=tuple(Text(each, each, "", "en") for each in ids),
        relevant={each: frozenset("ab"[row % 2]) for row, each in enumerate(ids)},
    )
    relevance = np.tile(rows((0, 0, 0, 1)), (600, 1))
    order = order_candidates(relevance, ids, CANDIDATES, task)
    measured = measure_queries(order, ids, CANDIDATES, task)
    assert measured["R@1"].values.tolist() == [1.0, 0.0] * 300
    assert measured["RR"].values.tolist() == [1.0, 0.25] * 300


def write(*bodies: str) -> list[Text]:
    return [Text(str(row), "", body, "en") for row, body in enumerate(bodies)]


def test_tfidf_is_the_cosine_of_weighted_words() -> None:
    queries, candidates = write("hydrogen"), write("hydrogen ships", "hydrogen", "wind")
    relevance = rank_by_tfidf(queries, candidates)
    # Of four texts hydrogen is in three and ships in one.
    hydrogen, ships = (1 + math.log(5 / (1 + n_texts)) for n_texts in (3, 1))
    assert relevance[0].tolist() == pytest.approx(
        [hydrogen / math.hypot(hydrogen, ships), 1, 0], abs=1e-6
    )


def test_tfidf_of_more_queries_than_are_multiplied_at_once() -> None:
    queries = write(*["hydrogen ships", "wind"] * 300)
    relevance = rank_by_tfidf(queries, write("wind", "ships"))
    assert (relevance > 0).tolist() == [[False, True], [True, False]] * 300


def test_bm25_scores_words_in_common_and_takes_a_query_of_stop_words() -> None:
    queries = write("hydrogen ships", "of the and", "unheard")
    relevance = rank_by_bm25(queries, write("wind", "hydrogen ships", "hydrogen wind"))
    assert relevance[0].argsort()[::-1].tolist() == [1, 2, 0]
    assert relevance[1:].tolist() == [[0, 0, 0], [0, 0, 0]]
